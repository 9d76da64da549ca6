import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { PostFormat } from './postFormat.ts'
import { proofOf } from './sourceSecrets.ts'

const windowMs = 60_000

/** Posts a minute of one source; beyond, it is asked to wait (429, `Retry-After`). */
export function limitPosts(
  perMinute: number,
  sourceOf: (req: Request) => string,
  refuse: PostFormat['refuse'],
): RequestHandler {
  return rateLimit({
    windowMs,
    limit: perMinute,
    keyGenerator: sourceOf,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_req, res) =>
      refuse(res, 429, `More than ${perMinute} posts in a minute: wait as Retry-After says, or send many in one`),
  })
}

/** Posts a minute that could not prove whose they are, from one address in the name of one source. */
export function limitFailures(perMinute: number, refuse: PostFormat['refuse']): RequestHandler {
  return rateLimit({
    windowMs,
    limit: perMinute,
    keyGenerator: (req) => `${ipKeyGenerator(req.ip ?? '')}/${proofOf(req).sourceId?.slice(0, 64) ?? ''}`,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_req, res) => res.statusCode !== 401,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_req, res) =>
      refuse(res, 429, 'Too many posts with a wrong source or secret: check them, then wait a minute'),
  })
}
