import { type DeliveryEvent, type DeliveryStatus, isFinal, nextDeliveryState } from '../../domain/delivery.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { touchCareEvent } from './touches.ts'
import { at } from './values.ts'

interface Row {
  status: DeliveryStatus
  care_event_id: string
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

/** Settles an `unknown` by hand. Throws `notFound`, and `conflict` for one that is not unknown. */
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

async function move(
  tx: Tx,
  id: string,
  event: DeliveryEvent,
  by: By,
  refusal: (status: DeliveryStatus) => string,
): Promise<void> {
  const [row] = await tx.query<Row>('select status, care_event_id from delivery where id = $1 for update', [id])
  if (!row) throw notFound('delivery')
  const next = nextDeliveryState(row.status, event)
  if (next === undefined) throw new Problem('conflict', refusal(row.status))
  const byHand = event === 'resolveSent' || event === 'resolveFailed'
  await tx.query(
    `update delivery set status = $2, final = $3, reason = $4, not_before = null, retries = 0, updated_at = $5,
            sent_at = case when $6 then coalesce(sent_at, $5) else sent_at end
      where id = $1`,
    [id, next, isFinal(next) || next === 'sent', byHand ? 'resolvedByHand' : null, at(by.now), next === 'sent'],
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
