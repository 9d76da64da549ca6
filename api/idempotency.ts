import { type IdempotentRequest, keepAnswer, type StoredAnswer, takeIdempotencyKey } from '../db/queries/idempotency.ts'
import type { Tx } from '../db/orm.ts'
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
