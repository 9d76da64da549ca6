import { eligibility } from './eligibility.ts'
import type { ActionFacts, DecidedDelivery, PatientFacts, StaffFacts } from './facts.ts'
import type { PlanContext } from './planContext.ts'
import { type ReasonCode, reasons } from './reasons.ts'
import { occurrenceOf, schedule } from './schedule.ts'
import { localDate } from './time.ts'
import type { TrailEntry, Verdict } from './verdict.ts'

/**
 * The verdict of one action that matches, for one recipient, as if its care event were the only one of the day: what was
 * decided already, else who, consent and time. `ignoring` is the delivery that asks for itself, when a claimed message
 * is decided again before the call.
 */
export function ownVerdict(
  context: PlanContext,
  action: ActionFacts,
  recipient: PatientFacts | StaffFacts,
  matchTrail: readonly TrailEntry[],
  ignoring?: (delivery: DecidedDelivery) => boolean,
): Verdict {
  const occurrence = occurrenceOf(context, action, recipient.key)
  const trail: TrailEntry[] = [...matchTrail]
  trail.push(...occurrence.trail)
  const nothing = {
    actionId: action.id,
    recipient: recipient.key,
    occurrenceKey: null,
    dueAt: null,
    sendAt: null,
    deliveryId: null,
  }
  if (occurrence.key === null) return { ...nothing, verdict: 'skipped', reason: 'noAnchor', trail }
  const { key, due } = occurrence
  const existing = context
    .deliveriesOf(action.id)
    .find((delivery) => delivery.occurrenceKey === key && delivery.recipient === recipient.key)
  const known = { ...nothing, occurrenceKey: key, dueAt: due.dueAt, deliveryId: existing?.id ?? null, trail }
  if (existing && !ignoring?.(existing)) {
    const decided = decidedAlready(context, existing, trail)
    if (decided) return { ...known, ...decided }
  }

  const { suppressions } = context.decided
  const isSuppressed = suppressions.some(
    (one) => one.actionId === action.id && (one.recipient === null || one.recipient === recipient.key),
  )
  trail.push({
    check: 'suppression',
    wanted: 'not cancelled by hand',
    saw: isSuppressed ? 'cancelled by hand' : 'none',
    result: isSuppressed ? 'failed' : 'passed',
  })
  const time = schedule(context, action, recipient, occurrence)
  // Rules may move it to another day, on which a patient is not of age yet, or is.
  const day = localDate(context.facilityZone, Math.max(time.sendAt ?? due.dueAt, context.now))
  const eligible = eligibility(recipient, action, context.careEvent, context.organization, day)
  trail.push(...eligible.trail)
  trail.push(...time.trail)
  const reason = isSuppressed ? 'suppressed' : (eligible.reason ?? time.reason)
  if (reason === null) return { ...known, verdict: 'planned', reason, sendAt: time.sendAt }
  // What reaches nobody is still due: the skip is decided and recorded in its time, with the data of that moment.
  const isDueSkip = !isSuppressed && time.reason === null && existing?.status !== 'skipped'
  return { ...known, verdict: 'skipped', reason, sendAt: isDueSkip ? time.sendAt : null }
}

/** What an existing delivery of the occurrence already says; null when it was skipped for a reason that may change. */
function decidedAlready(
  context: PlanContext,
  delivery: DecidedDelivery,
  trail: TrailEntry[],
): Pick<Verdict, 'verdict' | 'reason' | 'sendAt'> | null {
  const reason = reasonOf(delivery)
  if (isUnfinished(delivery)) {
    if (delivery.careEventId === context.careEvent.id) {
      const sendAt = delivery.notBefore ?? context.now
      trail.push({ check: 'delivery', saw: delivery.status, result: 'noted', at: sendAt })
      return { verdict: 'postponed', reason, sendAt }
    }
    trail.push({ check: 'delivery', saw: 'another care event sends it', result: 'noted' })
    return { verdict: 'done', reason: 'mergedInto', sendAt: null }
  }
  if (delivery.status === 'skipped' && !(reason === null ? delivery.final : reasons[reason].final)) return null
  const asked = context.decided.catchUps?.some(
    (each) => each.actionId === delivery.actionId && each.occurrenceKey === delivery.occurrenceKey,
  )
  if (asked && delivery.status === 'skipped' && passedBy(reason)) return null
  trail.push({ check: 'delivery', saw: delivery.status, result: 'noted' })
  return { verdict: 'done', reason: doneReason(delivery), sendAt: null }
}

/** Not sent because its time was over: what a catch-up may still ask for. */
export function passedBy(reason: ReasonCode | null): boolean {
  return reason === 'beforeActivation' || reason === 'recordedTooLate' || reason === 'tooLate'
}

/** Why nothing more is done for a delivery: its own reason, else what its status says. */
export function doneReason(delivery: DecidedDelivery): ReasonCode | null {
  const reason = reasonOf(delivery)
  if (follows(delivery)) return 'mergedInto'
  if (reason !== null || delivery.status === 'skipped') return reason
  if (delivery.status === 'unknown') return 'outcomeUnknown'
  return delivery.status === 'failed' || delivery.status === 'undelivered' ? 'providerRefused' : 'alreadySent'
}

/** Its workflow still has something to do for it: send, resume, retry, reconcile or fall back (Engine). */
export function isUnfinished(delivery: DecidedDelivery): boolean {
  if (follows(delivery)) return false
  switch (delivery.status) {
    case 'claimed':
    case 'sending':
      return true
    // An unknown outcome that nobody could clear up, and that is an operator's now, is final.
    case 'unknown':
    case 'failed':
    case 'undelivered':
      return !delivery.final
    default:
      return false
  }
}

/** The same text goes to the same address for another delivery, whose outcome is this one's too (Same day). */
function follows({ mergedInto, status }: DecidedDelivery): boolean {
  return mergedInto != null && status !== 'skipped'
}

/** The ledger keeps reasons as text; one that is not on the list (any more) is none. */
export function reasonOf(delivery: DecidedDelivery): ReasonCode | null {
  return delivery.reason !== null && Object.hasOwn(reasons, delivery.reason) ? (delivery.reason as ReasonCode) : null
}
