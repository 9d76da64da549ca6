import type { CareEventKind } from '../../domain/careEvent.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'

/** The names behind a care event's ids. */
export interface CareEventDetails {
  id: string
  kind: CareEventKind
  status: string
  patientId: string
  patientName: string
  /** Epoch milliseconds; null for a care event without a time. */
  startAt: Instant | null
  zone: Zone
  facility: string | null
  appointmentType: string | null
  providers: string[]
}

/** By care event id. The practice's own names for its resources go before the EHR's. */
export async function readCareEventDetails(tx: Tx, ids: readonly string[]): Promise<Map<string, CareEventDetails>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<CareEventDetails>(
    `select c.id, c.kind, c.status, c.patient_id as "patientId",
            coalesce(nullif(concat_ws(' ', coalesce(p.preferred_name, p.first_name), p.last_name), ''), 'Unnamed patient') as "patientName",
            (extract(epoch from c.start_at) * 1000)::float8 as "startAt", coalesce(f.time_zone, o.time_zone) as zone,
            coalesce(f.public_name, f.name) as facility, coalesce(t.public_name, t.name) as "appointmentType",
            array(select coalesce(r.public_name, r.name) from provider r
                   where r.organization_id = c.organization_id and r.id = any(c.provider_ids) order by 1) as providers
       from care_event c
       join organization o on o.id = c.organization_id
       join patient p on p.organization_id = c.organization_id and p.id = c.patient_id
       left join facility f on f.organization_id = c.organization_id and f.id = c.facility_id
       left join appointment_type t on t.organization_id = c.organization_id and t.id = c.appointment_type_id
      where c.id = any($1::uuid[])`,
    [[...ids]],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
