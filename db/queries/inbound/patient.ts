import type { PatientContent } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import type { AskingStatement } from '../../gathering.ts'
import { newId } from '../../newId.ts'
import { touchCareEventsOfPatient } from '../touches.ts'
import { at, type Stamp } from '../values.ts'
import { type Applying, dateOrNull, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { keepBirth } from './birth.ts'
import { keepVersions } from './careEventWrite.ts'
import { syncPatientContactPoints } from './contactPoints.ts'
import { whereLocked } from './locks.ts'
import { mergeLinked } from './merge.ts'
import { patientColumns, type SyncedColumn, syncedColumns } from './patientColumns.ts'
import { syncPatientContacts } from './patientContacts.ts'
import { writeSaid } from './patientSaid.ts'
import { stubKey } from './references.ts'

interface Stored {
  id: string
  source_last_updated: Stamp | null
  normal_hash: string | null
  merged_into: string | null
  stub: boolean
  contacts: number
}

/** Locks the patient's row. */
export function readPatient(
  { tx, source, locks }: Applying,
  { externalId }: RecordOf<'patient'>,
): Promise<Stored | undefined> {
  return tx.ask(patientAsked, { sourceId: source.id, externalId, locks })
}

const patientAsked: AskingStatement<
  { sourceId: string; externalId: string; locks: readonly string[] | undefined },
  Stored
> = {
  name: 'inboundPatients',
  sql: `select said.place, found.* from ${whereLocked(
    'jsonb_to_recordset($1) as said(place int, source_id uuid, external_id text, locks bigint[])',
  )}
     cross join lateral (
       select p.id, p.source_last_updated, p.normal_hash, p.merged_into, p.stub,
         (select count(*) from patient_contact k where k.patient_id = coalesce(p.merged_into, p.id)) as contacts
       from patient p where p.source_id = said.source_id and p.external_id = said.external_id for no key update of p) as found`,
  params: (rows) => [
    JSON.stringify(
      rows.map(({ sourceId, externalId, locks }, index) => ({
        ...{ place: index + 1, source_id: sourceId, external_id: externalId, locks },
      })),
    ),
  ],
}
const versionKept = keepVersions('patient')

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
    // A merge happened, and is not undone by what a newer record leaves unsaid: HL7 tells of it once, in one message.
    const merged = !record.deleted && (await mergeLinked(applying, stored.id, record.content))
    return merged ? 'updated' : 'older'
  }
  const version = { at: dateOrNull(newerOf(lastUpdated, record.sourceVersion)), id: record.sourceVersion.versionId }
  if (record.deleted && !stored) return 'unchanged'
  const hash = record.deleted ? deletedHash : hashOf(record.content)
  if (stored?.normal_hash === hash) {
    tx.write(versionKept, { id: stored.id, lastUpdated: version.at, versionId: version.id })
    return 'unchanged'
  }
  if (record.deleted) {
    if (stored) await deactivate(applying, stored.id, version)
    return 'updated'
  }
  if (record.partial && stored && !stored.stub && !revives) return await applySaid(applying, record, stored, version)
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

/**
 * What a record says of a patient who is known, where it leaves out what it does not know: the rest stays, and so do
 * those who answer for them where it names nobody.
 */
async function applySaid(
  applying: Applying,
  { externalId, content }: RecordOf<'patient'> & { deleted: false },
  { id, merged_into }: Stored,
  version: Version,
): Promise<RecordOutcome> {
  const { tx, now } = applying
  const patientId = merged_into ?? id
  if (!(await writeSaid(tx, id, content, now)) && content.contacts.length === 0) {
    tx.write(versionKept, { id, lastUpdated: version.at, versionId: version.id })
    return 'unchanged'
  }
  await tx.query(
    'update patient set source_last_updated = $2, source_version_id = $3, normal_hash = $4 where id = $1',
    [id, version.at, version.id, hashOf(content)],
    'inboundPatientSaid',
  )
  if (merged_into !== null) await keepBirth(tx, merged_into)
  await syncPatientContactPoints(applying, patientId)
  if (content.contacts.length > 0) await syncPatientContacts(applying, { id: patientId, externalId }, content.contacts)
  await touchCareEventsOfPatient(tx, patientId, now)
  return 'updated'
}

interface Version {
  at: Date | null
  id: string | null
}

/** The EHR deleted the record: nothing more is sent to the patient, and what was sent stays known. */
async function deactivate({ tx, now }: Applying, id: string, version: Version): Promise<void> {
  await tx.query(
    `update patient set active = false, normal_hash = $2, source_last_updated = $3, source_version_id = $4, updated_at = $5,
       version = version + 1 where id = $1`,
    [id, deletedHash, version.at, version.id, at(now)],
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
       source_last_updated, source_version_id, normal_hash, ${names.join(', ')})
     values ($1, $2, $3, $4, false, 1, $5, $5, $6, $7, $8, ${names.map((_, index) => `$${index + 9}`).join(', ')})
     on conflict (organization_id, source_id, external_id) do update set stub = false, version = patient.version + 1,
       updated_at = excluded.updated_at, source_last_updated = excluded.source_last_updated,
       source_version_id = excluded.source_version_id, normal_hash = excluded.normal_hash,
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
      version.id,
      hash,
      ...names.map((name) => values[name]),
    ],
    'inboundWritePatient',
  )
  if (row === undefined) throw new Error('insert into patient returned no row')
  return row.id
}
