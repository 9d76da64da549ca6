import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { CannotStart } from './cannotStart.ts'
import { type Leashed, leash } from './leash.ts'
import { portFor } from './ports.ts'
import type { EmbeddedServer } from './postgres.ts'
import { temporalCli } from './temporalCli.ts'

export interface EmbeddedTemporal extends EmbeddedServer {
  /** host:port of its gRPC service. */
  address: string
  /** Temporal Web; null when it was not asked for. */
  uiUrl: string | null
}

export interface TemporalOptions {
  /** The folder of everything: the workflows' database file, the log, the ports chosen. */
  dataDir: string
  /** false keeps workflows in memory only: for tests. */
  durable?: boolean
  /** 0: any free one, the same at the next start. */
  port: number
  /** The same for Temporal Web; null: without it. */
  uiPort: number | null
  namespace: string
  /** Search attributes to register, with their types. */
  searchAttributes: Record<string, 'Keyword' | 'Int' | 'Datetime'>
  /** The environment that programs are looked up and fetched with (PATH, proxies). */
  env: NodeJS.ProcessEnv
  log: (line: string) => void
  cacheDir?: string
}

const host = '127.0.0.1'

// As durable as SQLite's default, a rollback journal, with a quarter of the waits for the disk (docs/decisions/0027).
const writeAheadLog = 'journal_mode=wal'

// Time can be skipped for a single workflow: tests in virtual time and the simulator's "skip ahead" live on it.
const timeSkipping = ['frontend.WorkflowTimeSkippingEnabled=true', 'frontend.TimeSkippingEnabled=true']

/**
 * Starts the embedded Temporal server on loopback; what sleeps in it goes on after a restart.
 * @throws CannotStart with what is wrong (port in use, no program, damaged database file) and the way out.
 */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const { dataDir, durable = true, namespace, searchAttributes, env, log } = options
  const cacheDir = options.cacheDir ?? join(homedir(), '.cache', 'custom-actions')
  const port = await portFor({ variable: 'TEMPORAL_PORT', wanted: options.port, dataDir })
  const uiPort =
    options.uiPort === null
      ? null
      : await portFor({ variable: 'TEMPORAL_UI_PORT', wanted: options.uiPort, dataDir, taken: [port] })
  const program = await temporalCli({ cacheDir, env, log })

  const logs = join(dataDir, 'logs')
  await mkdir(logs, { recursive: true })
  const dbFile = join(dataDir, 'temporal.db')
  const logFile = join(logs, 'temporal.log')
  const command = [
    ...[program, 'server', 'start-dev', '--ip', host, '--port', String(port), '--namespace', namespace],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(durable ? ['--db-filename', dbFile, '--sqlite-pragma', writeAheadLog] : []),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...timeSkipping.flatMap((setting) => ['--dynamic-config-value', setting]),
  ]
  const launch = () => leash(command, { stopSignal: 'TERM', logFile, env: { PATH: env['PATH'], HOME: env['HOME'] } })
  const address = `${host}:${port}`
  const server = await ready(launch, { address, namespace, logFile, dbFile, searchAttributes })
  return {
    address,
    uiUrl: uiPort === null ? null : `http://${host}:${uiPort}`,
    ended: server.ended,
    stop: () => server.stop(),
  }
}

interface Expected {
  address: string
  namespace: string
  searchAttributes: Record<string, string>
  logFile: string
  dbFile: string
}

/** Starts the server until it answers. */
async function ready(launch: () => Leashed, expected: Expected): Promise<Leashed> {
  // A first start makes the database's schema; on a slow disk that has taken many seconds.
  const patience = AbortSignal.timeout(90_000)
  // The server of a start that was killed gives its port back first, and its file a while later.
  const filePatience = AbortSignal.timeout(30_000)
  let server = launch()
  let panics = 0
  while (!patience.aborted) {
    if (!server.hasEnded() && (await answers(expected))) return server
    await Promise.race([server.ended, pause()])
    if (!server.hasEnded()) continue
    // It looks for free ports for its inner parts by itself, and panics when another server takes one in that moment.
    if (hasPanicked(server)) panics += 1
    const mayPass = (isInUse(server) && !filePatience.aborted) || (hasPanicked(server) && panics < 3)
    if (!mayPass) break
    await pause()
    server = launch()
  }
  await server.stop()
  const { logFile, dbFile } = expected
  const said = server.output().trim().split('\n')
  const reason = (said.find((line) => line.startsWith('panic:')) ?? said.at(-1))?.trim() || 'it said nothing'
  const wayOut = isInUse(server)
    ? `another Temporal server uses its database file ${dbFile}: end that one, or set DATA_DIR to another folder`
    : `if its database file ${dbFile} is damaged, put back a copy of the data folder, or delete that file and ` +
      'temporal.db-wal and temporal.db-shm beside it: sleeping care events are planned anew'
  throw new CannotStart(`The Temporal server does not start (${reason}): see ${logFile}; ${wayOut}`)
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100))

function hasPanicked(server: Leashed): boolean {
  return /^panic:/m.test(server.output())
}

function isInUse(server: Leashed): boolean {
  return server.output().includes('database is locked')
}

async function answers({ address, namespace, searchAttributes }: Expected): Promise<boolean> {
  let connection: Connection | undefined
  try {
    connection = await Connection.connect({ address, connectTimeout: '2s' })
    await connection.workflowService.describeNamespace({ namespace })
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    return Object.keys(searchAttributes).every((name) => name in customAttributes)
  } catch {
    return false // not yet, or never: the caller watches the process and the time
  } finally {
    await connection?.close()
  }
}
