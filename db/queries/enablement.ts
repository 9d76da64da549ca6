import { type ActionType, actionTypes } from '../../domain/action.ts'
import { type ResourceKind, resourceKinds } from '../../domain/organization.ts'
import type { Tx } from '../orm.ts'
import type { By } from './audit.ts'
import { getOrganization, updateOrganization } from './organization.ts'
import type { PracticeResource } from './touches.ts'

/** Switches one type of action on or off (T1); the others stay as somebody else may have set them meanwhile. */
export async function switchActionType(tx: Tx, type: ActionType, on: boolean, by: By): Promise<void> {
  await lockOrganization(tx)
  const { enabledActionTypes } = await getOrganization(tx)
  const wanted = actionTypes.filter((each) => (each === type ? on : enabledActionTypes.includes(each)))
  await updateOrganization(tx, { enabledActionTypes: wanted }, null, by)
}

/** Switches a whole kind of practice resource on or off (E2), beside what is switched one by one. */
export async function switchResourceKind(tx: Tx, kind: ResourceKind, on: boolean, by: By): Promise<void> {
  await lockOrganization(tx)
  const { enabledResourceKinds } = await getOrganization(tx)
  const wanted = resourceKinds.filter((each) => (each === kind ? on : enabledResourceKinds.includes(each)))
  await updateOrganization(tx, { enabledResourceKinds: wanted }, null, by)
}

async function lockOrganization(tx: Tx): Promise<void> {
  await tx.query('select id from organization for no key update', [])
}

const from = `planned_message m
  join care_event c on c.organization_id = m.organization_id and c.id = m.care_event_id
  join custom_action a on a.organization_id = m.organization_id and a.id = m.action_id`
const isWaiting = `m.verdict in ('planned', 'postponed')`

/** Of several providers one is enough; a filter narrows to its own (as in `resourceEntries`). */
const isAsked = (id: string) =>
  `(jsonb_typeof(a.definition #> '{filters,providerIds}') <> 'array' or a.definition #> '{filters,providerIds}' ? ${id}::text)`
const noneLeft = (others: string) => `not exists (select 1 from provider o where o.organization_id = c.organization_id
  and o.id = any(c.provider_ids) and o.enabled and ${others} and ${isAsked('o.id')})`

/** How many waiting messages switching off each one alone would drop, by its id; those that drop none are left out. */
export async function waitingByResource(tx: Tx, kind: PracticeResource): Promise<Map<string, number>> {
  const sql = {
    facility: `select c.facility_id as id, count(*)::int as count from ${from}
      where ${isWaiting} and c.facility_id is not null group by 1`,
    provider: `select p.id, count(*)::int as count from ${from} cross join lateral unnest(c.provider_ids) as p (id)
      where ${isWaiting} and ${isAsked('p.id')} and ${noneLeft('o.id <> p.id')} group by 1`,
    appointment_type: `select c.appointment_type_id as id, count(*)::int as count from ${from}
      where ${isWaiting} and c.appointment_type_id is not null group by 1`,
  }
  const rows = await tx.query<{ id: string; count: number }>(sql[kind])
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** How many waiting messages switching off all of these at once would drop. */
export async function waitingOfResources(tx: Tx, kind: PracticeResource, ids: readonly string[]): Promise<number> {
  const where = {
    facility: 'c.facility_id = any($1::uuid[])',
    provider: `c.provider_ids && $1::uuid[] and ${noneLeft('o.id <> all($1::uuid[])')}`,
    appointment_type: 'c.appointment_type_id = any($1::uuid[])',
  }
  return count(tx, where[kind], [ids])
}

/** How many waiting messages switching off a whole kind would drop: those about a care event that has one. */
export async function waitingOfKind(tx: Tx, kind: ResourceKind): Promise<number> {
  const where = {
    facility: 'c.facility_id is not null',
    provider: 'cardinality(c.provider_ids) > 0',
    appointmentType: 'c.appointment_type_id is not null',
  }
  return count(tx, where[kind], [])
}

/** How many waiting messages switching off each type would drop, and how many active actions of it there are. */
export async function usageByType(tx: Tx): Promise<Map<ActionType, { waiting: number; active: number }>> {
  const rows = await tx.query<{ type: ActionType; waiting: number; active: number }>(
    `select a.type, count(*) filter (where a.status = 'active')::int as active,
       coalesce(sum((select count(*) from planned_message m where m.organization_id = a.organization_id and m.action_id = a.id
         and ${isWaiting})), 0)::int as waiting
     from custom_action a where a.deleted_at is null group by 1`,
  )
  return new Map(rows.map(({ type, waiting, active }) => [type, { waiting, active }]))
}

async function count(tx: Tx, where: string, params: unknown[]): Promise<number> {
  const sql = `select count(*)::int as count from ${from} where ${isWaiting} and ${where}`
  const [row] = await tx.query<{ count: number }>(sql, params)
  return row?.count ?? 0
}
