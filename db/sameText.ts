import type { Instant } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import { type Claim, isFree } from './ledger.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'

/** By what identical texts are known: a keyed hash, which tells nothing of the text. */
export function textHashOf(
  { blindIndex }: Pick<Encryption, 'blindIndex'>,
  { subject, body }: { subject: string | null; body: string },
): string {
  return blindIndex(`text/${subject ?? ''}\n${body}`)
}

/**
 * Records that the same text of the action goes to the same address already, for another care event of that day (Same
 * day: a family's phone): the delivery is merged into that one and shares its outcome from now on (see the triggers of
 * `migrations/0001_triggers.sql`). Does nothing when there is no such text, or the delivery is not ours to send any more.
 */
export async function followText(tx: Tx, { verdict, message, ...claim }: Claim, now: Instant): Promise<void> {
  const { trail, occurrenceKey, recipient } = verdict
  const entry = { check: 'sameText', saw: 'the same text goes to the same address today', result: 'noted' }
  await tx.query(
    `with leader as materialized (
       select * from delivery t where t.organization_id = $1 and t.action_id = $3 and t.address_hash = $10
         and t.text_hash = $15 and t.text_day = $16 and (t.occurrence_key <> $7 or t.recipient <> $8)
       for update
     ), marked as (
       update delivery d set followed = true from leader where d.organization_id = $1 and d.id = leader.id and not d.followed
     )
     insert into delivery (organization_id, id, action_id, action_version, care_event_id, patient_id, occurrence_key, recipient,
       channel, address, address_hash, language, status, reason, final, due_at, send_at, claimed_at, stated_start_at,
       text_encrypted, subject_encrypted, segments, trail, covers, text_hash, merged_into, sent_at, reached_provider, steps,
       created_at, updated_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, leader.channel, $9, $10, $11, leader.status, leader.reason, leader.final, $12, $13, $14,
       $17, $18, $19, leader.segments, $20, $21, $15, leader.id, leader.sent_at, leader.reached_provider, 1, $14, $14
     from leader
     on conflict (organization_id, action_id, occurrence_key, recipient) do update set
       care_event_id = excluded.care_event_id, patient_id = excluded.patient_id, action_version = excluded.action_version,
       channel = excluded.channel, address = excluded.address,
       address_hash = excluded.address_hash, language = excluded.language, status = excluded.status, reason = excluded.reason,
       final = excluded.final, due_at = excluded.due_at, send_at = excluded.send_at, not_before = null,
       claimed_at = excluded.claimed_at, stated_start_at = excluded.stated_start_at, text_encrypted = excluded.text_encrypted,
       subject_encrypted = excluded.subject_encrypted, segments = excluded.segments, trail = excluded.trail,
       covers = excluded.covers, text_hash = excluded.text_hash, text_day = null, merged_into = excluded.merged_into,
       sent_at = excluded.sent_at, reached_provider = excluded.reached_provider, updated_at = excluded.updated_at
     where ${isFree}`,
    [
      tx.organizationId,
      newId(),
      verdict.actionId,
      claim.actionVersion,
      claim.careEventId,
      claim.patientId,
      occurrenceKey,
      recipient,
      message.address,
      message.addressHash,
      message.language,
      date(verdict.dueAt),
      date(verdict.sendAt),
      date(now),
      message.textHash,
      message.day,
      date(claim.statedStartAt),
      message.text,
      message.subject,
      JSON.stringify([...trail, entry]),
      verdict.sameDay && verdict.sameDay.covers.length > 1 ? verdict.sameDay.covers : null,
    ],
    'follow text',
  )
}

/** Two claimed the same text in one moment: the other one has it by now. */
export function isTextRace(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && constraint === 'delivery_one_text'
}

function date(instant: Instant | null): Date | null {
  return instant === null ? null : new Date(instant)
}
