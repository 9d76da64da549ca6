import type { Instant, Zone } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { at } from './values.ts'

/** An appointment whose patient a message is previewed for. */
export interface PreviewAppointment {
  id: string
  /** Epoch milliseconds. */
  startAt: Instant
  patientName: string
  type: string | null
  zone: Zone
}

const select = `
  select c.id, (extract(epoch from c.start_at) * 1000)::float8 as "startAt",
         coalesce(nullif(concat_ws(' ', coalesce(p.preferred_name, p.first_name), p.last_name), ''), 'Unnamed patient') as "patientName",
         coalesce(t.public_name, t.name) as type, coalesce(f.time_zone, o.time_zone) as zone
    from care_event c
    join organization o on o.id = c.organization_id
    join patient p on p.organization_id = c.organization_id and p.id = c.patient_id
    left join facility f on f.organization_id = c.organization_id and f.id = c.facility_id
    left join appointment_type t on t.organization_id = c.organization_id and t.id = c.appointment_type_id
   where c.kind = 'appointment' and not c.deleted`

/** Booked appointments that begin at or after an instant, the soonest first. */
export async function listPreviewAppointments(tx: Tx, from: Instant, limit: number): Promise<PreviewAppointment[]> {
  return tx.query(`${select} and c.status = 'booked' and c.start_at >= $1 order by c.start_at, c.id limit $2`, [
    at(from),
    limit,
  ])
}

/** One of them by its id, whenever it begins and whatever its status; null when there is none. */
export async function readPreviewAppointment(tx: Tx, id: string): Promise<PreviewAppointment | null> {
  const [row] = await tx.query<PreviewAppointment>(`${select} and c.start_at is not null and c.id = $1`, [id])
  return row ?? null
}
