import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { CannotStart } from './cannotStart.ts'

const loopback = '127.0.0.1'

/** Whether nothing listens on this port of an address of ours. */
export async function isFree(port: number, host = loopback): Promise<boolean> {
  return (await tryListen(port, host)) === port
}

// A server whose parent was killed a moment ago is still ending, and gives its port back.
async function becomesFree(port: number): Promise<boolean> {
  const patience = AbortSignal.timeout(3_000)
  while (!patience.aborted) {
    if (await isFree(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

/** A loopback port that nothing listens on at this moment. */
export async function anyFreePort(): Promise<number> {
  const port = await tryListen(0, loopback)
  if (port === null) throw new CannotStart('No loopback port is free: end some of the programs that listen on them')
  return port
}

export interface PortChoice {
  /** The name of the setting, for the error and for the file. */
  variable: string
  wanted: number
  dataDir: string
  /** Promised to another server that does not listen yet. */
  taken?: readonly number[]
}

/**
 * The port an embedded server listens on. A wanted port must be free; 0 means any, and the one chosen is kept in
 * `ports.json` of the data folder, so that addresses noted down stay true after a restart.
 */
export async function portFor(choice: PortChoice): Promise<number> {
  const { variable, wanted, dataDir, taken = [] } = choice
  if (wanted !== 0) {
    if (await becomesFree(wanted)) return wanted
    throw new CannotStart(
      `Port ${wanted} is in use by another program: end that one, or set ${variable} to another port (0 = any free)`,
    )
  }
  const file = join(dataDir, 'ports.json')
  const before = readPorts(file)[variable]
  if (before !== undefined && !taken.includes(before) && (await becomesFree(before))) return before
  let port = await anyFreePort()
  while (taken.includes(port)) port = await anyFreePort()
  remember(file, variable, port)
  return port
}

// Postgres and Temporal start side by side: read and write in one go, or the later one would forget the other's port.
function remember(file: string, variable: string, port: number): void {
  writeFileSync(file, `${JSON.stringify({ ...readPorts(file), [variable]: port }, null, 2)}\n`)
}

function tryListen(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen({ port, host }, () => {
      const { port: bound } = server.address() as AddressInfo
      server.close(() => resolve(bound))
    })
  })
}

// The file is a convenience: one that is missing or damaged only means that ports are chosen anew.
function readPorts(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}
