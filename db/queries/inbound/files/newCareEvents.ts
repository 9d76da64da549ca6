import { type CareEventState, nextCareEventState } from '../../../../domain/inbound/careEventState.ts'
import type { CareEventContent, RecordReference } from '../../../../domain/inbound/normalForm.ts'
import type { Zone } from '../../../../domain/instant.ts'
import { newId } from '../../../newId.ts'
import { touch } from '../../../outbox.ts'
import { touchSiblingsOfNew } from '../../siblings.ts'
import { isStillOpen } from '../../touches.ts'
import { at } from '../../values.ts'
import { type Applying, dateOrNull, hashOf, type RecordOf } from '../applying.ts'
import { columnsOf } from '../careEventRow.ts'
import { reviseRecalls } from '../recalls.ts'
import { twinKey } from '../twin.ts'

export type NewRecord = RecordOf<'careEvent'> & { deleted: false }

interface Known {
  /** Ours, by what it is and the source's id. */
  ids: ReadonlyMap<string, string>
  /** Of patients: recalls of theirs may be fulfilled. */
  withRecalls: ReadonlySet<string>
  /** Ids of records that were heard of before: deleted ones, and those that were proposed. */
  heardOf: ReadonlySet<string>
  zone: Zone
}

/**
 * Stores care events that were never heard of, all in a few statements, as `applyCareEvent` would one by one. In a unit
 * of work that holds their locks, after the stubs of all that they refer to were made. Returns those it left alone.
 */
export async function insertCareEvents(
  applying: Applying,
  records: readonly NewRecord[],
): Promise<{ left: NewRecord[]; stored: NewRecord[] }> {
  if (records.length === 0) return { left: [], stored: [] }
  const known = await readKnown(applying, records)
  const states = new Map<NewRecord, CareEventState>()
  for (const record of records) {
    const state = known.heardOf.has(record.externalId) ? null : firstState(applying, record, known)
    if (state !== null) states.set(record, state)
  }
  const inserted = await insert(applying, states)
  const stored = [...states.keys()].filter((record) => inserted.has(record.externalId))
  const ids = stored.map((record) => inserted.get(record.externalId) as string)
  await insertCodes(applying, stored, inserted)
  const open = applying.source.status === 'loading' ? await stillOpen(applying, ids) : ids
  await touch(applying.tx, open)
  await touchSiblingsOfNew(applying.tx, open, applying.now)
  const concerned = stored.flatMap((record) => {
    const patientId = states.get(record)?.patientId ?? ''
    return record.careEventKind === 'recall' || known.withRecalls.has(patientId) ? [patientId] : []
  })
  if (records[0]?.careEventKind === 'appointment' || records[0]?.careEventKind === 'recall')
    for (const patientId of [...new Set(concerned)].sort()) await reviseRecalls(applying.tx, patientId, applying.now)
  return { stored, left: records.filter((record) => !inserted.has(record.externalId)) }
}

async function stillOpen({ tx, now }: Applying, ids: readonly string[]): Promise<string[]> {
  const open: string[] = []
  for (const id of ids) if (await isStillOpen(tx, id, now)) open.push(id)
  return open
}

const keyOf = (kind: string, externalId: string) => `${kind}/${externalId}`

async function readKnown({ tx, source }: Applying, records: readonly NewRecord[]): Promise<Known> {
  const contents = records.map(({ content }) => content)
  const external = (pick: (content: CareEventContent) => readonly (RecordReference | null)[]) => [
    ...new Set(contents.flatMap(pick).flatMap((reference) => reference?.externalId ?? [])),
  ]
  const twins = records.flatMap((record) => {
    const twin = twinKey(record)
    return twin === null ? [] : [{ of: record.externalId, ...twin }]
  })
  const rows = await tx.query<{ kind: string; externalId: string; id: string; flag: boolean }>(
    `select 'patient' as kind, p.external_id as "externalId", coalesce(p.merged_into, p.id) as id,
         exists (select 1 from care_event r where r.patient_id = coalesce(p.merged_into, p.id) and r.kind = 'recall' and not r.deleted) as flag
       from patient p where p.source_id = $1 and p.external_id = any($2::text[])
     union all select 'facility', f.external_id, f.id, false from facility f where f.source_id = $1 and f.external_id = any($3::text[])
     union all select 'provider', r.external_id, coalesce(r.role_of, r.id), false from provider r where r.source_id = $1 and r.external_id = any($4::text[])
     union all select 'appointmentType', t.external_id, t.id, false from appointment_type t where t.source_id = $1 and t.external_id = any($5::text[])
     union all select 'heardOf', b.external_id, b.source_id, true from tombstone b where b.source_id = $1 and b.kind = $6 and b.external_id = any($7::text[])
     union all select 'heardOf', w.of, c.id, true from unnest($8::text[], $9::text[], $10::text[]) as w (of, kind, external_id)
       join care_event c on c.source_id = $1 and c.kind = w.kind and c.external_id = w.external_id
     union all select 'organization', o.time_zone, o.id, false from organization o`,
    [
      source.id,
      external((content) => [content.patient]),
      external((content) => [content.facility]),
      external((content) => content.providers),
      external((content) => [content.appointmentType]),
      ...[records[0]?.careEventKind, records.map(({ externalId }) => externalId)],
      ...[twins.map(({ of }) => of), twins.map(({ kind }) => kind), twins.map(({ externalId }) => externalId)],
    ],
    'knownOfNewCareEvents',
  )
  return {
    ids: new Map(rows.map((row) => [keyOf(row.kind, row.externalId), row.id])),
    withRecalls: new Set(rows.filter(({ kind, flag }) => kind === 'patient' && flag).map(({ id }) => id)),
    heardOf: new Set(rows.filter(({ kind }) => kind === 'heardOf').map(({ externalId }) => externalId)),
    zone: rows.find(({ kind }) => kind === 'organization')?.externalId ?? 'UTC',
  }
}

/** null: what it refers to is not all there, or it says more than a row of a file does. */
function firstState({ now, source }: Applying, { content }: NewRecord, { ids, zone }: Known): CareEventState | null {
  const idOf = (kind: string, reference: RecordReference | null) =>
    reference === null ? null : ids.get(keyOf(kind, reference.externalId))
  const patientId = idOf('patient', content.patient)
  const facilityId = idOf('facility', content.facility)
  const appointmentTypeId = idOf('appointmentType', content.appointmentType)
  const providerIds = content.providers.map((provider) => idOf('provider', provider))
  if (content.encounter !== null || patientId == null || facilityId === undefined || appointmentTypeId === undefined)
    return null
  const present = providerIds.filter((id) => id !== null && id !== undefined)
  if (present.length < providerIds.length) return null
  const resolved = { patientId, facilityId, appointmentTypeId, providerIds: [...new Set(present)], encounter: null }
  return nextCareEventState(null, content, resolved, { now, loading: source.status === 'loading', zone })
}

/** Our ids by the source's; one that is there after all is not among them. */
async function insert(
  { tx, source, now }: Applying,
  states: ReadonlyMap<NewRecord, CareEventState>,
): Promise<Map<string, string>> {
  const rows = [...states].map(([record, state]) => {
    const columns = columnsOf(state)
    return {
      ...columns,
      details: JSON.parse(String(columns.details)) as unknown,
      unsaid: columns.unsaid === null ? null : (JSON.parse(String(columns.unsaid)) as unknown),
      ...{ organization_id: tx.organizationId, id: newId(), source_id: source.id, kind: record.careEventKind },
      ...{
        external_id: record.externalId,
        created_at: at(now),
        updated_at: at(now),
        normal_hash: hashOf(record.content),
      },
      source_last_updated: dateOrNull(record.sourceVersion.lastUpdated),
      source_version_id: record.sourceVersion.versionId,
    }
  })
  const [first] = rows
  if (first === undefined) return new Map()
  const names = Object.keys(first).join(', ')
  const inserted = await tx.query<{ id: string; external_id: string }>(
    `insert into care_event (${names}) select ${names} from jsonb_populate_recordset(null::care_event, $1::jsonb)
     on conflict (organization_id, source_id, kind, external_id) do nothing returning id, external_id`,
    [JSON.stringify(rows)],
    'insertNewCareEvents',
  )
  return new Map(inserted.map((row) => [row.external_id, row.id]))
}

async function insertCodes(
  { tx }: Applying,
  stored: readonly NewRecord[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = stored.flatMap(({ externalId, content }) =>
    content.codes.map((code, index) => ({ id: ids.get(externalId), ...code, position: index + 1 })),
  )
  if (rows.length === 0) return
  await tx.query(
    `insert into care_event_code (organization_id, care_event_id, system, code, name, position)
     select $1, c.id, c.system, c.code, c.name, c.position
       from jsonb_to_recordset($2::jsonb) as c (id uuid, system text, code text, name text, position int)
     on conflict do nothing`,
    [tx.organizationId, JSON.stringify(rows)],
    'insertNewCodes',
  )
}
