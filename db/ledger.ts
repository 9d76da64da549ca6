import type { TextChannel } from '../domain/action.ts'
import type { AttemptStatus } from '../domain/attempt.ts'
import type { DeliveryStatus } from '../domain/delivery.ts'
import type { Instant, LocalDate } from '../domain/instant.ts'
import type { ReasonCode } from '../domain/reasons.ts'
import type { TrailEntry, Verdict } from '../domain/verdict.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'

/**
 * The ledger's statements: every change of a delivery or attempt that the workflow makes. All of them run under the lock
 * of the care event's row, so that no two deciders of one care event meet; callbacks lock the delivery's row itself.
 */

/** A delivery that the workflow goes on with, and its latest attempt. */
export interface LedgerRow {
  id: string
  status: DeliveryStatus
  occurrenceKey: string
  notBefore: Instant | null
  retries: number
  steps: number
  trail: TrailEntry[]
  /** A new link was asked for. */
  reissue: boolean
  recipient: string
  /** Whose workflow goes on with it: several care events may share an occurrence. */
  careEventId: string
  attempt: LedgerAttempt | null
}

export interface LedgerAttempt {
  id: string
  number: number
  channel: TextChannel
  status: AttemptStatus
  openedAt: Instant
  absentAnswers: number
}

const millis = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const selectRow = `
  select d.id, d.status, d.occurrence_key as "occurrenceKey", ${millis('d.not_before')} as "notBefore", d.retries, d.steps, d.trail,
    d.reissue, d.recipient, d.care_event_id as "careEventId",
    case when a.id is not null then jsonb_build_object('id', a.id, 'number', a.number, 'channel', a.channel, 'status', a.status,
      'openedAt', ${millis('a.opened_at')}, 'absentAnswers', a.absent_answers) end as attempt
  from delivery d
  left join lateral (select * from attempt a where a.organization_id = d.organization_id and a.delivery_id = d.id
    order by a.number desc limit 1) a on true`

/** Locks a delivery by its id; null when it is not there. */
export async function lockDelivery(tx: Tx, deliveryId: string): Promise<LedgerRow | null> {
  const [row] = await tx.query<LedgerRow>(`${selectRow} where d.id = $1 for update of d`, [deliveryId], 'lock delivery')
  return row ?? null
}

export interface Claim {
  verdict: Verdict & { occurrenceKey: string; recipient: string }
  actionVersion: number
  careEventId: string
  patientId: string
  statedStartAt: Instant | null
  message: {
    channel: TextChannel
    provider: string
    address: Buffer
    addressHash: string
    language: string | null
    subject: Buffer | null
    text: Buffer
    segments: number | null
    /** Keyed hash of the text, and the local day: identical texts of one action go to one address once a day. */
    textHash: string
    day: LocalDate
    /** The text is only the notice of a secure message. */
    secure?: boolean
  }
}

/**
 * Claims an occurrence for one recipient and opens an attempt, in one statement (Sending: claim and attempt). A second
 * claim of the same occurrence finds the first; null when that one is not ours to send any more, or when the same text
 * goes to the address already. Of two that claim the same text at once one fails (`isTextRace`), and finds the other when
 * it asks again.
 */
export async function claimAndOpen(
  tx: Tx,
  claim: Claim,
  now: Instant,
): Promise<{ deliveryId: string; attemptId: string } | null> {
  const { verdict, message } = claim
  const attemptId = newId()
  const [row] = await tx.query<{ deliveryId: string }>(
    `with claimed as (
       insert into delivery (organization_id, id, action_id, action_version, care_event_id, patient_id, occurrence_key, recipient,
         channel, address, address_hash, language, status, reason, final, due_at, send_at, not_before, claimed_at, stated_start_at,
         text_encrypted, subject_encrypted, segments, trail, secure, covers, text_hash, text_day, steps, created_at, updated_at)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'sending', null, false, $13, $14, null, $15, $16, $17, $18, $19, $20,
         $23, $24, $25, $26, 1, $15, $15
       where not exists (${textOfAnother})
       on conflict (organization_id, action_id, occurrence_key, recipient) do update set
         care_event_id = excluded.care_event_id, patient_id = excluded.patient_id,
         action_version = excluded.action_version, channel = excluded.channel, address = excluded.address,
         address_hash = excluded.address_hash, language = excluded.language, status = 'sending', reason = null, final = false,
         due_at = excluded.due_at, send_at = excluded.send_at, not_before = null, claimed_at = excluded.claimed_at,
         stated_start_at = excluded.stated_start_at, text_encrypted = excluded.text_encrypted,
         subject_encrypted = excluded.subject_encrypted, segments = excluded.segments, trail = excluded.trail,
         secure = excluded.secure, covers = excluded.covers, merged_into = null,
         text_hash = excluded.text_hash, text_day = excluded.text_day, steps = delivery.steps + 1, updated_at = excluded.updated_at
       where ${isFree}
       returning id)
     insert into attempt (organization_id, id, delivery_id, number, channel, provider, address, address_hash, status, opened_at,
       called_at, updated_at)
     select $1, $21, claimed.id, 1 + coalesce((select max(number) from attempt where organization_id = $1 and delivery_id = claimed.id), 0),
       $9, $22, $10, $11, 'open', $15, $15, $15
     from claimed
     returning delivery_id as "deliveryId"`,
    [
      tx.organizationId,
      newId(),
      verdict.actionId,
      claim.actionVersion,
      claim.careEventId,
      claim.patientId,
      verdict.occurrenceKey,
      verdict.recipient,
      message.channel,
      message.address,
      message.addressHash,
      message.language,
      date(verdict.dueAt),
      date(verdict.sendAt),
      date(now),
      date(claim.statedStartAt),
      message.text,
      message.subject,
      message.segments,
      JSON.stringify(verdict.trail),
      attemptId,
      message.provider,
      message.secure ?? false,
      coversOf(verdict),
      message.textHash,
      message.day,
    ],
    'claim and open',
  )
  return row ? { deliveryId: row.deliveryId, attemptId } : null
}

/**
 * On a conflict: what nobody is to send any more, or what the care event is about to send itself. What another one that
 * shares the occurrence is about to send, perhaps after a refusal that passes, is left to it. Who decides owns the row
 * from then on, since that one's workflow goes on with it.
 */
export const isFree = `(delivery.status = 'skipped'
  or (delivery.status = 'claimed' and delivery.care_event_id = excluded.care_event_id))`

/** The same text of the action, which goes to the address on that day for another occurrence or recipient. */
const textOfAnother = `select 1 from delivery t where t.organization_id = $1 and t.action_id = $3 and t.address_hash = $11
  and t.text_hash = $25 and t.text_day = $26 and (t.occurrence_key <> $7 or t.recipient <> $8)`

/** A message about one care event speaks for no other. */
function coversOf({ sameDay }: Verdict): readonly string[] | null {
  return sameDay && sameDay.covers.length > 1 ? sameDay.covers : null
}

/** Records that an occurrence was decided not to be sent; what was sent or is under way stays as it is. */
export function recordSkip(
  tx: Tx,
  skip: Pick<Claim, 'verdict' | 'actionVersion' | 'careEventId' | 'patientId'> & { reason: ReasonCode; final: boolean },
  now: Instant,
): void {
  const { verdict } = skip
  tx.send(
    `insert into delivery (organization_id, id, action_id, action_version, care_event_id, patient_id, occurrence_key, recipient,
       status, reason, final, due_at, send_at, trail, merged_into, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'skipped', $9, $10, $11, $12, $13, $15, $14, $14)
     on conflict (organization_id, action_id, occurrence_key, recipient) do update set
       care_event_id = excluded.care_event_id, patient_id = excluded.patient_id, status = 'skipped', reason = excluded.reason,
       final = excluded.final, due_at = excluded.due_at, send_at = excluded.send_at,
       not_before = null, trail = excluded.trail, merged_into = excluded.merged_into, updated_at = excluded.updated_at
     where ${isFree}`,
    [
      tx.organizationId,
      newId(),
      verdict.actionId,
      skip.actionVersion,
      skip.careEventId,
      skip.patientId,
      verdict.occurrenceKey,
      verdict.recipient,
      skip.reason,
      skip.final,
      date(verdict.dueAt),
      date(verdict.sendAt),
      JSON.stringify(verdict.trail),
      date(now),
      verdict.sameDay?.mergedInto ?? null,
    ],
    'record skip',
  )
}

export interface DeliveryChange {
  status?: DeliveryStatus
  reason?: ReasonCode | null
  final?: boolean
  notBefore?: Instant | null
  retries?: number
  steps?: number
  sentAt?: Instant
  reachedProvider?: boolean
}

const columns: Record<keyof DeliveryChange, string> = {
  status: 'status',
  reason: 'reason',
  final: 'final',
  notBefore: 'not_before',
  retries: 'retries',
  steps: 'steps',
  sentAt: 'sent_at',
  reachedProvider: 'reached_provider',
}

/** Changes the named columns of a delivery. The caller holds its lock and has asked the state machine. */
export function changeDelivery(tx: Tx, deliveryId: string, change: DeliveryChange, now: Instant): void {
  const { kind, sets, values } = assignments(change, 3)
  tx.send(
    `update delivery set ${[...sets, 'updated_at = $2'].join(', ')} where id = $1`,
    [deliveryId, date(now), ...values],
    `change delivery ${kind}`,
  )
}

/** `kind` tells the statements apart, shortly: Postgres takes 63 characters. One with other columns has another text. */
function assignments(change: DeliveryChange, firstParameter: number) {
  const names = Object.keys(change) as (keyof DeliveryChange)[]
  return {
    kind: names.map((name) => Object.keys(columns).indexOf(name)).join(),
    sets: names.map((name, i) => `${columns[name]} = $${firstParameter + i}`),
    values: names.map((name) =>
      name === 'notBefore' || name === 'sentAt' ? date(change[name] ?? null) : change[name],
    ),
  }
}

export interface AttemptChange {
  status: AttemptStatus
  providerId?: string | null
  errorCode?: string | null
  absentAnswers?: number
}

/** Closes an attempt, or keeps what is known of an open one. */
export function changeAttempt(tx: Tx, attemptId: string, change: AttemptChange, now: Instant): void {
  tx.send(changeAttemptSql, attemptValues(attemptId, change, now), 'change attempt')
}

/** What an answer did to an attempt and to its delivery, in one statement. The same conditions as for each alone. */
export function changeBoth(
  tx: Tx,
  attempt: { id: string; change: AttemptChange },
  delivery: { id: string; change: DeliveryChange },
  now: Instant,
): void {
  const { kind, sets, values } = assignments(delivery.change, 8)
  tx.send(
    `with changed as (${changeAttemptSql})
     update delivery set ${[...sets, 'updated_at = $6'].join(', ')} where id = $7`,
    [...attemptValues(attempt.id, attempt.change, now), delivery.id, ...values],
    `change attempt and delivery ${kind}`,
  )
}

const changeAttemptSql = `update attempt set status = $2, provider_id = coalesce($3, provider_id),
    error_code = coalesce($4, error_code), absent_answers = coalesce($5, absent_answers), updated_at = $6,
    closed_at = case when $2 in ('open', 'unknown') then null else coalesce(closed_at, $6) end
  where id = $1`

function attemptValues(attemptId: string, change: AttemptChange, now: Instant): unknown[] {
  const { status, providerId = null, errorCode = null, absentAnswers = null } = change
  return [attemptId, status, providerId, errorCode, absentAnswers, date(now)]
}

/** What an attempt sent and where to, still encrypted: enough to ask the provider for it. */
export async function readSentMessage(
  tx: Tx,
  attemptId: string,
): Promise<{ address: Buffer; subject: Buffer | null; text: Buffer }> {
  const [row] = await tx.query<{ address: Buffer; subject: Buffer | null; text: Buffer }>(
    `select a.address, d.subject_encrypted as subject, d.text_encrypted as text
     from attempt a join delivery d on d.organization_id = a.organization_id and d.id = a.delivery_id where a.id = $1`,
    [attemptId],
  )
  if (!row) throw new Error(`attempt ${attemptId} is not in the ledger`)
  return row
}

function date(instant: Instant | null): Date | null {
  return instant === null ? null : new Date(instant)
}
