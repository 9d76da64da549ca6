import { type DeliveryEvent, type DeliveryStatus, isFinal, nextDeliveryState } from '../../domain/delivery.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { retireLinks } from '../secureMessages.ts'
import { type By, recordAudit } from './audit.ts'
import { touchCareEvent } from './touches.ts'
import { at } from './values.ts'

interface Row {
  status: DeliveryStatus
  care_event_id: string
  merged_into: string | null
}

/**
 * Gives a delivery that ended without arriving back to its workflow, which decides anew: consent, filters and rules
 * still count. Throws `notFound`, and `conflict` for one that is under way or arrived.
 */
export async function resendDelivery(tx: Tx, id: string, by: By): Promise<void> {
  await move(
    tx,
    id,
    'resend',
    by,
    (status) => `A delivery that is ${status} cannot be sent again: only failed, undelivered or skipped ones can.`,
  )
}

/**
 * Settles an `unknown` by hand; of what shares another one's message, that message. Throws `notFound`, and `conflict` for
 * one that is not unknown.
 */
export async function resolveDelivery(
  tx: Tx,
  id: string,
  outcome: 'sent' | 'failed' | 'sendAgain',
  by: By,
): Promise<void> {
  const event = { sent: 'resolveSent', failed: 'resolveFailed', sendAgain: 'resolveSendAgain' } as const
  await move(
    tx,
    id,
    event[outcome],
    by,
    (status) => `Only a delivery whose outcome is unknown can be settled by hand; this one is ${status}.`,
  )
}

interface SecureRow extends Omit<Row, 'merged_into'> {
  secure: boolean
  recipient: string
  patient_id: string
}

/**
 * Unlocks the patient and has a new link to the same content sent, as another attempt of the delivery (PHI: locked until
 * staff reissue it). Earlier links of it open nothing from now on. Throws `notFound`, and `conflict` for what is no
 * secure message, is under way, or could reach nobody.
 */
export async function reissueSecureMessage(tx: Tx, id: string, by: By): Promise<void> {
  const [row] = await tx.query<SecureRow>(
    'select status, care_event_id, secure, recipient, patient_id from delivery where id = $1 for update',
    [id],
  )
  if (!row) throw notFound('delivery')
  if (!row.secure) throw new Problem('conflict', 'Only a secure message has a link: this was none.')
  const next = nextDeliveryState(row.status, 'reissue')
  if (next === undefined)
    throw new Problem('conflict', `A new link follows a message that was sent; this one is ${row.status}.`)
  if (row.recipient === 'patient') await unlock(tx, row.patient_id)
  else await requireActiveStaff(tx, row.recipient)
  await retireLinks(tx, id, by.now)
  await tx.query(
    `update delivery set status = $2, final = false, reason = null, not_before = null, retries = 0, reissue = true, updated_at = $3
      where id = $1`,
    [id, next, at(by.now)],
  )
  await touchCareEvent(tx, row.care_event_id, by.now)
  await recordAudit(tx, by, {
    action: 'reissue',
    subject: 'delivery',
    subjectId: id,
    before: { status: row.status },
    after: { status: next },
  })
}

async function requireActiveStaff(tx: Tx, id: string): Promise<void> {
  const active = await tx.query('select 1 from staff_member where id::text = $1 and active', [id])
  if (active.length === 0)
    throw new Problem('conflict', 'The staff member is not active any more: nothing is sent to them.')
}

async function unlock(tx: Tx, patientId: string): Promise<void> {
  const deceased = await tx.query('select 1 from patient where id = $1 and deceased', [patientId])
  if (deceased.length > 0) throw new Problem('conflict', 'The patient is deceased: nothing is sent any more.')
  const reachable = await tx.query(
    `select 1 from contact_point c
       left join patient_contact k on k.organization_id = c.organization_id and k.id = c.patient_contact_id
      where (c.patient_id = $1 or k.patient_id = $1) and c.invalid_since is null limit 1`,
    [patientId],
  )
  if (reachable.length === 0)
    throw new Problem('conflict', 'The patient has no number or address that works: enter one in the EHR first.')
  await tx.query('update patient set secure_tries = 0, secure_locked_at = null where id = $1', [patientId])
}

async function move(
  tx: Tx,
  id: string,
  event: DeliveryEvent,
  by: By,
  refusal: (status: DeliveryStatus) => string,
): Promise<void> {
  const [row] = await tx.query<Row>(
    'select status, care_event_id, merged_into from delivery where id = $1 for update',
    [id],
  )
  if (!row) throw notFound('delivery')
  if (row.merged_into !== null && row.status === 'unknown') return move(tx, row.merged_into, event, by, refusal)
  const next = nextDeliveryState(row.status, event)
  if (next === undefined) throw new Problem('conflict', refusal(row.status))
  const byHand = event === 'resolveSent' || event === 'resolveFailed'
  // What somebody knows not to have gone out stated nothing. A new link whose outcome was not known stays one: decided
  // like a first message, it would be too late.
  await tx.query(
    `update delivery set status = $2, final = $3, reason = $4, not_before = null, retries = 0, updated_at = $5, merged_into = null,
            reissue = reissue and $7, reached_provider = reached_provider and not $8,
            sent_at = case when $6 then coalesce(sent_at, $5) else sent_at end
      where id = $1`,
    [
      id,
      next,
      isFinal(next) || next === 'sent',
      byHand ? 'resolvedByHand' : null,
      at(by.now),
      next === 'sent',
      event === 'resolveSendAgain',
      event === 'resolveSendAgain' || event === 'resolveFailed',
    ],
  )
  // The open attempt ends with it: a later one could not be opened beside it.
  await tx.query(
    `update attempt set status = $2, closed_at = $3, updated_at = $3 where delivery_id = $1 and status in ('open', 'unknown')`,
    [id, next === 'sent' ? 'accepted' : next === 'failed' ? 'failed' : 'absent', at(by.now)],
  )
  await touchCareEvent(tx, row.care_event_id, by.now)
  await recordAudit(tx, by, {
    action: event,
    subject: 'delivery',
    subjectId: id,
    before: { status: row.status },
    after: { status: next },
  })
}
