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
import { careEventAsked, type FoundCareEvent } from './careEventRead.ts'
import { type CareEventJson, stateOf } from './careEventRow.ts'
import { instantOrNull, keepVersion, writeCareEvent, writeCodes } from './careEventWrite.ts'
import { containedCopies } from './containedCopies.ts'
import { factsOf } from './encounterRow.ts'
import { reviseRecalls } from './recalls.ts'
import { type StubKind, stubFor } from './references.ts'
import { isOlderThanTwin, retireTwin } from './twin.ts'

type CareEventRecord = RecordOf<'careEvent'>

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
  found: FoundCareEvent,
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
export async function readCareEvent({ tx, source, locks }: Applying, record: CareEventRecord): Promise<FoundCareEvent> {
  const row = await tx.ask(careEventAsked, { sourceId: source.id, record, locks })
  if (row === undefined) throw new Error('the organization of the source is not there')
  return row
}

/** Our ids of what the record refers to; what is not there yet gets a stub, in the order of all stubs. */
async function resolve(
  applying: Applying,
  content: CareEventContent,
  found: FoundCareEvent,
): Promise<ResolvedReferences> {
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
