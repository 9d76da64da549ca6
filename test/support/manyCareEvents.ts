import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import { type CareEventKind, careEventKinds } from '../../domain/careEvent.ts'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'

/** Numbers that look random and are the same each time. */
export function numbers(seed: number): { below(limit: number): number; oneOf<T>(list: readonly T[]): T } {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, oneOf: (list) => list[below(list.length)] as (typeof list)[number] }
}

export interface ManyCareEvents {
  facilityIds: string[]
  providerIds: string[]
  appointmentTypeIds: string[]
  patientIds: string[]
  staffIds: string[]
  careEventIds: string[]
}

const usual: Record<CareEventKind, readonly string[]> = {
  appointment: ['booked', 'booked', 'booked', 'fulfilled', 'cancelled'],
  recall: ['open'],
  procedure: ['completed'],
  diagnosis: ['active'],
}
const codesOf: Record<CareEventKind, readonly (readonly [string, string])[]> = {
  appointment: [],
  recall: [],
  procedure: [
    ['cpt', '99213'],
    ['cpt', '45378'],
  ],
  diagnosis: [
    ['icd10', 'E11.9'],
    ['icd10', 'M54.5'],
    ['icd9', '250.00'],
  ],
}

/**
 * A practice with patients of every sort (no phone, opted out, muted, deceased, minors, other zones) and care events of
 * every kind in the weeks around `now`, written as they are stored. Those of one seed are alike but for their ids.
 */
export async function storeManyCareEvents(
  tx: Tx,
  {
    seed,
    count,
    now,
    patients = Math.ceil(count / 3),
  }: { seed: number; count: number; now: Instant; patients?: number },
): Promise<ManyCareEvents> {
  const { below, oneOf } = numbers(seed)
  const ids = (n: number) => Array.from({ length: n }, () => newId())
  const practice: ManyCareEvents = {
    facilityIds: ids(4),
    providerIds: ids(6),
    appointmentTypeIds: ids(4),
    patientIds: ids(patients),
    staffIds: ids(3),
    careEventIds: ids(count),
  }
  const stamp = new Date(now - 30 * dayMs).toISOString()
  const own = { organization_id: tx.organizationId, created_at: stamp, updated_at: stamp }
  const zones = ['America/New_York', 'America/Denver', 'America/Los_Angeles', null]
  await store(
    tx,
    'facility',
    practice.facilityIds.map((id, n) => ({ ...own, id, name: `Clinic ${n}`, enabled: n < 3, time_zone: zones[n] })),
  )
  for (const [table, list] of [
    ['provider', practice.providerIds] as const,
    ['appointment_type', practice.appointmentTypeIds] as const,
  ])
    await store(
      tx,
      table,
      list.map((id, n) => ({ ...own, id, name: `${table} ${n}`, enabled: n !== 2 })),
    )
  await store(
    tx,
    'staff_member',
    practice.staffIds.map((id, n) => ({
      ...own,
      ...{ id, first_name: 'Staff', last_name: `${n}`, roles: n < 2 ? ['nurse'] : [], active: true },
      ...{ facility_ids: practice.facilityIds.slice(n), provider_id: practice.providerIds[n] },
    })),
  )
  await store(
    tx,
    'patient',
    practice.patientIds.map((id) => ({
      ...own,
      id,
      active: below(20) > 0,
      deceased: below(20) === 0,
      muted: below(20) === 0,
      birth_date: below(12) === 0 ? null : `${1950 + below(70)}-0${1 + below(9)}-15`,
      time_zone: oneOf([null, null, 'America/Chicago', 'no zone']),
      address_state: oneOf([null, 'NY', 'KY']),
    })),
  )
  const phone = (n: number) => `+1${200 + Math.floor(n / 100)}55501${String(n % 100).padStart(2, '0')}`
  const people = [
    ...practice.patientIds.filter(() => below(10) > 0).map((patient_id) => ({ patient_id, staff_member_id: null })),
    ...practice.staffIds.map((staff_member_id) => ({ patient_id: null, staff_member_id })),
  ]
  const points = people.map((person, n) => ({ ...own, ...person, id: newId(), channel: 'sms', address: phone(n) }))
  await store(
    tx,
    'contact_point',
    points.map((point) => ({ ...point, rank: 1, origin: 'ehr' })),
  )
  const denied = points.filter(() => below(12) === 0)
  await store(
    tx,
    'consent',
    denied.map(({ address }) => ({
      ...{
        organization_id: tx.organizationId,
        id: newId(),
        address,
        channel: 'sms',
        category: oneOf(['care', 'outreach']),
      },
      ...{ state: 'denied', source: 'reply', at: stamp },
    })),
  )
  const codes: object[] = []
  const careEvents = practice.careEventIds.map((id) => {
    const kind = oneOf([...careEventKinds, 'appointment' as const])
    const at = Math.floor((now + (below(60 * 24) - 14 * 24) * hourMs) / (15 * minuteMs)) * 15 * minuteMs
    const dated = below(2) === 0
    const instant = new Date(at).toISOString()
    const anchor = (name: string, date: string) =>
      dated ? { [date]: instant.slice(0, 10), [name]: null } : { [name]: instant, [date]: null }
    const recorded = new Date(Math.min(now - below(10 * 24) * hourMs, at + below(2 * 24) * hourMs)).toISOString()
    const nothing = {
      ...{ start_at: null, due_at: null, due_date: null, procedure_at: null, procedure_date: null },
      ...{ diagnosis_at: null, diagnosis_date: null, created_at_source: null, updated_anchor_at: null },
    }
    for (const [system, code] of codesOf[kind].filter(() => below(2) === 0))
      codes.push({ organization_id: tx.organizationId, care_event_id: id, system, code, position: 0 })
    return {
      ...own,
      ...nothing,
      ...{ id, kind, status: oneOf(usual[kind]), deleted: below(30) === 0, stub: false, details: {} },
      patient_id: oneOf(practice.patientIds),
      facility_id: below(8) === 0 ? null : oneOf(practice.facilityIds),
      provider_ids: Array.from({ length: below(3) }, () => oneOf(practice.providerIds)),
      appointment_type_id: below(8) === 0 ? null : oneOf(practice.appointmentTypeIds),
      confirmation: kind === 'appointment' ? oneOf(['none', 'none', 'confirmed', 'cancelRequested']) : 'none',
      anchor_known_since: recorded,
      first_seen_at: recorded,
      ...(kind === 'appointment' && { start_at: instant, created_at_source: below(9) === 0 ? null : recorded }),
      ...(kind === 'appointment' && { updated_anchor_at: below(2) === 0 ? recorded : null }),
      ...(kind === 'recall' && anchor('due_at', 'due_date')),
      ...(kind === 'procedure' && anchor('procedure_at', 'procedure_date')),
      ...(kind === 'diagnosis' && anchor('diagnosis_at', 'diagnosis_date')),
    }
  })
  await store(tx, 'care_event', careEvents)
  await store(tx, 'care_event_code', codes)
  return practice
}

/** Rows as JSON in one statement; a column that none of them names keeps its default. */
async function store(tx: Tx, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first).join(', ')
  await tx.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
}
