import type { ActionFacts, CareEventFacts, DecidedDelivery } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import type { RowsStatement } from '../gathering.ts'
import type { Tx } from '../orm.ts'
import { anchorAt } from './careEvents.ts'
import type { CareEventReading } from './facts.ts'
import { readFactsOfMany } from './facts.ts'
import { epochMs } from './factsSql.ts'

/** The same patient, kind and facility, at most 36 hours apart: the domain finds the local day among them. */
const isSibling = (c: string, s: string): string => `${s}.organization_id = ${c}.organization_id
  and ${s}.patient_id = ${c}.patient_id and ${s}.kind = ${c}.kind and ${s}.id <> ${c}.id
  and ${s}.facility_id is not distinct from ${c}.facility_id
  and ${anchorAt(s)} between ${anchorAt(c)} - interval '36 hours' and ${anchorAt(c)} + interval '36 hours'`

/** The actions that send one message for a day (Same day): most practices have none, and nothing is read for them. */
export function sameDayActions(actions: readonly ActionFacts[]): string[] {
  return actions.flatMap(({ id, definition }) =>
    definition.sameDay !== 'each' && definition.status === 'active' ? [id] : [],
  )
}

/**
 * The same readings with the other care events of the day, and with what messages spoke for several of them: in three
 * statements for however many there are. Unchanged where no active action asks for it.
 */
export async function withSiblings(
  tx: Tx,
  actions: readonly ActionFacts[],
  readings: readonly CareEventReading[],
): Promise<readonly CareEventReading[]> {
  const asking = sameDayActions(actions)
  if (asking.length === 0 || readings.length === 0) return readings
  const pairs = await tx.query<{ id: string; siblingId: string }>(
    `select c.id, s.id as "siblingId" from care_event c join care_event s on ${isSibling('c', 's')} and not s.deleted
     where c.organization_id = $1 and c.id = any($2::uuid[])`,
    [tx.organizationId, readings.map(({ careEvent }) => careEvent.id)],
    'siblings',
  )
  const known = new Map(readings.map((reading) => [reading.careEvent.id, reading]))
  const missing = [...new Set(pairs.map(({ siblingId }) => siblingId))].filter((id) => !known.has(id))
  if (missing.length > 0)
    for (const reading of await readFactsOfMany(tx, missing)) known.set(reading.careEvent.id, reading)
  const spokenFor = await readSpokenFor(tx, asking, readings)
  return readings.map((reading) => ({
    ...reading,
    decided: {
      ...reading.decided,
      siblings: pairs.flatMap(({ id, siblingId }) => {
        const sibling = id === reading.careEvent.id ? known.get(siblingId) : undefined
        return sibling ? [{ careEvent: sibling.careEvent, decided: sibling.decided }] : []
      }),
      spokenFor: spokenFor.get(reading.careEvent.patient.id) ?? [],
    },
  }))
}

async function readSpokenFor(
  tx: Tx,
  actionIds: readonly string[],
  readings: readonly CareEventReading[],
): Promise<Map<string, DecidedDelivery[]>> {
  const patientIds = [...new Set(readings.map(({ careEvent }) => careEvent.patient.id))]
  const rows = await tx.query<DecidedDelivery & { patientId: string }>(
    `select d.patient_id as "patientId", d.id, d.action_id as "actionId", d.care_event_id as "careEventId",
       d.occurrence_key as "occurrenceKey", d.recipient, d.status, d.reason, d.final, ${epochMs('d.not_before')} as "notBefore",
       ${epochMs('d.due_at')} as "dueAt", ${epochMs('d.sent_at')} as "sentAt", d.reached_provider as "reachedProvider", d.covers
     from delivery d
     where d.organization_id = $1 and d.patient_id = any($2::uuid[]) and d.action_id = any($3::uuid[]) and d.covers is not null
     order by d.created_at, d.id`,
    [tx.organizationId, patientIds, actionIds],
    'spoken for',
  )
  return Map.groupBy(rows, (row) => row.patientId)
}

/** Where a care event stood before it changed. */
interface FormerPlace {
  patientId: string
  facilityId: string | null
  anchor: Instant | null
}

export function formerPlace(
  state: { patientId: string; facilityId: string | null } & Pick<
    CareEventFacts,
    'start' | 'dueDate' | 'procedureDate' | 'diagnosisDate'
  >,
): FormerPlace {
  const anchor = state.start ?? state.dueDate ?? state.procedureDate ?? state.diagnosisDate
  const instant = anchor === null ? null : 'at' in anchor ? anchor.at : Date.parse(anchor.date)
  const { patientId, facilityId } = state
  return { patientId, facilityId, anchor: instant === null || Number.isNaN(instant) ? null : instant }
}

/** The same of many care events that were not there before: nothing speaks for a place that they have left. */
export async function touchSiblingsOfNew(tx: Tx, careEventIds: readonly string[], now: Instant): Promise<void> {
  if (careEventIds.length === 0) return
  await tx.query(
    `insert into outbox (organization_id, care_event_id, next_attempt_at, created_at)
     select distinct s.organization_id, s.id, $3::timestamptz, $3::timestamptz
     from care_event c join care_event s on not s.deleted and ${isSibling('c', 's')}
     where c.organization_id = $1 and c.id = any($2::uuid[]) and exists (
       select 1 from custom_action a where a.organization_id = $1 and a.deleted_at is null and a.status = 'active'
         and a.definition ->> 'sameDay' <> 'each')`,
    [tx.organizationId, careEventIds, new Date(now)],
    'touch siblings of new care events',
  )
}

/**
 * Has the others of a care event's day planned anew, those of the day it left as well: one of them may lead now, or lead
 * no more. Touches nothing where no active action sends one message for a day.
 */
export async function touchSiblings(
  tx: Tx,
  careEventId: string,
  former: FormerPlace | null,
  now: Instant,
): Promise<void> {
  tx.write(siblingsTouched, { careEventId, former, now })
}

const siblingsTouched: RowsStatement<{ careEventId: string; former: FormerPlace | null; now: Instant }> = {
  name: 'touch siblings',
  sql: `insert into outbox (organization_id, care_event_id, next_attempt_at, created_at)
     select s.organization_id, s.id, said.at, said.at
     from unnest((select $2::uuid[]), (select $3::timestamptz[]), (select $4::uuid[]), (select $5::uuid[]),
           (select $6::timestamptz[]))
         as said (id, at, patient_id, facility_id, anchor)
       join care_event c on c.organization_id = $1 and c.id = said.id
       join care_event s on s.organization_id = c.organization_id and s.kind = c.kind and s.id <> c.id and not s.deleted
         and s.patient_id in (c.patient_id, said.patient_id)
         and (${isSibling('c', 's')}
           or (s.patient_id = said.patient_id and s.facility_id is not distinct from said.facility_id
             and ${anchorAt('s')} between said.anchor - interval '36 hours' and said.anchor + interval '36 hours'))
     where exists (
       select 1 from custom_action a where a.organization_id = $1 and a.deleted_at is null and a.status = 'active'
         and a.definition ->> 'sameDay' <> 'each')`,
  params: (rows, { organizationId }) => [
    organizationId,
    rows.map(({ careEventId }) => careEventId),
    rows.map(({ now }) => new Date(now)),
    rows.map(({ former }) => former?.patientId ?? null),
    rows.map(({ former }) => former?.facilityId ?? null),
    rows.map(({ former }) => (former?.anchor == null ? null : new Date(former.anchor))),
  ],
}
