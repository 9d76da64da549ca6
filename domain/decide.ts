import type { ActionFacts, CareEventFacts, Decided, DecidedDelivery, OrganizationFacts } from './facts.ts'
import { matches } from './filter.ts'
import type { Instant } from './instant.ts'
import { isUnfinished } from './ownVerdict.ts'
import { unmatched, withoutRecipient } from './plan.ts'
import { planContext } from './planContext.ts'
import { type ReasonCode, reasons } from './reasons.ts'
import { recipientsOf } from './recipients.ts'
import type { Decision, Verdict } from './verdict.ts'
import { verdictFor } from './verdictFor.ts'

/**
 * What to do for one action and recipient right before the provider call (Late: everything is read and decided again).
 * It is the plan of that action at `now`: the same functions, only that a delivery claimed for it decides as if it were
 * new. `verdict.occurrenceKey` is the occurrence that counts now; a delivery of another one is superseded.
 */
export function decide(
  careEvent: CareEventFacts,
  action: ActionFacts,
  recipientKey: string,
  organization: OrganizationFacts,
  decided: Decided,
  now: Instant,
): Decision {
  const context = planContext(careEvent, organization, decided, now)
  const match = matches(careEvent, action, organization)
  if (!match.matched) return skip(unmatched(action, match))
  const recipients = recipientsOf(action.definition.recipients, careEvent, organization)
  const recipient = recipients.find((one) => one.key === recipientKey)
  if (!recipient) return skip(withoutRecipient(action, match))

  // A call that may have reached the provider is never repeated from here, however its time looks.
  const isOurs = (delivery: DecidedDelivery) =>
    delivery.careEventId === careEvent.id &&
    isUnfinished(delivery) &&
    delivery.status !== 'sending' &&
    delivery.status !== 'unknown'
  const verdict = verdictFor(context, action, recipient, match.trail, isOurs)
  if (verdict.verdict === 'postponed') return skip({ ...verdict, reason: 'outcomeUnknown' })
  // Another message of the day is to say it, and has not yet: whether it did is looked at in its time.
  const { reason, sendAt } = verdict
  if (reason === 'mergedInto' && sendAt !== null && sendAt > now) return { outcome: 'postpone', until: sendAt, verdict }
  if (verdict.verdict !== 'planned') return skip(verdict)
  const ours = decided.deliveries.find((delivery) => delivery.id === verdict.deliveryId)
  const until = Math.max(verdict.sendAt ?? now, (ours && isOurs(ours) ? ours.notBefore : null) ?? now)
  return until > now
    ? { outcome: 'postpone', until, verdict: { ...verdict, verdict: 'postponed', sendAt: until } }
    : { outcome: 'send', verdict }
}

function skip(verdict: Verdict): Decision {
  const reason: ReasonCode = verdict.reason ?? 'alreadySent'
  return { outcome: 'skip', reason, final: reasons[reason].final, verdict }
}
