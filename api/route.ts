import type * as z from 'zod'
import type { Tx } from '../db/orm.ts'
import type { Instant } from '../domain/instant.ts'
import type { ApiDeps } from './deps.ts'
import type { Principal, Role } from './principal.ts'

export type Method = 'get' | 'post' | 'patch' | 'delete'

/** What a route gets: checked input, who asks, and one transaction inside their organization. */
export interface Call<P, Q, B> {
  tx: Tx
  deps: ApiDeps
  who: Principal
  now: Instant
  params: P
  query: Q
  body: B
  /** The version that `If-Match` names; null when the header is missing. */
  version: number | null
}

/**
 * One call of the contract. The same schemas check what arrives, describe it in OpenAPI and, in tests, check what
 * leaves. A handler that returns undefined answers 204.
 */
export interface RouteSpec<P, Q, B, R> {
  method: Method
  /** With `{id}` placeholders, as OpenAPI writes them. */
  path: string
  summary: string
  tag: string
  /** The least role that may call it. */
  role: Role
  params?: z.ZodType<P>
  query?: z.ZodType<Q>
  body?: z.ZodType<B>
  /** Fills in, before the check, what the schema alone cannot know. */
  prepare?: (body: unknown) => unknown
  /** Left out: 204. */
  response?: z.ZodType<R>
  status?: 200 | 201
  /** Edits of what has a version need `If-Match`. */
  versioned?: boolean
  handle: (call: Call<P, Q, B>) => Promise<R | undefined>
  /** Set by `outsideRoute`. */
  outside?: boolean
}

/** A route whose types have been checked against its handler; the table holds these. */
export type Route = RouteSpec<unknown, unknown, unknown, unknown>

/** Ties the handler's types to the schemas, then forgets them, so that routes of all shapes fit one list. */
export function route<P = undefined, Q = undefined, B = undefined, R = undefined>(spec: RouteSpec<P, Q, B, R>): Route {
  return spec as unknown as Route
}

/** A call that talks to somebody outside: its handler makes its own transactions, because none should wait for that. */
export function outsideRoute<P = undefined, Q = undefined, B = undefined, R = undefined>(
  spec: Omit<RouteSpec<P, Q, B, R>, 'handle' | 'outside'> & {
    handle: (call: Omit<Call<P, Q, B>, 'tx'>) => Promise<R | undefined>
  },
): Route {
  return { ...spec, outside: true } as unknown as Route
}
