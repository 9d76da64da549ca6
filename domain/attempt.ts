import type { DeliveryEvent, DeliveryStatus, ProviderStatus } from './delivery.ts'
import { nextDeliveryState } from './delivery.ts'

/** One call to a provider. At most one attempt of a delivery is `open` or `unknown`. */
export const ATTEMPT_STATUSES = [
  'open',
  'accepted',
  'delivered',
  'undelivered',
  'failed',
  'refused',
  'unknown',
  'absent',
] as const
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number]

const CALLBACK_EVENT = {
  sent: 'callbackSent',
  delivered: 'callbackDelivered',
  undelivered: 'callbackUndelivered',
  failed: 'callbackFailed',
} as const satisfies Record<ProviderStatus, DeliveryEvent>

/** Callbacks come late, twice and in any order: a higher rank is kept, `delivered` above all. */
const RANK: Readonly<Record<AttemptStatus, number>> = {
  refused: 0,
  open: 1,
  unknown: 1,
  absent: 1,
  accepted: 2,
  failed: 3,
  undelivered: 3,
  delivered: 4,
}

const OF_PROVIDER = {
  sent: 'accepted',
  delivered: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
} as const satisfies Record<ProviderStatus, AttemptStatus>

/** The attempt after its provider said `status`: unchanged when it already knew that or better. */
export function nextAttemptStatus(attempt: AttemptStatus, status: ProviderStatus): AttemptStatus {
  const next = OF_PROVIDER[status]
  return RANK[next] > RANK[attempt] ? next : attempt
}

export type CallbackFacts = {
  delivery: DeliveryStatus
  attempt: AttemptStatus
  /** False when another attempt of the same delivery was opened after this one. */
  isLatestAttempt: boolean
  /** A failure that is not the end: another channel is left, or the same one may be tried later. */
  canTryAgain: boolean
}

export type CallbackEffect = {
  delivery: DeliveryStatus
  attempt: AttemptStatus
  /** Only then the care event is touched: a "delivered" must not start a run. */
  changesPlan: boolean
}

/**
 * What a provider's callback does (Sending: callbacks). A failure of an attempt that was followed by another one says
 * nothing about the delivery any more; its arrival does.
 */
export function applyCallback(facts: CallbackFacts, status: ProviderStatus): CallbackEffect {
  const attempt = nextAttemptStatus(facts.attempt, status)
  const unchanged = { delivery: facts.delivery, attempt, changesPlan: false }
  if (attempt === facts.attempt) return unchanged
  if (!facts.isLatestAttempt && status !== 'delivered') return unchanged
  const failure = status === 'failed' || status === 'undelivered'
  const event = failure && facts.canTryAgain ? 'callbackTryAgain' : CALLBACK_EVENT[status]
  const delivery = nextDeliveryState(facts.delivery, event) ?? facts.delivery
  const wasOurs = facts.delivery === 'claimed' || facts.delivery === 'unknown'
  return { delivery, attempt, changesPlan: delivery !== facts.delivery && (failure || wasOurs) }
}
