import { changeBoth, type LedgerRow, readSentMessage } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import { nextDeliveryState } from '../domain/delivery.ts'
import type { Instant } from '../domain/instant.ts'
import { firstReconcileAt } from '../domain/retry.ts'
import type { Call } from './call.ts'
import type { ActivityDeps } from './deps.ts'

/**
 * Goes on with a delivery whose attempt may have reached the provider. An attempt found open is one whose worker died
 * between the call and the bookkeeping: its outcome is not known, and nothing is sent before that is (Sending: call).
 */
export async function resume(deps: ActivityDeps, tx: Tx, row: LedgerRow, now: Instant): Promise<Call | null> {
  const { attempt } = row
  if (!attempt) throw new Error(`delivery ${row.id} is ${row.status} without an attempt`)
  const setup = deps.channels[attempt.channel]
  let notBefore = row.notBefore
  if (attempt.status === 'open') {
    notBefore = firstReconcileAt(attempt.openedAt, setup?.channel.isCertain ?? false)
    const status = nextDeliveryState(row.status, 'notKnown') ?? row.status
    changeBoth(
      tx,
      { id: attempt.id, change: { status: 'unknown', errorCode: 'interrupted' } },
      { id: row.id, change: { status, reason: 'outcomeUnknown', notBefore, reachedProvider: true } },
      now,
    )
    deps.report({ event: 'outcomeUnknown', channel: attempt.channel, code: 'interrupted' })
  }
  if (notBefore !== null && notBefore > now) return null
  const message = await readSentMessage(tx, attempt.id)
  return {
    kind: 'find',
    deliveryId: row.id,
    attemptId: attempt.id,
    row,
    message: {
      organizationId: tx.organizationId,
      attemptId: attempt.id,
      deliveryId: row.id,
      channel: attempt.channel,
      to: deps.encryption.decrypt(message.address),
      subject: message.subject === null ? null : deps.encryption.decrypt(message.subject),
      body: deps.encryption.decrypt(message.text),
      statusCallbackUrl: null,
      attemptedAt: attempt.openedAt,
    },
  }
}
