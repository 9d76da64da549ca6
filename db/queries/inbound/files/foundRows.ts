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

/** The rows of files that changed a record or were rejected, of the newest files first; at most so many. */
export async function findFileRows(tx: Tx, filter: RowFilter, limit: number): Promise<FoundRow[]> {
  const { externalId, careEventId, patientId, sourceId, from, to } = filter
  const isWanted = `(r.external_id = $1 or r.patient_external_id = $1
      or exists (select 1 from care_event c where c.id = $2::uuid and c.source_id = f.source_id and c.external_id = r.external_id)
      or exists (select 1 from patient p where p.id = $3::uuid and p.source_id = f.source_id and p.external_id = r.patient_external_id))
    and ($4::uuid is null or f.source_id = $4) and ($5::timestamptz is null or f.received_at >= $5) and ($6::timestamptz is null or f.received_at < $6)`
  // By each of the ids on its own first, which have indexes: together with the conditions above every row would be read.
  const named = (table: string, more: string) =>
    ['external_id', 'patient_external_id']
      .map(
        (id) => `select r.file_id, r.row, r.external_id, r.patient_external_id, ${more} from said
           join ${table} r on r.organization_id = $8 and r.${id} = said.id`,
      )
      .join(' union ')
  const rows = await tx.query<Omit<FoundRow, 'receivedAt'> & { receivedAt: Stamp }>(
    `with said as materialized (
       select $1::text as id where $1 is not null
       union select external_id from care_event where id = $2::uuid and external_id is not null
       union select external_id from patient where id = $3::uuid and external_id is not null),
     r as materialized (
       ${named('ehr_file_row', `case when r.row is null then 'absent' else 'changed' end as outcome, '[]'::jsonb as reasons`)}
       union ${named('ehr_file_reject', `'rejected', r.reasons`)})
     select f.id as "fileId", f.name as file, f.source_id as "sourceId", s.name as source, f.received_at as "receivedAt",
         r.row, r.external_id as "externalId", r.patient_external_id as "patientExternalId", r.outcome, r.reasons
       from r join ehr_file f on f.id = r.file_id join ehr_source s on s.id = f.source_id
      where ${isWanted}
      order by f.received_at desc, f.id, r.row nulls last limit $7`,
    [
      ...[externalId ?? null, careEventId ?? null, patientId ?? null, sourceId ?? null],
      ...[from === undefined ? null : at(from), to === undefined ? null : at(to), limit, tx.organizationId],
    ],
  )
  return rows.map((row) => ({ ...row, receivedAt: iso(row.receivedAt) }))
}
