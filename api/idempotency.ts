import type { Tx } from '../db/orm.ts'
import {
  giveBackKey,
  type IdempotentRequest,
  keepAnswer,
  type StoredAnswer,
  takeIdempotencyKey,
} from '../db/queries/idempotency.ts'
import { Problem } from '../domain/problem.ts'
import type { ApiDeps } from './deps.ts'

/** Runs a POST once per `Idempotency-Key`, and answers its repeats alike; without a key (null) it just runs. */
export async function answerOnce(
  tx: Tx,
  deps: ApiDeps,
  request: IdempotentRequest | null,
  run: (tx: Tx) => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  if (request === null) return run(tx)
  const before = await takeIdempotencyKey(tx, request, deps.encryption, deps.clock())
  if (before) return before
  const answer = await run(tx)
  await keepAnswer(tx, request, answer, deps.encryption)
  return answer
}

/**
 * The same for a route that talks to somebody outside: the key is taken before and the answer kept after, so that a
 * crash in between leaves the key under way (409) and nothing is sent twice.
 */
export async function answerOnceOutside(
  deps: ApiDeps,
  organizationId: string,
  request: IdempotentRequest | null,
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  if (request === null) return run()
  const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => deps.database.inOrganization(organizationId, work)
  const before = await inOrganization((tx) => takeIdempotencyKey(tx, request, deps.encryption, deps.clock()))
  if (before) return before
  try {
    const answer = await run()
    await inOrganization((tx) => keepAnswer(tx, request, answer, deps.encryption))
    return answer
  } catch (error) {
    if (error instanceof Problem && error.kind !== 'unavailable') await inOrganization((tx) => giveBackKey(tx, request))
    throw error
  }
}
