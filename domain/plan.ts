import type { ActionFacts, CareEventFacts, Decided, DecidedDelivery, OrganizationFacts } from './facts.ts'
import { type Match, matches } from './filter.ts'
import type { Instant } from './instant.ts'
import { occurrenceKey, roundOf } from './occurrence.ts'
import { doneReason, isUnfinished, reasonOf } from './ownVerdict.ts'
import { type PlanContext, planContext } from './planContext.ts'
import { type ReasonCode, reasons } from './reasons.ts'
import { recipientsOf } from './recipients.ts'
import type { Verdict, Verdicts } from './verdict.ts'
import { verdictFor } from './verdictFor.ts'

/**
 * What every action does for one care event: a verdict with its trail for each action and recipient, those with a step
 * first, soonest first. Pure: the same facts and `now` give the same plan. Every delivery that is not finished has a
 * step, whatever its action says by now (Engine).
 */
export function plan(
  careEvent: CareEventFacts,
  actions: readonly ActionFacts[],
  organization: OrganizationFacts,
  decided: Decided,
  now: Instant,
): Verdicts {
  const context = planContext(careEvent, organization, decided, now)
  const verdicts = actions.flatMap((action) => verdictsOf(context, action))
  const covered = new Set(verdicts.map((verdict) => verdict.deliveryId))
  for (const delivery of decided.deliveries)
    if (delivery.careEventId === careEvent.id && isUnfinished(delivery) && !covered.has(delivery.id))
      verdicts.push(leftOver(delivery, now))
  const steps = verdicts.filter((verdict) => verdict.sendAt !== null)
  steps.sort((a, b) => (a.sendAt as Instant) - (b.sendAt as Instant))
  return [...steps, ...verdicts.filter((verdict) => verdict.sendAt === null)]
}

function verdictsOf(context: PlanContext, action: ActionFacts): Verdict[] {
  const match = matches(context.careEvent, action, context.organization)
  if (!match.matched) {
    const done = doneBefore(context, action, match)
    return done.length > 0 ? done : [unmatched(action, match)]
  }
  const recipients = recipientsOf(action.definition.recipients, context.careEvent, context.organization)
  if (recipients.length === 0) return [withoutRecipient(action, match)]
  return recipients.map((recipient) => verdictFor(context, action, recipient, match.trail))
}

/** The verdict of an action that is not about this care event, or that is switched off. */
export function unmatched(action: ActionFacts, match: Match): Verdict {
  return {
    actionId: action.id,
    recipient: null,
    verdict: match.switchedOff ? 'skipped' : 'notMatching',
    occurrenceKey: null,
    dueAt: null,
    sendAt: null,
    reason: match.reason,
    deliveryId: null,
    trail: match.trail,
  }
}

export function withoutRecipient(action: ActionFacts, match: Match): Verdict {
  const saw = 'nobody active who fits'
  const trail = [...match.trail, { check: 'recipients', wanted: 'staff', saw, result: 'failed' as const }]
  return { ...unmatched(action, match), verdict: 'skipped', reason: 'noRecipient', trail }
}

/** An action may stop matching because of what its message was about (the visit took place): what it sent stays said. */
function doneBefore(context: PlanContext, action: ActionFacts, match: Match): Verdict[] {
  const deliveries = context.deliveriesOf(action.id)
  if (deliveries.length === 0) return []
  const base = occurrenceKey(context.careEvent, action.definition, context.facilityZone)
  return deliveries
    .filter((delivery) => base !== null && roundOf(delivery.occurrenceKey, base) !== null && isSettled(delivery))
    .map((delivery) => ({
      ...ofDelivery(delivery),
      verdict: 'done',
      reason: doneReason(delivery),
      trail: [...match.trail, { check: 'delivery', saw: delivery.status, result: 'noted' }],
    }))
}

function isSettled(delivery: DecidedDelivery): boolean {
  if (isUnfinished(delivery)) return false
  const reason: ReasonCode | null = reasonOf(delivery)
  return delivery.status !== 'skipped' || (reason === null ? delivery.final : reasons[reason].final)
}

/** A delivery under way whose action, recipient or occurrence is no longer planned: its workflow has to end it. */
function leftOver(delivery: DecidedDelivery, now: Instant): Verdict {
  const sendAt = delivery.notBefore ?? now
  return {
    ...ofDelivery(delivery),
    verdict: 'postponed',
    sendAt,
    reason: reasonOf(delivery),
    trail: [{ check: 'delivery', saw: `${delivery.status}, and no longer planned`, result: 'noted', at: sendAt }],
  }
}

function ofDelivery(delivery: DecidedDelivery): Omit<Verdict, 'verdict' | 'reason' | 'trail'> {
  return {
    actionId: delivery.actionId,
    recipient: delivery.recipient,
    occurrenceKey: delivery.occurrenceKey,
    dueAt: delivery.dueAt,
    sendAt: null,
    deliveryId: delivery.id,
  }
}
