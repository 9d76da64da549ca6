import type { ActionDefinition, TextChannel } from '../domain/action.ts'
import type { ActionFacts } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'

export interface Reissued {
  action: ActionFacts
  /** Still encrypted, as it was first sent. */
  subject: Buffer | null
  body: Buffer
}

/** The content that a delivery's newest link led to, and its action, deleted or not; null when there is none. */
export async function readReissued(tx: Tx, deliveryId: string): Promise<Reissued | null> {
  const [row] = await tx.query<{
    actionId: string
    version: number
    definition: ActionDefinition
    subject: Buffer | null
    body: Buffer
  }>(
    `select a.id as "actionId", a.version, a.definition, m.subject_encrypted as subject, m.body_encrypted as body
       from delivery d
       join custom_action a on a.organization_id = d.organization_id and a.id = d.action_id
       join secure_message m on m.organization_id = d.organization_id and m.delivery_id = d.id
      where d.id = $1 order by m.created_at desc, m.id desc limit 1`,
    [deliveryId],
  )
  if (!row) return null
  const { actionId: id, version, definition, subject, body } = row
  return { action: { id, version, definition, editedAt: 0, activatedAt: null, deleted: false }, subject, body }
}

export interface ReissueNotice {
  channel: TextChannel
  provider: string
  address: Buffer
  addressHash: string
  subject: Buffer | null
  text: Buffer
  segments: number | null
}

/**
 * Opens the next attempt of a delivery that is claimed, with a new notice (Sending: claim and attempt). What was decided
 * when it was first sent stays as it was. The caller holds its lock.
 */
export async function openReissue(tx: Tx, deliveryId: string, notice: ReissueNotice, now: Instant): Promise<string> {
  const attemptId = newId()
  await tx.query(
    `with opened as (
       update delivery set status = 'sending', reason = null, final = false, not_before = null, channel = $3, address = $4,
         address_hash = $5, subject_encrypted = $6, text_encrypted = $7, segments = $8, steps = steps + 1, updated_at = $9
       where id = $1 returning id)
     insert into attempt (organization_id, id, delivery_id, number, channel, provider, address, address_hash, status, opened_at,
       called_at, updated_at)
     select $10, $2, id, 1 + coalesce((select max(number) from attempt where organization_id = $10 and delivery_id = $1), 0),
       $3, $11, $4, $5, 'open', $9, $9, $9
     from opened`,
    [
      deliveryId,
      attemptId,
      notice.channel,
      notice.address,
      notice.addressHash,
      notice.subject,
      notice.text,
      notice.segments,
      new Date(now),
      tx.organizationId,
      notice.provider,
    ],
    'open reissue',
  )
  return attemptId
}
