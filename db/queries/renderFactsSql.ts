import { epochMs } from './factsSql.ts'

/** The practice's own names for its resources go before the EHR's (`publicName`). */
const appointmentColumns = `ce.id, ${epochMs('ce.start_at')} as start, ${epochMs('ce.end_at')} as end,
  ${epochMs('ce.previous_start_at')} as "previousStart", ce.details, coalesce(t.public_name, t.name) as type, t.instructions,
  t.arrive_early_minutes as "arriveEarlyMinutes"`

/** One care event with all that a message of it may say. $1 care event, $2 staff member or null, $3 contact point or null. */
export const renderFactsSql = `
  select ${appointmentColumns}, ce.kind, p.first_name as "firstName", p.last_name as "lastName",
    p.preferred_name as "preferredName", p.mrn, p.birth_date::text as "birthDate",
    (select c.address from contact_point c where c.organization_id = p.organization_id and c.patient_id = p.id
       and c.channel in ('sms', 'voice') and c.invalid_since is null order by c.rank limit 1) as phone,
    o.name as "practiceName", o.phone as "practicePhone", o.time_zone as "practiceZone", o.booking_url as "bookingUrl",
    case when f.id is not null then jsonb_build_object('name', coalesce(f.public_name, f.name), 'address', f.address,
      'phone', f.phone, 'directions', f.directions) end as facility, f.time_zone as "facilityZone",
    (select coalesce(pr.public_name, pr.name) from provider pr where pr.organization_id = ce.organization_id
       and pr.id = ce.provider_ids[1]) as "providerName",
    case when $2::uuid is not null
      then (select s.first_name from staff_member s where s.organization_id = ce.organization_id and s.id = $2)
      else coalesce((select k.first_name from contact_point c
          join patient_contact k on k.organization_id = c.organization_id and k.id = c.patient_contact_id
         where c.organization_id = ce.organization_id and c.id = $3), p.first_name) end as "recipientFirstName",
    ${epochMs('ce.due_at')} as "dueAt", ce.due_date::text as "dueDate",
    ${epochMs('ce.procedure_at')} as "procedureAt", ce.procedure_date::text as "procedureDate",
    ${epochMs('ce.diagnosis_at')} as "diagnosisAt", ce.diagnosis_date::text as "diagnosisDate",
    (select coalesce(jsonb_agg(jsonb_build_object('system', o.system, 'code', o.code, 'name', o.name) order by o.position, o.code), '[]')
       from care_event_code o where o.organization_id = ce.organization_id and o.care_event_id = ce.id) as codes
  from care_event ce
  join organization o on o.id = ce.organization_id
  join patient p on p.organization_id = ce.organization_id and p.id = ce.patient_id
  left join facility f on f.organization_id = ce.organization_id and f.id = ce.facility_id
  left join appointment_type t on t.organization_id = ce.organization_id and t.id = ce.appointment_type_id
  where ce.id = $1`

/**
 * The patient's booked appointments at the facility on the care event's local day (from $2 up to $3), or those of $4.
 * $1 care event.
 */
export const sameDaySql = `
  select ${appointmentColumns}
  from care_event ce
  join care_event this on this.organization_id = ce.organization_id and this.id = $1
  left join appointment_type t on t.organization_id = ce.organization_id and t.id = ce.appointment_type_id
  where ce.kind = 'appointment' and ce.patient_id = this.patient_id
    and case when $4::uuid[] is not null then ce.id = any($4) else
      ce.status = 'booked' and not ce.deleted and ce.facility_id is not distinct from this.facility_id
      and ce.start_at >= $2::timestamptz and ce.start_at < $3::timestamptz end
  order by ce.start_at`
