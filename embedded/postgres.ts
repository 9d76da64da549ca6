import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { CannotStart } from './cannotStart.ts'
import { type Leashed, leash } from './leash.ts'
import { portFor } from './ports.ts'
import { type PostgresBinaries, postgresBinaries } from './postgresBinaries.ts'
import { endStalePostmaster } from './stalePostmaster.ts'
import { type RunAs, unprivileged } from './unprivileged.ts'

export interface EmbeddedServer {
  /** Resolves when the server has ended, told to or not. */
  ended: Promise<unknown>
  stop(): Promise<void>
}

export interface EmbeddedPostgres extends EmbeddedServer {
  /** Connects as the owner of the cluster, to the database `postgres`. */
  url: string
}

export interface PostgresOptions {
  /** The folder of everything; Postgres keeps its files in `postgres/` below it. */
  dataDir: string
  /** 0: any free one, the same at the next start. */
  port: number
  log: (line: string) => void
  /** false gives up safety against a crash of the machine for speed: for tests. */
  durable?: boolean
  /** The environment the server gets: no more than it needs, so that none of our secrets is in it. */
  env?: NodeJS.ProcessEnv
}

const version = '18'
const host = '127.0.0.1'

/**
 * Starts the embedded Postgres on loopback, and makes its cluster at the first start.
 * @throws CannotStart with what is wrong (port in use, damaged or locked data folder) and the way out.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, durable = true, env = {} } = options
  const folder = join(dataDir, 'postgres')
  const secretFile = join(dataDir, 'postgres.password')
  const binaries = postgresBinaries()
  if (!existsSync(folder)) {
    log('Making the Postgres cluster')
    makeCluster({ folder, secretFile, binaries, durable, env })
  }
  checkCluster(folder, secretFile)
  const runAs = unprivileged(folder, binaries.postgres)
  await endStalePostmaster(folder)

  const port = await portFor({ variable: 'POSTGRES_PORT', wanted: options.port, dataDir })
  const logFile = join(dataDir, 'logs', 'postgres.log')
  const { prefix, ...user } = runAs
  const settings = Object.entries({ ...quiet, ...(durable ? {} : hasty) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const server = leash([...prefix, binaries.postgres, '-D', folder, '-h', host, '-p', String(port), ...settings], {
    stopSignal: 'INT', // "fast": ends open connections instead of waiting for them
    logFile,
    env: { ...env, LC_ALL: 'C' },
    ...user,
  })
  const url = `postgres://postgres:${readFileSync(secretFile, 'utf8').trim()}@${host}:${port}/postgres`
  await ready(server, url, folder, logFile)
  return { url, ended: server.ended, stop: () => server.stop() }
}

// Postgres must not write a patient's data into its log: no statement, no detail ("Key (address)=(…) exists").
const quiet = {
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }

function makeCluster(cluster: {
  folder: string
  secretFile: string
  binaries: PostgresBinaries
  durable: boolean
  env: NodeJS.ProcessEnv
}): void {
  const { folder, secretFile, binaries, durable, env } = cluster
  // Made beside its place and moved there when it is whole: an interrupted first start leaves nothing half-made.
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  writeFileSync(secretFile, `${password}\n`, { mode: 0o600 })
  const { prefix, ...user }: RunAs = unprivileged(fresh, binaries.initdb, secretFile)
  const files = ['-D', fresh, `--pwfile=${secretFile}`]
  const [program = '', ...rest] = [...prefix, binaries.initdb, ...files, ...initdbOptions, ...(durable ? [] : ['-N'])]
  const made = spawnSync(program, rest, {
    ...user,
    cwd: '/',
    env: { ...env, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  if (made.status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    const reason = tellingLine(`${made.error?.message ?? ''}\n${made.stdout}\n${made.stderr}`, /error|fatal|could not/i)
    throw new CannotStart(`Postgres could not make its cluster in ${folder}: ${reason}`)
  }
  renameSync(fresh, folder)
}

const initdbOptions = [
  ...['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
  // Sorting and case do not depend on the machine.
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
]

function checkCluster(folder: string, secretFile: string): void {
  const wayOut = `put back a copy of the data folder, or delete ${folder} to start anew without its data`
  const versionFile = join(folder, 'PG_VERSION')
  if (!existsSync(versionFile) || !readdirSync(folder).includes('global')) {
    throw new CannotStart(`${folder} is not a whole Postgres data folder: ${wayOut}`)
  }
  const found = readFileSync(versionFile, 'utf8').trim()
  if (found !== version) {
    throw new CannotStart(`${folder} was made by Postgres ${found}, the embedded one is ${version}: ${wayOut}`)
  }
  if (!existsSync(secretFile)) throw new CannotStart(`${secretFile}, the password of ${folder}, is missing: ${wayOut}`)
}

async function ready(server: Leashed, url: string, folder: string, logFile: string): Promise<void> {
  const patience = AbortSignal.timeout(60_000) // crash recovery of a large cluster takes its time
  while (!server.hasEnded()) {
    const refusal = await tryConnect(url)
    if (refusal === null) return
    // 28: this password, this role; the server is up and will not change its mind
    if (refusal.startsWith('28') || patience.aborted) {
      await server.stop()
      throw new CannotStart(
        `The Postgres of ${folder} refused us (${refusal}): see ${logFile}, and put back postgres.password of that folder`,
      )
    }
    await Promise.race([server.ended, new Promise((resolve) => setTimeout(resolve, 50))])
  }
  const reason = tellingLine(server.output(), /FATAL|PANIC|ERROR|could not/)
  throw new CannotStart(
    `Postgres does not start on ${folder} (${reason}): see ${logFile}, put back a copy of the data folder, or delete ` +
      'that folder to start anew without its data',
  )
}

async function tryConnect(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? 'no answer'
  } finally {
    await client.end().catch(() => undefined)
  }
}

function tellingLine(output: string, telling: RegExp): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return (lines.find((line) => telling.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim()
}
