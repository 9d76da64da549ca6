import type { Instant, LocalDate, Zone } from '../../domain/instant.ts'
import type { AppointmentContext, RenderContext } from '../../domain/renderContext.ts'
import type { Tx } from '../orm.ts'

interface AppointmentRow {
  id: string
  start: Instant | null
  end: Instant | null
  type: string | null
  instructions: string | null
  arriveEarlyMinutes: number | null
  details: { duration?: number; videoLink?: string; instructions?: string }
  previousStart: Instant | null
}

interface Row extends AppointmentRow {
  firstName: string | null
  lastName: string | null
  preferredName: string | null
  mrn: string | null
  birthDate: LocalDate | null
  phone: string | null
  practiceName: string
  practicePhone: string | null
  practiceZone: Zone
  facility: { name: string | null; address: string | null; phone: string | null; directions: string | null } | null
  facilityZone: Zone | null
  providerName: string | null
  staffFirstName: string | null
}

const millis = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const appointmentColumns = `ce.id, ${millis('ce.start_at')} as start, ${millis('ce.end_at')} as end,
  ${millis('ce.previous_start_at')} as "previousStart", ce.details, coalesce(t.public_name, t.name) as type, t.instructions,
  t.arrive_early_minutes as "arriveEarlyMinutes"`

/** The practice's own names for its resources go before the EHR's (`publicName`). */
const select = `
  select ${appointmentColumns}, p.first_name as "firstName", p.last_name as "lastName", p.preferred_name as "preferredName",
    p.mrn, p.birth_date::text as "birthDate",
    (select c.address from contact_point c where c.organization_id = p.organization_id and c.patient_id = p.id
       and c.channel in ('sms', 'voice') and c.invalid_since is null order by c.rank limit 1) as phone,
    o.name as "practiceName", o.phone as "practicePhone", o.time_zone as "practiceZone",
    case when f.id is not null then jsonb_build_object('name', coalesce(f.public_name, f.name), 'address', f.address,
      'phone', f.phone, 'directions', f.directions) end as facility, f.time_zone as "facilityZone",
    (select coalesce(pr.public_name, pr.name) from provider pr where pr.organization_id = ce.organization_id
       and pr.id = ce.provider_ids[1]) as "providerName",
    (select s.first_name from staff_member s where s.organization_id = ce.organization_id and s.id = $2) as "staffFirstName"
  from care_event ce
  join organization o on o.id = ce.organization_id
  join patient p on p.organization_id = ce.organization_id and p.id = ce.patient_id
  left join facility f on f.organization_id = ce.organization_id and f.id = ce.facility_id
  left join appointment_type t on t.organization_id = ce.organization_id and t.id = ce.appointment_type_id
  where ce.id = $1`

const sameDay = `
  select ${appointmentColumns}
  from care_event ce
  join care_event this on this.organization_id = ce.organization_id and this.id = $1
  left join appointment_type t on t.organization_id = ce.organization_id and t.id = ce.appointment_type_id
  where ce.kind = 'appointment' and ce.status = 'booked' and not ce.deleted and ce.patient_id = this.patient_id
    and ce.facility_id is not distinct from this.facility_id
    and (ce.start_at at time zone $2)::date = (this.start_at at time zone $2)::date
  order by ce.start_at`

/**
 * What a message of this care event can say, and the zone its times are written in: the facility's, else the practice's.
 * The patient's other appointments of the day are read only when the text wants them.
 */
export async function readRenderFacts(
  tx: Tx,
  careEventId: string,
  recipient: string,
  wantsSameDay: boolean,
): Promise<{ context: RenderContext; zone: Zone } | null> {
  const staffId = recipient === 'patient' ? null : recipient
  const [row] = await tx.query<Row>(select, [careEventId, staffId], 'render facts')
  if (!row) return null
  const zone = row.facilityZone ?? row.practiceZone
  const all = row.start === null || !wantsSameDay ? [] : await tx.query<AppointmentRow>(sameDay, [careEventId, zone])
  const context: RenderContext = {
    patient: {
      firstName: row.firstName,
      lastName: row.lastName,
      preferredName: row.preferredName,
      mrn: row.mrn,
      birthDate: row.birthDate,
      phone: row.phone,
    },
    recipient: { firstName: staffId === null ? row.firstName : row.staffFirstName },
    practice: { name: row.practiceName, phone: row.practicePhone },
    provider: { name: row.providerName },
    links: { preferences: null },
    appointment: appointmentOf(row),
    appointments: all.map(appointmentOf),
    facility: row.facility ?? { name: null, address: null, phone: null, directions: null },
  }
  return { context, zone }
}

function appointmentOf(row: AppointmentRow): AppointmentContext {
  const { start, end, details } = row
  return {
    start,
    end,
    arrivalTime: start === null || row.arriveEarlyMinutes === null ? null : start - row.arriveEarlyMinutes * 60_000,
    duration: details.duration ?? (start !== null && end !== null && end > start ? (end - start) / 60_000 : null),
    type: row.type,
    instructions: details.instructions ?? row.instructions,
    videoLink: details.videoLink ?? null,
    previousStart: row.previousStart,
    confirmLink: null,
  }
}
