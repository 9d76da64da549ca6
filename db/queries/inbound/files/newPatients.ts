import type { InboundRecord } from '../../../../domain/inbound/normalForm.ts'
import { newId } from '../../../newId.ts'
import { at } from '../../values.ts'
import { type Applying, dateOrNull, hashOf, type RecordOf } from '../applying.ts'
import { contactPointRows } from '../contactPoints.ts'
import { patientColumns } from '../patientColumns.ts'

export type NewPatient = RecordOf<'patient'> & { deleted: false }

/** Whether a record is all that has to be known of somebody new: no merge, and nobody who answers for them. */
export function isPlainPatient(record: InboundRecord): record is NewPatient {
  if (record.kind !== 'patient' || record.deleted) return false
  const { contacts, mergedInto, replaces } = record.content
  return contacts.length === 0 && mergedInto === null && replaces.length === 0
}

/**
 * Stores patients that were never heard of, with their numbers, in two statements, as `applyPatient` would one by one:
 * nobody can refer to them yet, so that nothing is touched and there is nothing to merge. In a unit of work that holds
 * their locks. Returns those it stored; the others were made by somebody else at this moment.
 */
export async function insertPatients(
  applying: Applying,
  records: readonly NewPatient[],
): Promise<ReadonlySet<NewPatient>> {
  // In the order in which stubs are made, so that two that make the same ones can't wait for each other.
  const inOrder = [...records].sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
  const ids = await insert(applying, inOrder)
  const stored = inOrder.filter(({ externalId }) => ids.has(externalId))
  await insertContactPoints(applying, stored, ids)
  return new Set(stored)
}

/** Our ids by the source's. */
async function insert({ tx, source, now }: Applying, records: readonly NewPatient[]): Promise<Map<string, string>> {
  const rows = records.map(({ externalId, content, sourceVersion }) => ({
    ...patientColumns(content),
    ...{ organization_id: tx.organizationId, id: newId(), source_id: source.id, external_id: externalId },
    ...{ stub: false, version: 1, created_at: at(now), updated_at: at(now), normal_hash: hashOf(content) },
    source_last_updated: dateOrNull(sourceVersion.lastUpdated),
    source_version_id: sourceVersion.versionId,
  }))
  const [first] = rows
  if (first === undefined) return new Map()
  const names = Object.keys(first).join(', ')
  const inserted = await tx.query<{ id: string; external_id: string }>(
    `insert into patient (${names}) select ${names} from jsonb_populate_recordset(null::patient, $1::jsonb)
     on conflict (organization_id, source_id, external_id) do nothing returning id, external_id`,
    [JSON.stringify(rows)],
    'insertNewPatients',
  )
  return new Map(inserted.map((row) => [row.external_id, row.id]))
}

async function insertContactPoints(
  { tx, now }: Applying,
  stored: readonly NewPatient[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = stored.flatMap(({ externalId, content }) =>
    contactPointRows(content.contactPoints).map((row) => ({ ...row, id: newId(), patient_id: ids.get(externalId) })),
  )
  if (rows.length === 0) return
  tx.send(
    `insert into contact_point (organization_id, id, patient_id, channel, address, rank, purpose, origin, created_at, updated_at)
     select $1, p.id, p.patient_id, p.channel, p.address, p.rank, p.purpose, 'ehr', $3, $3
       from jsonb_to_recordset($2::jsonb) as p (id uuid, patient_id uuid, channel text, address text, rank int, purpose text)`,
    [tx.organizationId, JSON.stringify(rows), at(now)],
    'insertNewContactPoints',
  )
}
