import type { CareEventStatus } from '../../../domain/careEvent.ts'
import type { Instant, LocalDate } from '../../../domain/instant.ts'
import { dueDay, fulfilmentOf } from '../../../domain/recall.ts'
import { isZone } from '../../../domain/zone.ts'
import type { Tx } from '../../orm.ts'
import { touch } from '../../outbox.ts'
import { at } from '../values.ts'
import { anchorOf } from './careEventRow.ts'

interface Recall {
  id: string
  dueDate: LocalDate | null
  dueAt: string | null
  appointmentTypeId: string | null
  fulfilledById: string | null
  zone: string | null
}
interface Visit {
  id: string
  startAt: string
  status: CareEventStatus
  appointmentTypeId: string
  zone: string | null
}

/**
 * Asks anew which of a patient's recalls an appointment fulfils, and touches those that are open now and were not, or were
 * and are no more (Who matches: recalls): which appointment closes one changes no plan. To be called in the transaction that changed an appointment, a recall, or whose they are.
 */
export async function reviseRecalls(tx: Tx, patientId: string, now: Instant): Promise<void> {
  const [found] = await tx.query<{ recalls: Recall[] | null; visits: Visit[] | null; organizationZone: string }>(
    `with recall as (
       select r.id, r.due_date, r.due_at, r.appointment_type_id, r.fulfilled_by_id, f.time_zone from care_event r
         left join facility f on f.organization_id = r.organization_id and f.id = r.facility_id
        where r.patient_id = $1 and r.kind = 'recall' and not r.deleted),
     visit as (
       select a.id, a.start_at, a.status, a.appointment_type_id, f.time_zone from care_event a
         left join facility f on f.organization_id = a.organization_id and f.id = a.facility_id
        where a.patient_id = $1 and a.kind = 'appointment' and not a.deleted and a.start_at is not null
          and a.status in ('booked', 'arrived', 'checkedIn', 'fulfilled')
          and a.appointment_type_id in (select appointment_type_id from recall))
     select o.time_zone as "organizationZone",
       (select jsonb_agg(jsonb_build_object('id', id, 'dueDate', due_date, 'dueAt', due_at,
          'appointmentTypeId', appointment_type_id, 'fulfilledById', fulfilled_by_id, 'zone', time_zone)) from recall) as recalls,
       (select jsonb_agg(jsonb_build_object('id', id, 'startAt', start_at, 'status', status,
          'appointmentTypeId', appointment_type_id, 'zone', time_zone)) from visit) as visits
     from organization o`,
    [patientId],
    'reviseRecalls',
  )
  if (!found?.recalls) return
  const zoneOf = (zone: string | null) => (zone !== null && isZone(zone) ? zone : found.organizationZone)
  const visits = (found.visits ?? []).map(({ startAt, zone, ...visit }) => ({
    ...visit,
    start: Date.parse(startAt),
    deleted: false,
    zone: zoneOf(zone),
  }))
  const changed = found.recalls.flatMap(({ dueDate, dueAt, zone, ...recall }) => {
    const due = anchorOf(dueDate, dueAt)
    const by = fulfilmentOf({ ...recall, dueDate: dueDay(due, zoneOf(zone)) }, visits, now)
    return by === recall.fulfilledById
      ? []
      : [{ id: recall.id, by, turned: (by === null) !== (recall.fulfilledById === null) }]
  })
  if (changed.length === 0) return
  await tx.query(
    `update care_event c set fulfilled_by_id = said.fulfilled_by, updated_at = $3
       from unnest($1::uuid[], $2::uuid[]) as said (id, fulfilled_by) where c.id = said.id`,
    [changed.map(({ id }) => id), changed.map(({ by }) => by), at(now)],
  )
  await touch(
    tx,
    changed.filter(({ turned }) => turned).map(({ id }) => id),
  )
}
