import type { Instant } from '../../../../domain/instant.ts'
import type { InboundReason } from '../../../entities/inbound.ts'
import type { Tx } from '../../../orm.ts'
import { at, iso, type Stamp } from '../../values.ts'

/** What a row of a file became: `changed` something, was `rejected`, or its record was `absent` and so cancelled. */
export const fileRowOutcomes = ['changed', 'rejected', 'absent'] as const

/** A row of a file, as it is found by the ids that it names. */
export interface FoundRow {
  fileId: string
  file: string
  sourceId: string
  source: string
  receivedAt: string
  /** As a spreadsheet counts, the header being 1; null: the file has none for the record. */
  row: number | null
  externalId: string | null
  patientExternalId: string | null
  outcome: (typeof fileRowOutcomes)[number]
  reasons: InboundReason[]
}

/** Whose rows; one of the three. */
export interface RowFilter {
  /** The source's id of the record or of its patient. */
  externalId?: string | undefined
  careEventId?: string | undefined
  patientId?: string | undefined
  sourceId?: string | undefined
  /** Of files that arrived at or after, and before. */
  from?: Instant | undefined
  to?: Instant | undefined
}

const columns =
  'f.id as "fileId", f.name as file, f.source_id as "sourceId", s.name as source, f.received_at as "receivedAt"'
const files = `join ehr_file f on f.organization_id = r.organization_id and f.id = r.file_id
  join ehr_source s on s.organization_id = f.organization_id and s.id = f.source_id`

/** The rows of files that changed a record or were rejected, of the newest files first; at most so many. */
export async function findFileRows(tx: Tx, filter: RowFilter, limit: number): Promise<FoundRow[]> {
  const { externalId, careEventId, patientId, sourceId, from, to } = filter
  const isWanted = `(r.external_id = $1 or r.patient_external_id = $1
      or exists (select 1 from care_event c where c.id = $2::uuid and c.source_id = f.source_id and c.external_id = r.external_id)
      or exists (select 1 from patient p where p.id = $3::uuid and p.source_id = f.source_id and p.external_id = r.patient_external_id))
    and ($4::uuid is null or f.source_id = $4) and ($5::timestamptz is null or f.received_at >= $5) and ($6::timestamptz is null or f.received_at < $6)`
  // By their ids first, which have indexes: the conditions above would read every row.
  const ids = `r.organization_id = $8 and (r.external_id in (select id from said) or r.patient_external_id in (select id from said))`
  const rows = await tx.query<Omit<FoundRow, 'receivedAt'> & { receivedAt: Stamp }>(
    `with said as materialized (
       select $1::text as id where $1 is not null
       union select external_id from care_event where id = $2::uuid and external_id is not null
       union select external_id from patient where id = $3::uuid and external_id is not null)
     select * from (
       select ${columns}, r.row, r.external_id as "externalId", r.patient_external_id as "patientExternalId",
           case when r.row is null then 'absent' else 'changed' end as outcome, '[]'::jsonb as reasons
         from ehr_file_row r ${files} where ${ids} and ${isWanted}
       union all
       select ${columns}, r.row, r.external_id, r.patient_external_id, 'rejected', r.reasons
         from ehr_file_reject r ${files} where ${ids} and ${isWanted}) found
      order by found."receivedAt" desc, found."fileId", found.row nulls last limit $7`,
    [
      ...[externalId ?? null, careEventId ?? null, patientId ?? null, sourceId ?? null],
      ...[from === undefined ? null : at(from), to === undefined ? null : at(to), limit, tx.organizationId],
    ],
  )
  return rows.map((row) => ({ ...row, receivedAt: iso(row.receivedAt) }))
}
