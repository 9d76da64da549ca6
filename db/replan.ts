import { type DueVerdict, firstStep } from '../domain/firstStep.ts'
import type { Instant } from '../domain/instant.ts'
import { plan } from '../domain/plan.ts'
import { isMissed } from '../domain/reasons.ts'
import type { Verdicts } from '../domain/verdict.ts'
import { lockFreeCareEvents } from './careEventLock.ts'
import { recordSkip } from './ledger.ts'
import type { Tx } from './orm.ts'
import { completeReadings } from './queries/completeReadings.ts'
import {
  type CareEventReading,
  type Configuration,
  type ConfigurationCache,
  readCareEventFacts,
  readFactsOfMany,
} from './queries/facts.ts'
import { writePlannedMessages } from './queries/plannedMessages.ts'

export interface Replanned {
  reading: CareEventReading
  verdicts: Verdicts
  first: DueVerdict | null
}

/**
 * Plans a care event anew under its row's lock and stores what is planned: the one way in which a plan comes about,
 * whoever asks for it. null when the care event is not there. The configuration is read under the lock too: read before
 * it, an older one could overwrite the plan of a newer one.
 */
export async function replan(
  tx: Tx,
  configurations: ConfigurationCache,
  careEventId: string,
  now: Instant,
): Promise<Replanned | null> {
  const reading = await readCareEventFacts(tx, careEventId, { lock: true })
  if (!reading) return null
  const [planned] = await replanReadings(tx, configurations, [reading], now)
  return planned ?? null
}

/**
 * The same for many at once, in a few statements for all of them. Those that somebody else has locked, or that are not
 * there, are left out: ask for them one by one.
 */
export async function replanFree(
  tx: Tx,
  configurations: ConfigurationCache,
  careEventIds: readonly string[],
  now: Instant,
): Promise<Replanned[]> {
  const locked = await lockFreeCareEvents(tx, careEventIds)
  return replanReadings(tx, configurations, await readFactsOfMany(tx, locked), now)
}

async function replanReadings(
  tx: Tx,
  configurations: ConfigurationCache,
  readings: readonly CareEventReading[],
  now: Instant,
): Promise<Replanned[]> {
  const [one] = readings
  if (one === undefined) return []
  const configuration = await configurations.read(tx, one.configurationRevision)
  const { actions, organization } = configuration
  const complete = await completeReadings(tx, actions, readings)
  const planned = complete.map((reading) => {
    const verdicts = plan(reading.careEvent, actions, organization, reading.decided, now)
    return { reading, verdicts, first: firstStep(verdicts) }
  })
  writePlannedMessages(
    tx,
    planned.map(({ reading: { careEvent, planned: stored }, verdicts }) => {
      return { careEventId: careEvent.id, patientId: careEvent.patient.id, verdicts, stored }
    }),
  )
  for (const { reading, verdicts } of planned) recordMissed(tx, reading, configuration, verdicts, now)
  return planned
}

/**
 * A message that we failed to send in time (an outage, a backlog) is settled as such where it is first seen: nobody will
 * wake for it any more, and it must not vanish from the ledger.
 */
function recordMissed(
  tx: Tx,
  { careEvent }: CareEventReading,
  { actions }: Configuration,
  verdicts: Verdicts,
  now: Instant,
): void {
  for (const verdict of verdicts) {
    const { actionId, occurrenceKey, recipient, reason, deliveryId } = verdict
    if (!isMissed(reason) || deliveryId !== null || occurrenceKey === null || recipient === null) continue
    const actionVersion = actions.find(({ id }) => id === actionId)?.version
    if (actionVersion === undefined) continue
    const skip = { actionVersion, careEventId: careEvent.id, patientId: careEvent.patient.id, reason, final: true }
    recordSkip(tx, { ...skip, verdict: { ...verdict, occurrenceKey, recipient } }, now)
  }
}

/** What the workflow of the care event sleeps until from now on; null when it ends. Only the workflow's own steps say so. */
export function writeWakeAt(tx: Tx, reading: CareEventReading, wakeAt: Instant | null): void {
  if (reading.wakeAt === wakeAt) return
  tx.send(
    'update care_event set wake_at = $3 where organization_id = $1 and id = $2',
    [tx.organizationId, reading.careEvent.id, wakeAt === null ? null : new Date(wakeAt)],
    'write wake time',
  )
}
