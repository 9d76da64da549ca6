import type { Instant } from './instant.ts'
import type { Verdict, Verdicts } from './verdict.ts'

/** A verdict that its workflow must wake for: to send, to go on with a delivery, or to record a skip in its time. */
export type DueVerdict = Verdict & { recipient: string; sendAt: Instant }

/** The soonest verdict that still has a step; null when nothing is to come. */
export function firstStep(verdicts: Verdicts): DueVerdict | null {
  let first: DueVerdict | null = null
  for (const verdict of verdicts)
    if (hasStep(verdict) && (first === null || verdict.sendAt < first.sendAt)) first = verdict
  return first
}

export function hasStep(verdict: Verdict): verdict is DueVerdict {
  return verdict.sendAt !== null && verdict.recipient !== null
}
