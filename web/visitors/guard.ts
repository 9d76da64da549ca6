import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'

/**
 * For pages that a link alone opens: nothing keeps, indexes, frames or scripts them, and the link's secret leaves with no
 * request to anybody else.
 */
export function privatePage(route: string): RequestHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return (_req, res, next) => {
    // The pattern, not the address: that has the secret in it.
    res.locals.route = route
    res.set({
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      'X-Robots-Tag': 'noindex, nofollow, noarchive',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': policy.join('; '),
    })
    next()
  }
}

const caller = (req: Request) => ipKeyGenerator(req.ip ?? '')
const minutes = (count: number) => count * 60_000
const quiet = { standardHeaders: false, legacyHeaders: false } as const

/**
 * How often one caller may come, and how often with a link that opens nothing: whoever guesses has few tries. In memory,
 * per process; the lock on the patient is what protects a message.
 */
export function limitVisits(tooMany: RequestHandler): RequestHandler[] {
  return [
    rateLimit({ ...quiet, windowMs: minutes(5), limit: 200, keyGenerator: caller, handler: tooMany }),
    rateLimit({
      ...quiet,
      windowMs: minutes(10),
      limit: 30,
      keyGenerator: caller,
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_req, res) => res.statusCode !== 404,
      handler: tooMany,
    }),
  ]
}
