import { actionTypes, typeTraits } from '../../domain/action.ts'
import { categoryOf } from '../../domain/consent.ts'
import type { ActionFacts, CatchUpFacts, OutreachSent } from '../../domain/facts.ts'
import { dayMs } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import type { CareEventReading } from './facts.ts'
import { epochMs } from './factsSql.ts'
import { withSiblings } from './siblings.ts'

/**
 * The same readings with what a plan needs beyond the care event itself: the others of its day, and catch-ups. Each is
 * read only where it can be asked for, so that most plans cost no further statement. Every plan is made of these.
 */
export async function completeReadings(
  tx: Tx,
  actions: readonly ActionFacts[],
  readings: readonly CareEventReading[],
): Promise<readonly CareEventReading[]> {
  return withOutreach(tx, actions, await withCatchUps(tx, actions, await withSiblings(tx, actions, readings)))
}

/** The actions that send outreach to patients: what the caps are for. */
export function outreachActions(actions: readonly ActionFacts[]): ActionFacts[] {
  return actions.filter(
    (action) => action.definition.recipients.kind === 'patient' && categoryOf(action) === 'outreach',
  )
}

/** Longer than the week that the caps look back, in any zone. */
const lookBackMs = 9 * dayMs

async function withOutreach(
  tx: Tx,
  actions: readonly ActionFacts[],
  readings: readonly CareEventReading[],
): Promise<readonly CareEventReading[]> {
  const capped = outreachActions(actions)
  const kinds = new Set(
    capped
      .filter(({ definition }) => definition.status === 'active')
      .map(({ definition }) => typeTraits[definition.type].careEventKind),
  )
  const concerned = readings.filter(({ careEvent }) => kinds.has(careEvent.kind))
  if (concerned.length === 0) return readings
  const rows = await tx.query<OutreachSent & { patientId: string }>(
    `select d.patient_id as "patientId", d.action_id as "actionId", d.occurrence_key as "occurrenceKey",
       ${epochMs('coalesce(d.sent_at, d.claimed_at)')} as at
     from delivery d
     where d.organization_id = $1 and d.patient_id = any($2::uuid[]) and d.recipient = 'patient'
       and d.status in ('sending', 'unknown', 'sent', 'delivered') and coalesce(d.sent_at, d.claimed_at) > $4
       and d.action_id in (select a.id from custom_action a where a.organization_id = $1
         and coalesce(a.definition ->> 'category', case when a.type = any($3::text[]) then 'outreach' end) = 'outreach')
     order by d.created_at, d.id`,
    [
      tx.organizationId,
      [...new Set(concerned.map(({ careEvent }) => careEvent.patient.id))],
      actionTypes.filter((type) => typeTraits[type].defaultCategory === 'outreach'),
      new Date(tx.now - lookBackMs),
    ],
    'outreach',
  )
  if (rows.length === 0) return readings
  const byPatient = Map.groupBy(rows, ({ patientId }) => patientId)
  return readings.map((reading) => {
    const outreach = kinds.has(reading.careEvent.kind) ? byPatient.get(reading.careEvent.patient.id) : undefined
    return outreach ? { ...reading, decided: { ...reading.decided, outreach } } : reading
  })
}

async function withCatchUps(
  tx: Tx,
  actions: readonly ActionFacts[],
  readings: readonly CareEventReading[],
): Promise<readonly CareEventReading[]> {
  const recalls = readings.filter(({ careEvent }) => careEvent.kind === 'recall').map(({ careEvent }) => careEvent.id)
  const asking = actions.some(({ definition }) => definition.type === 'recall')
  if (recalls.length === 0 || !asking) return readings
  const rows = await tx.query<CatchUpFacts & { careEventId: string }>(
    `select r.care_event_id as "careEventId", u.action_id as "actionId", r.occurrence_key as "occurrenceKey", r.day::text as day,
       ${epochMs('u.created_at')} as "askedAt"
     from catch_up_recall r join catch_up u on u.organization_id = r.organization_id and u.id = r.catch_up_id
     where r.organization_id = $1 and r.care_event_id = any($2::uuid[]) and u.cancelled_at is null
     order by u.created_at desc, u.id`,
    [tx.organizationId, recalls],
    'catch-ups',
  )
  if (rows.length === 0) return readings
  const byCareEvent = Map.groupBy(rows, ({ careEventId }) => careEventId)
  return readings.map((reading) => {
    const catchUps = byCareEvent.get(reading.careEvent.id)
    return catchUps ? { ...reading, decided: { ...reading.decided, catchUps } } : reading
  })
}
