import type { Express, Request, RequestHandler, Response } from 'express'
import type { Tx } from '../db/orm.ts'
import type { IdempotentRequest, StoredAnswer } from '../db/queries/idempotency.ts'
import { Problem } from '../domain/problem.ts'
import { authenticate } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { answerOnce, answerOnceOutside } from './idempotency.ts'
import { checked, checkedParams, checkedQuery, ifMatch } from './input.ts'
import { type Principal, requireRole } from './principal.ts'
import { bodyHash } from './rawBody.ts'
import type { Call, Route } from './route.ts'

/** Registers the contract's routes, each as: who, may they, is it valid, one transaction, answer. */
export function serve(app: Express, routes: readonly Route[], deps: ApiDeps): void {
  for (const each of routes) {
    const path = each.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app[each.method](path, named(each.path), handler(each, deps))
  }
}

/** The route's pattern, for metrics: a path with ids in it would make a series for every patient. */
function named(path: string): RequestHandler {
  return (_req, res, next) => {
    res.locals.route = path
    next()
  }
}

function handler(route: Route, deps: ApiDeps): RequestHandler {
  return async (req, res) => {
    const who = await authenticate(deps, req)
    requireRole(who, route.role)
    const input = readInput(route, req)
    const call = { deps, who, now: deps.clock(), ...input }
    const run = async (tx: Tx | null): Promise<StoredAnswer> => {
      // The type of an outside route's handler has no `tx`, so it cannot miss it.
      const result = await route.handle({ ...call, tx: tx as Tx })
      return { status: result === undefined ? 204 : (route.status ?? 200), body: result }
    }
    const key = route.method === 'post' ? keyOf(route, req, who) : null
    const answer = route.outside
      ? await answerOnceOutside(deps, who.organizationId, key, () => run(null))
      : await deps.database.inOrganization(who.organizationId, (tx) => answerOnce(tx, deps, key, run))
    send(res, route, answer, deps)
  }
}

const asItIs = (body: unknown) => body

function readInput(
  route: Route,
  req: Request,
): Pick<Call<unknown, unknown, unknown>, 'params' | 'query' | 'body' | 'version'> {
  const version = ifMatch(req)
  if (route.versioned === true && version === null)
    throw new Problem(
      'versionRequired',
      'Send If-Match with the version you edited (its ETag), so that no edit is lost.',
    )
  if (route.body !== undefined && req.body === undefined && req.get('content-type') !== undefined && !req.is('json'))
    throw new Problem('unsupportedMedia', 'The body must be JSON, sent as application/json.')
  return {
    params: route.params ? checkedParams(route.params, req.params) : undefined,
    query: route.query ? checkedQuery(route.query, req.query) : undefined,
    body: route.body ? checked(route.body, (route.prepare ?? asItIs)(req.body ?? {})) : undefined,
    version: version === 'any' ? null : version,
  }
}

function keyOf(route: Route, req: Request, who: Principal): IdempotentRequest | null {
  const key = req.get('idempotency-key')
  if (key === undefined) return null
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Problem('malformed', 'Idempotency-Key: 1 to 255 printable characters without spaces.')
  const actorId = who.userId ?? who.apiKeyId
  if (actorId === null) throw new Error('somebody who is neither a user nor an API key was let in')
  return { key, actorId, method: route.method, path: req.path, body: bodyHash(req) }
}

function send(res: Response, route: Route, answer: StoredAnswer, deps: ApiDeps): void {
  res.set('Cache-Control', 'no-store')
  if (answer.status === 204) return void res.status(204).end()
  if (deps.checkResponses === true) route.response?.parse(answer.body)
  const { version } = (answer.body ?? {}) as { version?: unknown }
  if (typeof version === 'number') res.set('ETag', `"${version}"`)
  res.status(answer.status).json(answer.body)
}
