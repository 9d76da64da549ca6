import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import type { ApiDeps } from './deps.ts'
import { type BodyPace, endStalledBodies } from './stalledBodies.ts'

export interface RunningApi {
  url: string
  port: number
  /** Takes no new requests, lets those under way finish (10 s at most), then returns. */
  stop: () => Promise<void>
}

/** Thrown when the port can't be listened on: one sentence with the way out; `code` is Node's. */
export class CannotListen extends Error {
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.name = 'CannotListen'
    this.code = code
  }
}

const graceMs = 10_000

/** Listens on `host:port` (0: any free one). */
export async function startApi(
  options: ApiDeps & { port: number; host: string; bodyPace?: BodyPace },
): Promise<RunningApi> {
  const { port, host, bodyPace, ...deps } = options
  const server = createServer(createApp(deps))
  endStalledBodies(server, bodyPace)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)))
    server.listen(port, host, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return {
    url: `http://${shownHost}:${actual}`,
    port: actual,
    stop: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(force)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): CannotListen {
  const code = error.code ?? 'UNKNOWN'
  if (code === 'EADDRINUSE')
    return new CannotListen(
      `Port ${port} is in use by another program: stop it, or start with another one, e.g. PORT=${port + 1} npm start.`,
      code,
    )
  if (code === 'EACCES')
    return new CannotListen(`Port ${port} may not be used by this user: choose one above 1023, e.g. PORT=8080.`, code)
  return new CannotListen(`Cannot listen on ${host}:${port} (${code}): check PORT.`, code)
}
