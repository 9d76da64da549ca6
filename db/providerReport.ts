import type { TextChannel } from '../domain/action.ts'
import { type AttemptStatus, applyCallback } from '../domain/attempt.ts'
import { type DeliveryStatus, type ProviderStatus, yieldsStep } from '../domain/delivery.ts'
import type { Instant } from '../domain/instant.ts'
import type { RefusalKind } from '../domain/providerErrors.ts'
import { retryAfterFailureMs } from '../domain/retry.ts'
import type { Encryption } from './encryption.ts'
import { changeAttempt, changeBoth } from './ledger.ts'
import type { Database, Tx } from './orm.ts'
import { touch } from './outbox.ts'
import { epochMs } from './queries/factsSql.ts'
import { markAddressInvalid, recordOptOut } from './refusedAddress.ts'

/** What a provider says of an attempt some time after the call, in our words. */
export interface ProviderReport {
  attemptId: string
  providerId: string | null
  status: ProviderStatus
  errorCode: string | null
  /** What a failure asks of us; null when it is none. */
  failure: RefusalKind | null
  at: Instant
}

interface AttemptRow {
  deliveryId: string
  careEventId: string
  channel: TextChannel
  address: Buffer | null
  attemptStatus: AttemptStatus
  deliveryStatus: DeliveryStatus
  number: number
  latest: number
  reissuing: boolean
  openedAt: Instant
  sentAt: Instant | null
}

/**
 * Records a provider's report (Sending: callbacks): repeats change nothing, out-of-order ones never take back. The care
 * event is touched only when its plan changes, because otherwise each "delivered" would start a run. False when no such
 * attempt is known.
 */
export async function recordProviderReport(
  { database, encryption }: { database: Database; encryption: Encryption },
  report: ProviderReport,
): Promise<boolean> {
  const found = await database.lookup.attempt(report.attemptId)
  if (!found) return false
  return database.inOrganization(found.organizationId, async (tx) => {
    const row = await lockAttempt(tx, report.attemptId)
    if (!row) return false
    const { failure, at } = report
    const waitMs = failure === null ? null : retryAfterFailureMs(failure, row.number)
    const said = applyCallback(
      {
        delivery: row.deliveryStatus,
        attempt: row.attemptStatus,
        isLatestAttempt: row.number === row.latest,
        canTryAgain: waitMs !== null,
      },
      report.status,
    )
    // What becomes of the link before says nothing about the new one that is about to go out.
    const effect = row.reissuing ? { ...said, delivery: row.deliveryStatus, changesPlan: false } : said
    const { providerId, errorCode } = report
    const attempt = { id: report.attemptId, change: { status: effect.attempt, providerId, errorCode } }
    if (effect.delivery === row.deliveryStatus) changeAttempt(tx, attempt.id, attempt.change, at)
    else
      changeBoth(
        tx,
        attempt,
        {
          id: row.deliveryId,
          change: {
            status: effect.delivery,
            final: !yieldsStep(effect.delivery),
            reason: failure === null ? null : 'providerRefused',
            notBefore: yieldsStep(effect.delivery) ? at + (waitMs ?? 0) : null,
            ...(failure === null ? { reachedProvider: true } : {}),
            // Whoever called may never come to record it.
            ...(failure === null && row.sentAt === null ? { sentAt: row.openedAt } : {}),
          },
        },
        at,
      )
    if (row.address !== null) await actOnFailure(tx, row.channel, encryption.decrypt(row.address), failure, at)
    if (effect.changesPlan) await touch(tx, [row.careEventId])
    return true
  })
}

async function actOnFailure(tx: Tx, channel: TextChannel, address: string, failure: RefusalKind | null, at: Instant) {
  if (failure === 'permanent') await markAddressInvalid(tx, channel, address, at)
  if (failure === 'optOut') await recordOptOut(tx, address, at)
}

/** The delivery's row is the lock that callbacks and the workflow's bookkeeping share. */
async function lockAttempt(tx: Tx, attemptId: string): Promise<AttemptRow | null> {
  const [row] = await tx.query<AttemptRow>(
    `select d.id as "deliveryId", d.care_event_id as "careEventId", a.channel, a.address, a.status as "attemptStatus",
       d.status as "deliveryStatus", a.number, d.reissue and d.status = 'claimed' as reissuing,
       ${epochMs('a.opened_at')} as "openedAt", ${epochMs('d.sent_at')} as "sentAt",
       (select max(b.number) from attempt b where b.organization_id = d.organization_id and b.delivery_id = d.id)::int as latest
     from attempt a join delivery d on d.organization_id = a.organization_id and d.id = a.delivery_id
     where a.id = $1 for update of d`,
    [attemptId],
    'lock attempt',
  )
  return row ?? null
}
