import {
  type CareEventState,
  deletedCareEventState,
  isCalledOff,
  nextCareEventState,
  type ResolvedReferences,
} from '../../../domain/inbound/careEventState.ts'
import type { EncounterFacts } from '../../../domain/inbound/encounter.ts'
import { type CareEventContent, newsOf, type RecordReference } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import { touch } from '../../outbox.ts'
import { formerPlace, touchSiblings } from '../siblings.ts'
import { isStillOpen } from '../touches.ts'
import { at } from '../values.ts'
import { type Applying, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { type CareEventJson, stateOf } from './careEventRow.ts'
import { instantOrNull, keepVersion, writeCareEvent, writeCodes } from './careEventWrite.ts'
import { containedCopies } from './containedCopies.ts'
import { encounterJson, type FoundEncounter, factsOf } from './encounterRow.ts'
import { reviseRecalls } from './recalls.ts'
import { type StubKind, stubFor } from './references.ts'
import { isOlderThanTwin, retireTwin, type Twin, twinKey } from './twin.ts'

type CareEventRecord = RecordOf<'careEvent'>
interface Found {
  event: CareEventJson | null
  tombstone: string | null
  patientId: string | null
  facilityId: string | null
  providerIds: Record<string, string> | null
  appointmentTypeId: string | null
  encounter: FoundEncounter | null
  twin: Twin | null
  /** The patient, or the one it was of so far, has recalls. */
  hasRecalls: boolean
  timeZone: string
}

/**
 * Stores a version of a care event with its touch of the outbox, unless a newer one is stored or nothing changed.
 * `reading`: what is known of it, where that was asked for already.
 */
export async function applyCareEvent(
  applying: Applying,
  record: CareEventRecord,
  reading = readCareEvent(applying, record),
): Promise<RecordOutcome> {
  const found = await reading
  if (found.event) applying.became?.set(record, found.event.id)
  const stored = found.event && stateOf(found.event)
  const lastUpdated = instantOrNull(found.event?.source_last_updated ?? found.tombstone)
  const revives = stored === null ? found.tombstone !== null : !record.deleted && wasCalledOff(stored, record.content)
  if (isOlder(lastUpdated, record.sourceVersion, revives)) return 'older'
  if (isOlderThanTwin(found.twin, record.sourceVersion)) return 'older'
  await retireTwin(applying, record, found.twin)
  if (record.deleted) {
    const outcome = await applyDeletion(applying, record, found.event, stored)
    if (stored && outcome === 'updated') await reviseRecallsOf(applying, record, found, [stored.patientId])
    return outcome
  }
  const hash = hashOf(newsOf(record.content))
  if (found.event !== null && found.event.normal_hash === hash) {
    keepVersion(applying, found.event, record.sourceVersion)
    return 'unchanged'
  }
  const resolved = await resolve(applying, record.content, found)
  const arrival = { now: applying.now, loading: applying.source.status === 'loading', zone: found.timeZone }
  const next = nextCareEventState(stored, record.content, resolved, arrival)
  const id = writeCareEvent(applying, record, found.event, next, hash, newerOf(lastUpdated, record.sourceVersion))
  applying.became?.set(record, id)
  writeCodes(applying, id, record.content, found.event !== null)
  if (!arrival.loading || (await isStillOpen(applying.tx, id, applying.now))) {
    await touch(applying.tx, [id])
    await touchSiblings(applying.tx, id, stored && formerPlace(stored), applying.now)
  }
  await reviseRecallsOf(applying, record, found, [next.patientId, stored?.patientId])
  if (resolved.encounter && record.careEventKind !== 'recall')
    for (const copy of await containedCopies(applying, id, resolved.encounter.id)) await applyCareEvent(applying, copy)
  return found.event === null ? 'created' : 'updated'
}

/** What appointments and recalls of a patient say of each other. */
async function reviseRecallsOf(
  { tx, now }: Applying,
  { careEventKind }: CareEventRecord,
  found: Found,
  patientIds: readonly (string | undefined)[],
): Promise<void> {
  const concerned = careEventKind === 'recall' || (careEventKind === 'appointment' && found.hasRecalls)
  if (!concerned) return
  for (const id of [...new Set(patientIds)].sort()) if (id !== undefined) await reviseRecalls(tx, id, now)
}

function wasCalledOff(stored: CareEventState, content: CareEventContent): boolean {
  return (stored.deleted || isCalledOff(stored.status)) && !isCalledOff(content.status)
}

/** Locks the care event's row, and finds everything that the record refers to, in one statement. */
export async function readCareEvent({ tx, source }: Applying, record: CareEventRecord): Promise<Found> {
  const { content } = record
  const twin = twinKey(record)
  const [row] = await tx.query<Found>(
    `with event as (select * from care_event where source_id = $1 and kind = $2 and external_id = $3 for no key update),
       said as materialized (select coalesce((select coalesce(p.merged_into, p.id) from patient p where p.source_id = $1 and p.external_id = $4),
         (select coalesce(p.merged_into, p.id) from patient p where p.source_id = $1 and p.mrn = $5 order by p.created_at limit 1)) as patient_id)
     select (select to_jsonb(event) from event) as event,
       (select t.source_last_updated::text from tombstone t where t.source_id = $1 and t.kind = $2 and t.external_id = $3) as tombstone,
       said.patient_id as "patientId",
       exists (select 1 from care_event r where r.patient_id = said.patient_id and r.kind = 'recall' and not r.deleted)
         or exists (select 1 from care_event r where r.patient_id = event.patient_id and r.kind = 'recall' and not r.deleted) as "hasRecalls",
       coalesce((select ${encounterJson} from encounter n where n.source_id = $1 and n.external_id = $9 and not n.deleted),
         (select ${encounterJson} from encounter_link l join encounter n on n.organization_id = l.organization_id and n.id = l.encounter_id
           where l.source_id = $1 and l.kind = $2 and l.external_id = $3 and $9::text is null and not n.deleted)) as encounter,
       (select jsonb_build_object('id', w.id, 'sourceLastUpdated', w.source_last_updated, 'status', w.status, 'deleted', w.deleted)
         from care_event w where w.source_id = $1 and w.kind = $10 and w.external_id = $11) as twin,
       (select f.id from facility f where f.source_id = $1 and f.external_id = $6) as "facilityId",
       (select jsonb_object_agg(r.external_id, coalesce(r.role_of, r.id)) from provider r
         where r.source_id = $1 and r.external_id = any($7::text[])) as "providerIds",
       (select t.id from appointment_type t where t.source_id = $1 and t.external_id = $8) as "appointmentTypeId",
       o.time_zone as "timeZone"
     from organization o cross join said left join event on true`,
    [
      source.id,
      record.careEventKind,
      record.externalId,
      content?.patient.externalId ?? null,
      content?.patient.identifier ?? null,
      content?.facility?.externalId ?? null,
      content?.providers.map((provider) => provider.externalId) ?? [],
      content?.appointmentType?.externalId ?? null,
      content?.encounter?.externalId ?? null,
      twin?.kind ?? null,
      twin?.externalId ?? null,
    ],
    'inboundCareEvent',
  )
  if (row === undefined) throw new Error('the organization of the source is not there')
  return row
}

/** Our ids of what the record refers to; what is not there yet gets a stub, in the order of all stubs. */
async function resolve(applying: Applying, content: CareEventContent, found: Found): Promise<ResolvedReferences> {
  const orStub = async (id: string | null | undefined, kind: StubKind, reference: RecordReference) =>
    id ?? (await stubFor(applying, kind, reference))
  const { facility, appointmentType } = content
  const facilityId = facility && (await orStub(found.facilityId, 'facility', facility))
  const providerIds = new Map<string, string>()
  for (const provider of [...content.providers].sort((a, b) => (a.externalId < b.externalId ? -1 : 1)))
    providerIds.set(provider.externalId, await orStub(found.providerIds?.[provider.externalId], 'provider', provider))
  const encounter = found.encounter ? factsOf(found.encounter) : await encounterStub(applying, content.encounter)
  const inOrder = content.providers.flatMap(({ externalId }) => providerIds.get(externalId) ?? [])
  return {
    encounter,
    facilityId,
    providerIds: [...new Set(inOrder)],
    appointmentTypeId: appointmentType && (await orStub(found.appointmentTypeId, 'appointmentType', appointmentType)),
    patientId: await orStub(found.patientId, 'patient', content.patient),
  }
}

async function encounterStub(applying: Applying, reference: RecordReference | null): Promise<EncounterFacts | null> {
  if (reference === null) return null
  const id = await stubFor(applying, 'encounter', reference)
  return { id, facilityId: null, providerIds: [], start: null }
}

async function applyDeletion(
  applying: Applying,
  record: CareEventRecord,
  event: CareEventJson | null,
  stored: CareEventState | null,
): Promise<RecordOutcome> {
  const { tx, source } = applying
  const { lastUpdated } = record.sourceVersion
  if (event === null || stored === null) {
    if (record.deleted && record.unwanted) return 'ignored'
    tx.send(
      `insert into tombstone (organization_id, source_id, kind, external_id, source_last_updated) values ($1, $2, $3, $4, $5)
       on conflict (organization_id, source_id, kind, external_id)
         do update set source_last_updated = greatest(tombstone.source_last_updated, excluded.source_last_updated)`,
      [tx.organizationId, source.id, record.careEventKind, record.externalId, at(lastUpdated ?? applying.now)],
    )
    return 'updated'
  }
  if (stored.deleted) {
    keepVersion(applying, event, record.sourceVersion)
    return 'unchanged'
  }
  writeCareEvent(
    applying,
    record,
    event,
    deletedCareEventState(stored),
    deletedHash,
    newerOf(instantOrNull(event.source_last_updated), record.sourceVersion),
  )
  await touch(tx, [event.id])
  await touchSiblings(tx, event.id, formerPlace(stored), applying.now)
  return 'updated'
}
