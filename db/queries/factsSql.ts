/** Epoch milliseconds of a `timestamptz`, for values inside JSON. */
export const epochMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`

/** A contact point as facts, from `contact_point c`. */
export const contactPointJson = `'id', c.id, 'channel', c.channel, 'address', c.address, 'rank', c.rank,
  'invalidSince', ${epochMs('c.invalid_since')}`

/** With a day: whether the source still means it (FHIR `telecom.period`). */
export const isInPeriod = (day: string): string =>
  `(c.valid_from is null or c.valid_from <= ${day}) and (c.valid_to is null or c.valid_to >= ${day})`

/**
 * The latest explicit consent of each channel and category for the addresses of an array, as JSON. An array, because a
 * set of rows would have every consent of the practice read to find them.
 */
export const latestConsents = (addresses: string): string => `(
  select coalesce(jsonb_agg(jsonb_build_object('address', l.address, 'channel', l.channel, 'category', l.category, 'state', l.state)), '[]')
  from (select distinct on (s.address, s.channel, s.category) s.address, s.channel, s.category, s.state
        from consent s where s.organization_id = $1 and s.address = any(${addresses})
        order by s.address, s.channel, s.category, s.at desc, s.id desc) l)`

const resource = (alias: string): string =>
  `'id', ${alias}.id, 'name', coalesce(${alias}.public_name, ${alias}.name), 'enabled', ${alias}.enabled, 'sensitive', ${alias}.sensitive`

// Two lookups by index: an OR over both would read every contact point of the practice.
const ofPatient = `
  select c.*, false as guardian from contact_point c
  where c.organization_id = $1 and c.patient_id = e.patient_id and ${isInPeriod('$3::date')}
  union all
  select c.*, true from patient_contact g
  join contact_point c on c.organization_id = g.organization_id and c.patient_contact_id = g.id
  where g.organization_id = $1 and g.patient_id = e.patient_id and g.role = 'guardian' and g.active
    and ${isInPeriod('$3::date')}`

/** Those of the care event, and for a procedure or diagnosis the patient's that count for it whichever they came from. */
const decidedBefore = `
  select d.* from delivery d where d.organization_id = $1 and d.care_event_id = e.id
  union all
  select d.* from delivery d
  where e.kind in ('procedure', 'diagnosis') and d.organization_id = $1 and d.patient_id = e.patient_id
    and d.care_event_id <> e.id and starts_with(d.occurrence_key, e.patient_id::text || '/')`

/**
 * Care events with all that a plan reads. $1 organization, $2 which care events, $3 today (a day too many or too few of
 * a contact point's period is of no account).
 */
const factsWhere = (condition: string): string => `
select e.id, e.kind, e.status, e.confirmation, e.deleted, e.start_at as "startAt", e.created_at_source as "createdAtSource",
  e.updated_anchor_at as "updatedAnchorAt", e.due_at as "dueAt", e.due_date as "dueDate", e.procedure_at as "procedureAt",
  e.procedure_date as "procedureDate", e.diagnosis_at as "diagnosisAt", e.diagnosis_date as "diagnosisDate",
  e.anchor_known_since as "anchorKnownSince", e.loaded, e.fulfilled_by_id as "fulfilledById", e.wake_at as "wakeAt",
  (select o.config_revision from organization o where o.id = $1) as "configurationRevision",
  p.id as "patientId", p.active as "patientActive", p.deceased as "patientDeceased", p.muted as "patientMuted",
  p.birth_date as "birthDate", p.born_in as "bornIn", p.language, p.time_zone as "patientZone", p.address_state as "addressState",
  case when f.id is not null then jsonb_build_object(${resource('f')}, 'zone', f.time_zone, 'state', f.state) end as facility,
  case when t.id is not null then jsonb_build_object(${resource('t')}) end as "appointmentType",
  (select coalesce(jsonb_agg(jsonb_build_object(${resource('r')}, 'staffMemberId',
      (select min(m.id::text) from staff_member m where m.organization_id = $1 and m.provider_id = r.id and m.active)) order by listed.place), '[]')
    from unnest(e.provider_ids) with ordinality listed (id, place)
    join provider r on r.organization_id = $1 and r.id = listed.id) as providers,
  (select coalesce(jsonb_agg(jsonb_build_object('system', o.system, 'code', o.code) order by o.position, o.code), '[]')
    from care_event_code o where o.organization_id = $1 and o.care_event_id = e.id) as codes,
  points."all" as "contactPoints",
  ${latestConsents('points.addresses')} as consents,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'actionId', d.action_id, 'careEventId', d.care_event_id,
      'occurrenceKey', d.occurrence_key, 'recipient', d.recipient, 'status', d.status, 'reason', d.reason, 'final', d.final,
      'notBefore', ${epochMs('d.not_before')}, 'dueAt', ${epochMs('d.due_at')}, 'sentAt', ${epochMs('d.sent_at')},
      'reachedProvider', d.reached_provider, 'mergedInto', d.merged_into) order by d.created_at, d.id), '[]')
    from (${decidedBefore}) d) as deliveries,
  (select coalesce(jsonb_agg(jsonb_build_object('actionId', s.action_id, 'recipient', s.recipient)), '[]')
    from suppression s where s.organization_id = $1 and s.care_event_id = e.id) as suppressions,
  (select coalesce(jsonb_agg(jsonb_build_object('actionId', m.action_id, 'recipient', m.recipient, 'patientId', m.patient_id,
      'verdict', m.verdict, 'dueAt', ${epochMs('m.due_at')}, 'sendAt', ${epochMs('m.send_at')}, 'reason', m.reason)), '[]')
    from planned_message m where m.organization_id = $1 and m.care_event_id = e.id) as planned
from care_event e
join patient p on p.organization_id = e.organization_id and p.id = e.patient_id
left join facility f on f.organization_id = e.organization_id and f.id = e.facility_id
left join appointment_type t on t.organization_id = e.organization_id and t.id = e.appointment_type_id
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(${contactPointJson}, 'guardian', c.guardian) order by c.rank, c.id), '[]') as "all",
    coalesce(array_agg(c.address), '{}') as addresses
  from (${ofPatient}) c) points
where e.organization_id = $1 and ${condition}`

/** Of one. With an array of unknown length Postgres would make a plan of its own each time, which costs more than reading. */
export const factsOfOneSql = factsWhere('e.id = $2')
export const factsOfManySql = factsWhere('e.id = any($2::uuid[])')
