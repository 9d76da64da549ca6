import type { Instant } from '../domain/instant.ts'
import { type DueVerdict, firstStep } from '../domain/firstStep.ts'
import { plan } from '../domain/plan.ts'
import type { Verdicts } from '../domain/verdict.ts'
import { type CareEventReading, type ConfigurationCache, readCareEventFacts } from './queries/facts.ts'
import { writePlannedMessages } from './queries/plannedMessages.ts'
import type { Tx } from './orm.ts'

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
export async function replan(tx: Tx, configurations: ConfigurationCache, careEventId: string, now: Instant): Promise<Replanned | null> {
  const reading = await readCareEventFacts(tx, careEventId, { lock: true })
  if (!reading) return null
  const configuration = await configurations.read(tx)
  const verdicts = plan(reading.careEvent, configuration.actions, configuration.organization, reading.decided, now)
  await writePlannedMessages(tx, careEventId, verdicts)
  return { reading, verdicts, first: firstStep(verdicts) }
}

/** What the workflow of the care event sleeps until from now on; null when it ends. Only the workflow's own steps say so. */
export async function writeWakeAt(tx: Tx, reading: CareEventReading, wakeAt: Instant | null): Promise<void> {
  if (reading.wakeAt === wakeAt) return
  await tx.query('update care_event set wake_at = $2 where id = $1', [
    reading.careEvent.id,
    wakeAt === null ? null : new Date(wakeAt),
  ])
}
