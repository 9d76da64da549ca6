import type { IncomingMessage, Server, ServerResponse } from 'node:http'

export interface BodyPace {
  /** Each time so long (ms) … */
  everyMs?: number
  /** … a body that is not whole has to bring so many bytes. */
  leastBytes?: number
  /** Calls at each interval until what it returns is called; tests have their own. */
  every?: (work: () => void, ms: number) => () => void
}

function inRealTime(work: () => void, ms: number): () => void {
  const timer = setInterval(work, ms)
  return () => clearInterval(timer)
}

/**
 * Ends requests whose body stops coming. A file may take hours over a slow line, so that no request is limited as a
 * whole; one that brings next to nothing for a minute is answered 408 and its connection closed.
 */
export function endStalledBodies(
  server: Server,
  { everyMs = 60_000, leastBytes = 16 * 1024, every = inRealTime }: BodyPace = {},
): void {
  // Node's own limit is of the whole request: five minutes. That of its headers stays.
  server.requestTimeout = 0
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined) return
    let read = req.socket.bytesRead
    const stop = every(() => {
      if (req.complete) return stop()
      const now = req.socket.bytesRead
      // What waits to be taken is ours to hurry with, not the sender's.
      const isStalled = now - read < leastBytes && req.readableLength === 0
      read = now
      if (!isStalled) return
      stop()
      refuse(req, res, everyMs)
    }, everyMs)
    res.once('close', stop)
  })
}

function refuse(req: IncomingMessage, res: ServerResponse, everyMs: number): void {
  if (res.headersSent) return void req.destroy()
  const detail = `The body stopped coming: next to nothing of it in ${everyMs / 1000} s. Nothing was kept: send it again.`
  const problem = { type: 'about:blank', title: 'Request Timeout', status: 408, detail, errors: [], requestId: null }
  res.writeHead(408, {
    Connection: 'close',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
  })
  res.end(JSON.stringify(problem), () => req.destroy())
}
