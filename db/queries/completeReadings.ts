import type { ActionFacts, CatchUpFacts } from '../../domain/facts.ts'
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
  return withCatchUps(tx, actions, await withSiblings(tx, actions, readings))
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
