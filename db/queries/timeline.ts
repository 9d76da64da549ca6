import type { TextChannel } from '../../domain/action.ts'
import { channelLadder } from '../../domain/consent.ts'
import type { Instant } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'
import { completeReadings } from './completeReadings.ts'
import { type DeliveryView, listDeliveries } from './deliveries.ts'
import { type Configuration, readCareEventFacts } from './facts.ts'
import { getPatient } from './patients.ts'
import { type TrailView, trailView } from './trail.ts'

/** A message that is planned for a patient. */
export interface ComingMessage {
  actionId: string
  careEventId: string
  dueAt: string | null
  sendAt: string | null
  /** The channel it would go by as things are now; null when none is left. */
  channel: TextChannel | null
  trail: TrailView[]
}
export interface Timeline {
  past: DeliveryView[]
  coming: ComingMessage[]
}
interface Deps {
  configuration: Configuration
  encryption: Encryption
  now: Instant
}

/** More than anybody reads at once; the ledger has the rest. */
const pastAtMost = 100
const careEventsAtMost = 50

/** What a patient got, newest first, and what is to come, soonest first, planned as of now. Throws `notFound`. */
export async function readTimeline(tx: Tx, patientId: string, deps: Deps): Promise<Timeline> {
  await getPatient(tx, patientId)
  const { items } = await listDeliveries(tx, { patientId, limit: pastAtMost }, deps.encryption)
  const waiting = await tx.query<{ id: string }>(
    `select care_event_id as id from planned_message where patient_id = $1 and recipient = 'patient'
      group by care_event_id order by min(send_at) limit $2`,
    [patientId, careEventsAtMost],
  )
  const found: (ComingMessage & { occurrence: string })[] = []
  for (const { id } of waiting) found.push(...(await comingOf(tx, id, deps)))
  found.sort((a, b) => (a.sendAt ?? '').localeCompare(b.sendAt ?? ''))
  // What several care events share, such as three procedures of one day, goes out once.
  const coming = [...Map.groupBy(found, ({ occurrence }) => occurrence).values()].flatMap(([first]) => first ?? [])
  return { past: items, coming: coming.map(({ occurrence: _occurrence, ...message }) => message) }
}

async function comingOf(
  tx: Tx,
  careEventId: string,
  { configuration, now }: Deps,
): Promise<(ComingMessage & { occurrence: string })[]> {
  const reading = await readCareEventFacts(tx, careEventId)
  if (!reading) return []
  const { careEvent } = reading
  const [{ decided } = reading] = await completeReadings(tx, configuration.actions, [reading])
  const verdicts = plan(careEvent, configuration.actions, configuration.organization, decided, now)
  return verdicts.flatMap(({ actionId, recipient, verdict, dueAt, sendAt, occurrenceKey, trail }) => {
    if (recipient !== 'patient' || (verdict !== 'planned' && verdict !== 'postponed')) return []
    const action = configuration.actions.find(({ id }) => id === actionId)
    const ladder = action && channelLadder(careEvent.patient, action, configuration.organization)
    return {
      occurrence: `${actionId} ${occurrenceKey ?? careEventId}`,
      actionId,
      careEventId,
      dueAt: isoOf(dueAt),
      sendAt: isoOf(sendAt),
      channel: ladder?.points[0]?.channel ?? null,
      trail: trail.map(trailView),
    }
  })
}

function isoOf(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}
