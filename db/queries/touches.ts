import type { ActionDefinition } from '../../domain/action.ts'
import { typeTraits } from '../../domain/action.ts'
import { type CareEventKind, careEventKinds } from '../../domain/careEvent.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { careEventAnchor } from './careEvents.ts'
import { at } from './values.ts'

/** Facilities, providers and appointment types, by their tables: synced from the EHR, enabled one by one. */
export type PracticeResource = 'facility' | 'provider' | 'appointment_type'

/**
 * Whatever could change a plan touches the outbox in its own transaction (Engine: touch, plan, signal). An edit is one
 * INSERT … SELECT; one care event too many costs a plan in memory, one too few is a wrong message.
 */
async function touchWhere(
  tx: Tx,
  now: Instant,
  /** A condition on `care_event c`; its parameters begin with $2. */
  where: string,
  params: readonly unknown[],
  /** The action that was edited, or the organization, whose progress can then be shown. */
  editId: string | null = null,
): Promise<void> {
  await tx.query(
    `insert into outbox (organization_id, care_event_id, edit_id, attempts, next_attempt_at, created_at)
     select c.organization_id, c.id, $${params.length + 2}::uuid, 0, $1, $1 from care_event c where ${where}`,
    [at(now), ...params, editId],
  )
}

/** Rules may move a message by days past its due time, and one may be late: nothing moves further than this. */
const slackDays = 20

/** One care event. */
export async function touchCareEvent(tx: Tx, careEventId: string, now: Instant): Promise<void> {
  await touchWhere(tx, now, 'c.id = $2', [careEventId])
}

/** What an action was, or is now, about: care events of its kind that it may still send for, or that wait for it. */
export async function touchCareEventsOfAction(
  tx: Tx,
  actionId: string,
  definition: ActionDefinition,
  now: Instant,
): Promise<void> {
  await touchCareEventsOfActions(tx, [{ id: actionId, definition }], now)
}

/** The same of several actions: a care event that more than one of them is about is touched once. */
export async function touchCareEventsOfActions(
  tx: Tx,
  actions: readonly { id: string; definition: ActionDefinition }[],
  now: Instant,
): Promise<void> {
  const byKind = Map.groupBy(actions, ({ definition }) => typeTraits[definition.type].careEventKind)
  for (const [careEventKind, ofKind] of byKind) {
    const ids = ofKind.map(({ id }) => id)
    const earliest = at(now - Math.max(...ofKind.map(({ definition }) => lookbackMs(definition))))
    const editId = new Set(actions.map(({ id }) => id)).size === 1 ? (actions[0]?.id ?? null) : tx.organizationId
    const concerned = `${careEventAnchor} >= $3
      or exists (select 1 from planned_message m where m.organization_id = c.organization_id and m.care_event_id = c.id and m.action_id = any($4::uuid[]))`
    await touchWhere(tx, now, `c.kind = $2 and (${concerned})`, [careEventKind, earliest, ids], editId)
    if (careEventKind === 'recall') {
      const caughtUp = `c.kind = $2 and ${inCatchUp} and (${concerned}) is not true`
      await touchWhere(tx, now, caughtUp, [careEventKind, earliest, ids], editId)
    }
  }
}

function lookbackMs({ timing, type }: ActionDefinition): number {
  const unitDays = { days: timing.offset, hours: timing.offset / 24, minutes: timing.offset / 1440 }
  const after = timing.direction === 'after' ? unitDays[timing.unit] : 0
  return (after + (timing.acceptLateDays ?? typeTraits[type].acceptLateDays) + slackDays) * dayMs
}

/** With `$2` the earliest anchor that an action may still send for. */
const stillOpen = `${careEventAnchor} >= $2 or c.wake_at is not null`

/** With `$1` the present: recalls that a catch-up is still to send for, however long ago they were due. */
const inCatchUp = `c.id in (
  select r.care_event_id from catch_up_recall r join catch_up u on u.organization_id = r.organization_id and u.id = r.catch_up_id
   where u.cancelled_at is null and r.day >= ($1::timestamptz at time zone 'UTC')::date - ${slackDays})`

/**
 * The care events of a sort for which some action may still send. `params` begin with `$2`, the earliest anchor. What is
 * caught up with has a statement of its own: an "or" more would keep the first one from the indexes of the anchors.
 */
async function touchOpen(
  tx: Tx,
  now: Instant,
  sort: string,
  params: readonly unknown[],
  editId: string | null = null,
): Promise<void> {
  await touchWhere(tx, now, `${sort} and (${stillOpen})`, params, editId)
  await touchWhere(tx, now, `${sort} and ${inCatchUp} and (${stillOpen}) is not true`, params, editId)
}

/** How far back the anchor of a care event may lie for which some action may still send. Milliseconds. */
async function longestLookback(tx: Tx): Promise<number> {
  const rows = await tx.query<{ definition: ActionDefinition }>(
    `select definition from custom_action where deleted_at is null and status = 'active'`,
    [],
  )
  return Math.max(slackDays * dayMs, ...rows.map(({ definition }) => lookbackMs(definition)))
}

/** Whether there may still be something to send for a care event, or something waits: years of history touch nothing. */
export async function isStillOpen(tx: Tx, careEventId: string, now: Instant): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from care_event c where c.id = $1 and (${stillOpen}
       or exists (select 1 from planned_message m where m.organization_id = c.organization_id and m.care_event_id = c.id))`,
    [careEventId, at(now - (await longestLookback(tx)))],
  )
  return rows.length > 0
}

/** Everything that any action may still send for: after a change of rules, zone, pause, closures. */
export async function touchAllCareEvents(tx: Tx, now: Instant): Promise<void> {
  await touchCareEventsOfKinds(tx, careEventKinds, now)
}

/** The same of some kinds: after a type of action was switched on or off. */
export async function touchCareEventsOfKinds(tx: Tx, kinds: readonly CareEventKind[], now: Instant): Promise<void> {
  const params = [at(now - (await longestLookback(tx))), kinds]
  await touchOpen(tx, now, 'c.kind = any($3::text[])', params, tx.organizationId)
}

/** The care events at a facility, with a provider, or of an appointment type. */
export async function touchCareEventsOfResource(
  tx: Tx,
  kind: PracticeResource,
  id: string,
  now: Instant,
): Promise<void> {
  await touchCareEventsOfResources(tx, kind, [id], now)
}

/** The same of several: a care event that two of them share is touched once. */
export async function touchCareEventsOfResources(
  tx: Tx,
  kind: PracticeResource,
  ids: readonly string[],
  now: Instant,
): Promise<void> {
  const where = {
    facility: 'c.facility_id = any($3::uuid[])',
    provider: 'c.provider_ids && $3::uuid[]',
    appointment_type: 'c.appointment_type_id = any($3::uuid[])',
  }
  const params = [at(now - (await longestLookback(tx))), ids]
  await touchOpen(tx, now, where[kind], params, tx.organizationId)
}

export async function touchCareEventsOfPatient(tx: Tx, patientId: string, now: Instant): Promise<void> {
  await touchOpen(tx, now, 'c.patient_id = $3', [at(now - (await longestLookback(tx))), patientId])
}

/** Everyone behind a number or address: patients, and those for whom a contact receives. */
export async function touchCareEventsOfAddress(tx: Tx, address: string, now: Instant): Promise<void> {
  await touchOpen(
    tx,
    now,
    `c.patient_id in (
       select coalesce(p.patient_id, k.patient_id) from contact_point p
         left join patient_contact k on k.organization_id = p.organization_id and k.id = p.patient_contact_id
        where p.address = $3)`,
    [at(now - (await longestLookback(tx))), address],
  )
}
