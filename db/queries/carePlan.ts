import type { Instant } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { notFound } from '../../domain/problem.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import type { Verdict, VerdictKind } from '../../domain/verdict.ts'
import type { Tx } from '../orm.ts'
import { completeReadings } from './completeReadings.ts'
import { type Configuration, readCareEventFacts } from './facts.ts'
import { type TrailView, trailView } from './trail.ts'
import { iso } from './values.ts'

/** What one action means for a care event and one recipient (null: it does not match at all), and why. */
export interface PlanItem {
  actionId: string
  recipient: string | null
  verdict: VerdictKind
  dueAt: string | null
  sendAt: string | null
  reason: ReasonCode | null
  /** The message in the ledger that this is about; null: there is none yet. */
  deliveryId: string | null
  trail: TrailView[]
}

/** The plan of a care event as it would be made now, with every action, also those that don't match. Throws `notFound`. */
export async function readCarePlan(
  tx: Tx,
  configuration: Configuration,
  careEventId: string,
  now: Instant,
): Promise<{ items: PlanItem[] }> {
  const reading = await readCareEventFacts(tx, careEventId)
  if (!reading) throw notFound('care event')
  const [{ decided } = reading] = await completeReadings(tx, configuration.actions, [reading])
  const verdicts = plan(reading.careEvent, configuration.actions, configuration.organization, decided, now)
  return { items: verdicts.map(itemOf) }
}

function itemOf({ actionId, recipient, verdict, dueAt, sendAt, reason, deliveryId, trail }: Verdict): PlanItem {
  const isoOf = (instant: Instant | null) => (instant === null ? null : iso(new Date(instant)))
  return {
    actionId,
    recipient,
    verdict,
    dueAt: isoOf(dueAt),
    sendAt: isoOf(sendAt),
    reason,
    deliveryId,
    trail: trail.map(trailView),
  }
}
