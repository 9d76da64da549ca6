import express, { type RequestHandler } from 'express'
import { authenticate } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { keepRawBody } from './rawBody.ts'

const parse = express.json({ limit: '1mb', strict: false, verify: keepRawBody })

/**
 * Reads the JSON bodies of `/api`. What is wrong with one (too large, no JSON) is told only to those who may call: a
 * stranger hears 401, whatever they send. Nobody has signed in yet who asks for a session.
 */
export function jsonBody(deps: Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>): RequestHandler {
  return (req, res, next) =>
    parse(req, res, (error?: unknown) => {
      if (error === undefined || req.path === '/session') return next(error)
      authenticate(deps, req).then(() => next(error), next)
    })
}
