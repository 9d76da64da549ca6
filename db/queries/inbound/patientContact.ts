import type { RelatedContactContent } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import { newId } from '../../newId.ts'
import { touchCareEventsOfPatient } from '../touches.ts'
import { at, type Stamp } from '../values.ts'
import { type Applying, dateOrNull, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { syncContactPoints } from './contactPoints.ts'
import { stubFor } from './references.ts'

interface Stored {
  id: string
  patient_id: string
  source_last_updated: Stamp | null
  normal_hash: string | null
}

/** Stores somebody who answers for a patient and has a record of their own, with their numbers. */
export async function applyPatientContact(
  applying: Applying,
  record: RecordOf<'patientContact'>,
): Promise<RecordOutcome> {
  const { tx, source, now } = applying
  const [stored] = await tx.query<Stored>(
    `select id, patient_id, source_last_updated, normal_hash from patient_contact
      where source_id = $1 and external_id = $2 for no key update`,
    [source.id, record.externalId],
    'inboundPatientContact',
  )
  if (stored) applying.became?.set(record, stored.id)
  const lastUpdated = stored?.source_last_updated ? new Date(stored.source_last_updated).getTime() : null
  if (stored && isOlder(lastUpdated, record.sourceVersion, stored.normal_hash === deletedHash && !record.deleted))
    return 'older'
  if (record.deleted && !stored) return 'unchanged'
  const version = [dateOrNull(newerOf(lastUpdated, record.sourceVersion)), record.sourceVersion.versionId]
  const hash = record.deleted ? deletedHash : hashOf(record.content)
  if (stored && (record.deleted || stored.normal_hash === hash)) {
    await tx.query(
      `update patient_contact set source_last_updated = $2, source_version_id = $3, normal_hash = $4, active = active and $5
        where id = $1`,
      [stored.id, ...version, hash, !record.deleted],
    )
    if (stored.normal_hash === hash) return 'unchanged'
    await touchCareEventsOfPatient(tx, stored.patient_id, now)
    return 'updated'
  }
  if (record.deleted) return 'unchanged'
  const patientId = await stubFor(applying, 'patient', record.content.patient)
  const id = await write(applying, record.externalId, patientId, record.content, [...version, hash])
  applying.became?.set(record, id)
  await syncContactPoints(applying, { column: 'patient_contact_id', id }, record.content.contactPoints)
  for (const patient of new Set([patientId, stored?.patient_id]))
    if (patient !== undefined) await touchCareEventsOfPatient(tx, patient, now)
  return stored ? 'updated' : 'created'
}

async function write(
  { tx, source, now }: Applying,
  externalId: string,
  patientId: string,
  content: RelatedContactContent,
  version: readonly unknown[],
): Promise<string> {
  const written = {
    patient_id: patientId,
    role: content.guardian ? 'guardian' : 'other',
    relationship: content.relationships[0] ?? null,
    first_name: content.firstName,
    last_name: content.lastName,
    language: content.language,
    active: content.active,
  }
  const names = Object.keys(written)
  const [row] = await tx.query<{ id: string }>(
    `insert into patient_contact (organization_id, id, source_id, external_id, created_at, updated_at,
       source_last_updated, source_version_id, normal_hash, ${names.join(', ')})
     values ($1, $2, $3, $4, $5, $5, $6, $7, $8, ${names.map((_, index) => `$${index + 9}`).join(', ')})
     on conflict (organization_id, source_id, external_id) do update set updated_at = excluded.updated_at,
       source_last_updated = excluded.source_last_updated, source_version_id = excluded.source_version_id,
       normal_hash = excluded.normal_hash, ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     returning id`,
    [tx.organizationId, newId(), source.id, externalId, at(now), ...version, ...Object.values(written)],
    'inboundWritePatientContact',
  )
  if (row === undefined) throw new Error('insert into patient_contact returned no row')
  return row.id
}
