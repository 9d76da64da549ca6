import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'

/** Structured and redacted; whoever starts the API gives it. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * Paths whose last part is a secret or a person's token are logged without it, and those that lead nowhere only by their
 * beginning: what somebody mistyped there can be a patient's name.
 */
function loggedPath(path: string, status: number): string {
  if (status === 404) return path.replace(/^(\/[a-z]*).*/, '$1/…')
  return path.replace(/^\/(c|m|p)\/.*/i, '/$1/…')
}

/**
 * Gives each request an id (the caller's own when it is harmless) and logs one line when it is answered:
 * method, path, status, milliseconds. Never bodies, headers or query strings: they hold names and numbers.
 */
export function requestLog(log: Log, elapsedMs: () => number): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id')
    const requestId = given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    res.locals.requestId = requestId
    res.set('X-Request-Id', requestId)
    const began = elapsedMs()
    res.once('close', () => {
      const path = loggedPath(req.originalUrl.split('?', 1)[0] ?? '', res.statusCode)
      const line = { requestId, method: req.method, path, status: res.statusCode, ms: Math.round(elapsedMs() - began) }
      if (res.statusCode >= 500) log.warn(line, 'request')
      else log.info(line, 'request')
    })
    next()
  }
}
