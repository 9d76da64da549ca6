import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedPostgres, startPostgres } from '../../embedded/postgres.ts'
import { type EmbeddedTemporal, startTemporal } from '../../embedded/temporal.ts'
import { until } from '../wait.ts'

/** A part of the installation in processes of its own: what can die, and be started again. */
export interface Part {
  name: string
  start(): Promise<void>
  /** As a machine dies: no goodbye. */
  kill(): Promise<void>
}

const root = new URL('../../', import.meta.url).pathname
const patience = 120_000

export function postgresPart(dataDir: string): Part & { url: () => string } {
  let server: EmbeddedPostgres | undefined
  return {
    name: 'Postgres',
    url: () => server?.url ?? '',
    async start() {
      server = await startPostgres({ dataDir, port: 0, log: () => undefined })
    },
    async kill() {
      const [pid] = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)
      process.kill(Number(pid), 'SIGKILL')
      await server?.ended
    },
  }
}

export function temporalPart(
  dataDir: string,
  searchAttributes: Record<string, 'Keyword'>,
): Part & { address: () => string } {
  let server: EmbeddedTemporal | undefined
  return {
    name: 'Temporal',
    address: () => server?.address ?? '',
    async start() {
      const common = { dataDir, port: 0, uiPort: null, namespace: 'default', searchAttributes }
      server = await startTemporal({ ...common, env: process.env, log: () => undefined })
    },
    async kill() {
      for (const pid of processesWith(join(dataDir, 'temporal.db'))) process.kill(pid, 'SIGKILL')
      await server?.ended
    },
  }
}

/** Programs, not the shells that hold them, whose command line has this in it. */
function processesWith(argument: string): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const [program = '', ...rest] = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0')
      return rest.includes(argument) && !program.endsWith('sh') ? [Number(entry)] : []
    } catch {
      // It ended while we looked.
      return []
    }
  })
}

/** One of the real programs. It may end by itself while a server is away: then it is started again, as a supervisor does. */
export function programPart(name: string, file: string, ready: string, env: () => Record<string, string>): Part {
  let child: ReturnType<typeof spawn> | undefined
  let out = ''
  let isWanted = false
  const launch = () => {
    out = ''
    const started = spawn(process.execPath, [file], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const heard = (chunk: Buffer) => {
      out = (out + chunk).slice(-20_000)
    }
    started.stdout.on('data', heard)
    started.stderr.on('data', heard)
    started.once('exit', () => {
      if (isWanted && child === started) setTimeout(() => isWanted && child === started && launch(), 1_000)
    })
    child = started
  }
  return {
    name,
    async start() {
      isWanted = true
      launch()
      await until(`${name} is ready`, async () => (out.includes(ready) ? true : undefined), patience).catch((error) => {
        throw new Error(`${error.message}: ${out.slice(-2_000)}`)
      })
    },
    async kill() {
      isWanted = false
      const dying = child
      if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return
      const gone = new Promise((resolve) => dying.once('exit', resolve))
      dying.kill('SIGKILL')
      await gone
    },
  }
}
