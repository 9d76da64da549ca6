import type { ActionFacts, DecidedDelivery, PatientFacts, StaffFacts } from './facts.ts'
import { ownVerdict } from './ownVerdict.ts'
import type { PlanContext } from './planContext.ts'
import { inTheDay } from './sameDay.ts'
import type { TrailEntry, Verdict } from './verdict.ts'

/**
 * The verdict of one action that matches, for one recipient: its own, and where the action sends one message for a day
 * what the day's other care events make of it. `ignoring` is the delivery that asks for itself, when a claimed message
 * is decided again before the call.
 */
export function verdictFor(
  context: PlanContext,
  action: ActionFacts,
  recipient: PatientFacts | StaffFacts,
  matchTrail: readonly TrailEntry[],
  ignoring?: (delivery: DecidedDelivery) => boolean,
): Verdict {
  const own = ownVerdict(context, action, recipient, matchTrail, ignoring)
  return action.definition.sameDay === 'each' ? own : inTheDay(context, action, own)
}
