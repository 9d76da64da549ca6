import type { Instant } from '../../domain/instant.ts'
import { Problem } from '../../domain/problem.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'
import { sha256 } from '../secrets.ts'
import { at } from './values.ts'

export interface IdempotentRequest {
  key: string
  /** The user or API key that sends it: keys of others never meet. */
  actorId: string
  method: string
  path: string
  body: string
}
export interface StoredAnswer {
  status: number
  body: unknown
}

/**
 * Takes the key for this transaction. A request with the same key that is under way is waited for (its insert holds the
 * row); what it answered is returned, null when this request is the first. Throws `invalid` when the same key came with
 * another request. The answer lies encrypted: it may hold a secret that is shown once.
 */
export async function takeIdempotencyKey(
  tx: Tx,
  request: IdempotentRequest,
  encryption: Encryption,
  now: Instant,
): Promise<StoredAnswer | null> {
  const hash = sha256(`${request.method} ${request.path}\n${request.body}`)
  const taken = await tx.query(
    `insert into idempotency_key (organization_id, actor_id, key, method, path, request_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning key`,
    [tx.organizationId, request.actorId, request.key, request.method, request.path, hash, at(now)],
  )
  if (taken.length > 0) return null
  const [row] = await tx.query<{ request_hash: string; status: number | null; response: { encrypted: string } | null }>(
    'select request_hash, status, response from idempotency_key where actor_id = $1 and key = $2',
    [request.actorId, request.key],
  )
  if (row === undefined || row.status === null)
    throw new Problem('conflict', 'A request with this Idempotency-Key is under way: try again in a moment.')
  if (row.request_hash !== hash)
    throw new Problem('invalid', 'Idempotency-Key: it was used for another request; take a new one for each request.')
  const text = row.response === null ? null : encryption.decrypt(Buffer.from(row.response.encrypted, 'base64'))
  return { status: row.status, body: text === null ? undefined : JSON.parse(text) }
}

/** Keeps what the first request answered, in its own transaction: what failed may be tried again with the same key. */
export async function keepAnswer(
  tx: Tx,
  request: IdempotentRequest,
  answer: StoredAnswer,
  encryption: Encryption,
): Promise<void> {
  const text = answer.body === undefined ? null : JSON.stringify(answer.body)
  const response = text === null ? null : { encrypted: encryption.encrypt(text).toString('base64') }
  await tx.query('update idempotency_key set status = $3, response = $4::jsonb where actor_id = $1 and key = $2', [
    request.actorId,
    request.key,
    answer.status,
    JSON.stringify(response),
  ])
}

/** The request was refused before anything left the house: the key may be used again. */
export async function giveBackKey(tx: Tx, request: IdempotentRequest): Promise<void> {
  await tx.query('delete from idempotency_key where actor_id = $1 and key = $2 and status is null', [
    request.actorId,
    request.key,
  ])
}
