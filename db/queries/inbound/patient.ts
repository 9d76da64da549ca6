import {
  heard,
  type KeptWords,
  type LastWords,
  type PatientPart,
  patientParts,
  saidParts,
} from '../../../domain/inbound/lastWords.ts'
import type { PatientContent } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { RowsStatement } from '../../gathering.ts'
import { newId } from '../../newId.ts'
import { touchCareEventsOfPatient } from '../touches.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { keepBirth } from './birth.ts'
import { syncPatientContactPoints } from './contactPoints.ts'
import { mergeLinked } from './merge.ts'
import { patientColumns, type SyncedColumn, syncedColumns } from './patientColumns.ts'
import { syncPatientContacts } from './patientContacts.ts'
import { lastWordsOf, readPatient, type StoredPatient } from './patientRead.ts'
import { writeSaid } from './patientSaid.ts'
import { stubKey } from './references.ts'

/** An equal version that is newer still moves the order on, so that one in between stays out; it wakes nobody. */
const versionKept: RowsStatement<{ id: string } & Version> = {
  name: 'inboundKeepPatients',
  sql: `update patient kept set source_last_updated = said.at, source_version_id = said.version_id, last_words = said.words::jsonb
      from unnest((select $2::uuid[]), (select $3::timestamptz[]), (select $4::text[]), (select $5::text[]))
        as said(id, at, version_id, words)
     where kept.organization_id = $1 and kept.id = said.id`,
  params: (rows, { organizationId }) => [
    organizationId,
    rows.map(({ id }) => id),
    rows.map(({ at }) => at),
    rows.map(({ versionId }) => versionId),
    rows.map(({ words }) => jsonOrNull(words)),
  ],
}

/**
 * Stores a patient as the EHR has them, with their numbers, and those who answer for them. `reading`: what is known of
 * them, where that was asked for already.
 */
export async function applyPatient(
  applying: Applying,
  record: RecordOf<'patient'>,
  reading = readPatient(applying, record),
): Promise<RecordOutcome> {
  const { tx } = applying
  const stored = await reading
  if (stored) applying.became?.set(record, stored.id)
  const lastUpdated = stored?.source_last_updated ? new Date(stored.source_last_updated).getTime() : null
  const revives = stored?.normal_hash === deletedHash && !record.deleted
  if (stored && isOlder(lastUpdated, record.sourceVersion, revives)) {
    if (record.deleted) return 'older'
    const late = stored.normal_hash !== deletedHash && (await applyLate(applying, record, stored, lastUpdated))
    // A merge happened, and is not undone by what a newer record leaves unsaid: HL7 tells of it once, in one message.
    const merged = await mergeLinked(applying, stored.id, record.content)
    return late || merged ? 'updated' : 'older'
  }
  if (record.deleted && !stored) return 'unchanged'
  const order = newerOf(lastUpdated, record.sourceVersion)
  // What a short record leaves unsaid is not what a full one leaves empty.
  const hash = record.deleted ? deletedHash : hashOf(record.partial ? { partial: record.content } : record.content)
  const words = record.deleted ? null : newest(record, order, stored, lastUpdated, hash)
  const version = { at: dateOrNull(order), versionId: record.sourceVersion.versionId, words }
  const before = stored?.last_words ?? null
  if (stored && (record.partial ? before?.hash === hash : before === null && stored.normal_hash === hash)) {
    tx.write(versionKept, { id: stored.id, ...version })
    return 'unchanged'
  }
  if (record.deleted) {
    if (stored) await deactivate(applying, stored.id, version)
    return 'updated'
  }
  if (record.partial && stored && !stored.stub && !revives)
    return await applySaid(applying, record, stored, version, saidParts(record.content, true))
  // Between two equal full records short ones may have changed something; those who answer for them, if they named any.
  if (before && stored?.normal_hash === hash) {
    const parts = patientParts.filter((part) => part !== 'contacts' || part in before.parts)
    return await applySaid(applying, record, stored, version, parts)
  }
  const id = await write(applying, record.externalId, record.content, version, hash)
  applying.became?.set(record, id)
  const survivorId = stored?.merged_into ?? id
  const saysNoBirth = record.content.birthDate === null && record.content.bornIn === null
  if ((stored && saysNoBirth) || survivorId !== id) await keepBirth(tx, survivorId)
  await syncPatientContactPoints(applying, survivorId)
  if (record.content.contacts.length > 0 || (stored?.contacts ?? 0) > 0)
    await syncPatientContacts(applying, { id: survivorId, externalId: record.externalId }, record.content.contacts)
  await mergeLinked(applying, id, record.content)
  if (stored && !applying.made.has(stubKey('patient', record.externalId)))
    await touchCareEventsOfPatient(tx, stored.merged_into ?? stored.id, applying.now)
  return stored && !stored.stub ? 'updated' : 'created'
}

/** Writes parts of a patient who is known, where the rest stays as it is. */
async function applySaid(
  applying: Applying,
  record: Said,
  stored: StoredPatient,
  version: Version,
  parts: readonly PatientPart[],
): Promise<RecordOutcome> {
  const { tx, now } = applying
  tx.write(versionKept, { id: stored.id, ...version })
  if (!(await writeSaid(tx, stored.id, record.content, parts, now)) && !parts.includes('contacts')) return 'unchanged'
  await follow(applying, record, stored, parts)
  return 'updated'
}

/** What an older record says that nothing newer has said: a short one may have overtaken a full one. Whether it was news. */
async function applyLate(
  applying: Applying,
  record: Said,
  stored: StoredPatient,
  lastUpdated: Instant | null,
): Promise<boolean> {
  const { tx, now } = applying
  const { content, sourceVersion } = record
  const partial = record.partial ?? false
  const before = lastWordsOf(stored, lastUpdated)
  const { taken, words } = heard(
    { said: saidParts(content, partial), partial, at: sourceVersion.lastUpdated ?? now },
    before,
  )
  if (taken.length === 0) return false
  const changed = await writeSaid(tx, stored.id, content, taken, now)
  await tx.query(
    'update patient set last_words = $2 where id = $1',
    [stored.id, jsonOrNull({ ...words, hash: before.hash })],
    'inboundPatientLate',
  )
  const ofContacts = taken.includes('contacts') && (content.contacts.length > 0 || stored.contacts > 0)
  if (changed || ofContacts) await follow(applying, record, stored, taken)
  return changed || ofContacts
}

/** Has all that hangs on a known patient's record follow the parts of it that were written. */
async function follow(
  applying: Applying,
  { externalId, content }: Said,
  { id, merged_into }: StoredPatient,
  parts: readonly PatientPart[],
): Promise<void> {
  const { tx, now } = applying
  const patientId = merged_into ?? id
  if (merged_into !== null || parts.includes('birth')) await keepBirth(tx, patientId)
  await syncPatientContactPoints(applying, patientId)
  if (parts.includes('contacts')) await syncPatientContacts(applying, { id: patientId, externalId }, content.contacts)
  await touchCareEventsOfPatient(tx, patientId, now)
}

/** Who has said what when nothing newer than this record has arrived; null: it says all there is. */
function newest(
  { partial, content }: Said,
  order: Instant | null,
  stored: StoredPatient | undefined,
  lastUpdated: Instant | null,
  hash: string,
): KeptWords | null {
  if (!partial) return null
  const before: LastWords = stored ? lastWordsOf(stored, lastUpdated) : { full: null, parts: {} }
  const said = { said: saidParts(content, true), partial: true }
  return { ...(order === null ? before : heard({ ...said, at: order }, before).words), hash }
}

function jsonOrNull(words: KeptWords | null): string | null {
  return words === null ? null : JSON.stringify(words)
}

type Said = RecordOf<'patient'> & { deleted: false }

interface Version {
  at: Date | null
  versionId: string | null
  words: KeptWords | null
}

/** The EHR deleted the record: nothing more is sent to the patient, and what was sent stays known. */
async function deactivate({ tx, now }: Applying, id: string, version: Version): Promise<void> {
  await tx.query(
    `update patient set active = false, normal_hash = $2, source_last_updated = $3, source_version_id = $4, updated_at = $5,
       last_words = null, version = version + 1 where id = $1`,
    [id, deletedHash, version.at, version.versionId, at(now)],
  )
  await touchCareEventsOfPatient(tx, id, now)
}

async function write(
  { tx, source, now }: Applying,
  externalId: string,
  content: PatientContent,
  version: Version,
  hash: string,
): Promise<string> {
  const said = patientColumns(content)
  const values = { ...said, telecom: JSON.stringify(said.telecom) }
  const names = Object.keys(syncedColumns) as SyncedColumn[]
  const [row] = await tx.query<{ id: string }>(
    `insert into patient (organization_id, id, source_id, external_id, stub, version, created_at, updated_at,
       source_last_updated, source_version_id, normal_hash, last_words, ${names.join(', ')})
     values ($1, $2, $3, $4, false, 1, $5, $5, $6, $7, $8, $9, ${names.map((_, index) => `$${index + 10}`).join(', ')})
     on conflict (organization_id, source_id, external_id) do update set stub = false, version = patient.version + 1,
       updated_at = excluded.updated_at, source_last_updated = excluded.source_last_updated,
       source_version_id = excluded.source_version_id, normal_hash = excluded.normal_hash, last_words = excluded.last_words,
       ${names
         .map(
           (name) =>
             `${name} = case when '${syncedColumns[name]}' = any(patient.practice_set) then patient.${name} else excluded.${name} end`,
         )
         .join(', ')}
     returning id`,
    [
      tx.organizationId,
      newId(),
      source.id,
      externalId,
      at(now),
      version.at,
      version.versionId,
      hash,
      jsonOrNull(version.words),
      ...names.map((name) => values[name]),
    ],
    'inboundWritePatient',
  )
  if (row === undefined) throw new Error('insert into patient returned no row')
  return row.id
}
