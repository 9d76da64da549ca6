import type { AttemptChange, DeliveryChange, LedgerRow } from '../db/ledger.ts'
import type { DeliveryEvent, ProviderStatus } from '../domain/delivery.ts'
import type { Instant } from '../domain/instant.ts'
import { type RefusalKind, twilioError } from '../domain/providerErrors.ts'
import { retryAfterFailureMs } from '../domain/retry.ts'

/** A message that the provider has, and what became of it. */
interface Taken {
  providerId: string
  status: ProviderStatus
  errorCode: string | null
}

/** What the failure of a message that the provider took asks of us; null when it did not fail. */
export function failureOf({ status, errorCode }: Taken): RefusalKind | null {
  return status === 'failed' || status === 'undelivered' ? twilioError(errorCode).kind : null
}

/**
 * The provider has the message, and says that it did not arrive: what its callback would have told us, had it come
 * (Sending: reconcile). The next channel is tried, the same one again after a while, or it ends. null: it did not fail.
 */
export function failedSince(
  row: LedgerRow,
  taken: Taken,
  now: Instant,
): { attempt: AttemptChange; event: DeliveryEvent; delivery: DeliveryChange } | null {
  const failure = failureOf(taken)
  if (failure === null || (taken.status !== 'failed' && taken.status !== 'undelivered')) return null
  const waitMs = retryAfterFailureMs(failure, row.attempt?.number ?? 1)
  const ended = taken.status === 'failed' ? 'callbackFailed' : 'callbackUndelivered'
  return {
    attempt: { status: taken.status, providerId: taken.providerId, errorCode: taken.errorCode },
    event: waitMs === null ? ended : 'callbackTryAgain',
    delivery: { reason: 'providerRefused', notBefore: waitMs === null ? null : now + waitMs, retries: 0 },
  }
}
