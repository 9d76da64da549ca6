/**
 * The delivery's state machine (Sending: the send protocol) as one table, used by activities, callbacks and pages
 * alike. A cell that is missing means that the event cannot happen in that state: the caller has a bug.
 */

export const DELIVERY_STATUSES = [
  'claimed',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'skipped',
  'unknown',
] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export const DELIVERY_EVENTS = [
  'claim',
  'attemptOpened',
  'accepted',
  'refusedRetryable',
  'refusedFallback',
  'refusedPermanent',
  'notKnown',
  'reconciledFound',
  'reconciledAbsent',
  'callbackSent',
  'callbackDelivered',
  'callbackUndelivered',
  'callbackFailed',
  'callbackTryAgain',
  'skip',
  'resolveSent',
  'resolveFailed',
  'resolveSendAgain',
  'resend',
  'reissue',
] as const
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number]

/** What a provider tells us about a message it has taken, whatever its own word for it is. */
export type ProviderStatus = 'sent' | 'delivered' | 'undelivered' | 'failed'

/**
 * Who moves a delivery out of a state: the care event's workflow, the provider's callback, or only a person.
 * A final state is one that neither the workflow nor the plan waits for.
 */
export type StateFacts = { mover: 'workflow' | 'callback' | 'person'; final: boolean; meaning: string }

export const DELIVERY_STATES: Readonly<Record<DeliveryStatus, StateFacts>> = {
  claimed: { mover: 'workflow', final: false, meaning: 'Ours to send: no call to a provider is open.' },
  sending: { mover: 'workflow', final: false, meaning: 'An attempt is open: the provider is being called.' },
  unknown: {
    mover: 'workflow',
    final: false,
    meaning: 'The provider may have it; never sent again before that is known.',
  },
  sent: { mover: 'callback', final: false, meaning: 'The provider has taken it.' },
  delivered: { mover: 'person', final: true, meaning: 'It arrived.' },
  undelivered: { mover: 'person', final: true, meaning: 'The carrier did not deliver it, and no channel is left.' },
  failed: { mover: 'person', final: true, meaning: 'No channel could take it.' },
  skipped: { mover: 'person', final: true, meaning: 'Decided not to send; the reason says why.' },
}

type Row = Partial<Record<DeliveryEvent, DeliveryStatus>>

/**
 * The whole machine. `none` is the delivery that has no row yet. Callbacks may overtake the provider's answer and one
 * another, and come twice: each state has a cell for each of them, and `delivered` is never left by one.
 */
const TABLE: Readonly<Record<DeliveryStatus | 'none', Row>> = {
  none: { claim: 'claimed', skip: 'skipped' },
  claimed: {
    claim: 'claimed',
    attemptOpened: 'sending',
    skip: 'skipped',
    // The ladder has no rung left: found when the next attempt is decided.
    refusedPermanent: 'failed',
    // The provider's "did not arrive" overtook its answer to the call.
    accepted: 'claimed',
    notKnown: 'claimed',
    callbackSent: 'claimed',
    callbackDelivered: 'delivered',
    callbackUndelivered: 'claimed',
    callbackFailed: 'claimed',
    callbackTryAgain: 'claimed',
  },
  sending: {
    accepted: 'sent',
    refusedRetryable: 'claimed',
    refusedFallback: 'claimed',
    refusedPermanent: 'failed',
    notKnown: 'unknown',
    callbackSent: 'sent',
    callbackDelivered: 'delivered',
    callbackUndelivered: 'undelivered',
    callbackFailed: 'failed',
    callbackTryAgain: 'claimed',
  },
  unknown: {
    notKnown: 'unknown',
    accepted: 'sent',
    reconciledFound: 'sent',
    reconciledAbsent: 'claimed',
    callbackSent: 'sent',
    callbackDelivered: 'delivered',
    callbackUndelivered: 'undelivered',
    callbackFailed: 'failed',
    callbackTryAgain: 'claimed',
    resolveSent: 'sent',
    resolveFailed: 'failed',
    resolveSendAgain: 'claimed',
  },
  sent: {
    // A callback came before the answer (or its loss) was recorded.
    accepted: 'sent',
    notKnown: 'sent',
    reconciledFound: 'sent',
    callbackSent: 'sent',
    callbackDelivered: 'delivered',
    callbackUndelivered: 'undelivered',
    callbackFailed: 'failed',
    callbackTryAgain: 'claimed',
    // A person asks for a new link to a secure message: the same content goes out again, behind another token.
    reissue: 'claimed',
  },
  delivered: settled('delivered', { reissue: 'claimed' }),
  undelivered: settled('undelivered', { callbackDelivered: 'delivered', resend: 'claimed', reissue: 'claimed' }),
  failed: settled('failed', { callbackDelivered: 'delivered', resend: 'claimed', reissue: 'claimed' }),
  skipped: {
    // A skip is taken back when its reason has changed, e.g. a consent given later.
    claim: 'claimed',
    skip: 'skipped',
    resend: 'claimed',
    callbackSent: 'skipped',
    callbackDelivered: 'skipped',
    callbackUndelivered: 'skipped',
    callbackFailed: 'skipped',
    callbackTryAgain: 'skipped',
  },
}

function settled(status: DeliveryStatus, more: Row): Row {
  return {
    accepted: status,
    notKnown: status,
    reconciledFound: status,
    callbackSent: status,
    callbackDelivered: status,
    callbackUndelivered: status,
    callbackFailed: status,
    callbackTryAgain: status,
    ...more,
  }
}

/**
 * The state after an event; the same state for a harmless repeat; undefined when the event cannot happen there.
 * `null` is a delivery without a row. Pass a callback only when it moved its attempt (see `nextAttemptStatus`).
 */
export function nextDeliveryState(state: DeliveryStatus | null, event: DeliveryEvent): DeliveryStatus | undefined {
  return TABLE[state ?? 'none'][event]
}

/** Whether nothing but a person will move the delivery again. A skip may still be taken back by its reason. */
export function isFinal(state: DeliveryStatus): boolean {
  return DELIVERY_STATES[state].final
}

/** Whether the care event's workflow still has something to do for it: send, resume, reconcile, fall back. */
export function yieldsStep(state: DeliveryStatus): boolean {
  return DELIVERY_STATES[state].mover === 'workflow'
}
