import { randomBytes, randomInt, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { TextChannel } from '../domain/action.ts'
import { dayMs, type Instant } from '../domain/instant.ts'
import { isSpoken, isSpokenCode, secureMessageDays } from '../domain/secureLink.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'
import { sha256 } from './secrets.ts'

/** What opens a secure message: 128 random bits in a link, or 12 digits where it is said on the phone. */
export function newSecureToken(channel: TextChannel): string {
  return isSpoken(channel)
    ? String(randomInt(1_000_000)).padStart(6, '0') + String(randomInt(1_000_000)).padStart(6, '0')
    : randomBytes(16).toString('base64url')
}

const stretch = promisify<string, string, number, { N: number; r: number; p: number }, Buffer>(scrypt)

/**
 * All that is kept of a token. Twelve digits could be tried out against a stolen copy of the table: their hash is made
 * to take a while.
 */
export async function secureTokenHash(token: string): Promise<string> {
  if (!isSpokenCode(token)) return sha256(token)
  return (await stretch(token, 'code of a secure message', 32, { N: 16_384, r: 8, p: 1 })).toString('hex')
}

export interface SecureContent {
  deliveryId: string
  /** One of the two. */
  patientId: string | null
  staffMemberId: string | null
  tokenHash: string
  subject: Buffer | null
  body: Buffer
}

/** Stores the content behind a new link. An earlier link of the same delivery opens nothing any more. */
export async function storeSecureMessage(tx: Tx, content: SecureContent, now: Instant): Promise<void> {
  await retireLinks(tx, content.deliveryId, now)
  await tx.query(
    `insert into secure_message (organization_id, id, delivery_id, patient_id, staff_member_id, token_hash, subject_encrypted,
       body_encrypted, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.organizationId,
      newId(),
      content.deliveryId,
      content.patientId,
      content.staffMemberId,
      content.tokenHash,
      content.subject,
      content.body,
      new Date(now),
      new Date(now + secureMessageDays * dayMs),
    ],
    'store secure message',
  )
}

/** No link of a delivery opens any more. */
export async function retireLinks(tx: Tx, deliveryId: string, now: Instant): Promise<void> {
  await tx.query(
    'update secure_message set invalidated_at = $2 where delivery_id = $1 and invalidated_at is null',
    [deliveryId, new Date(now)],
    'retire secure links',
  )
}
