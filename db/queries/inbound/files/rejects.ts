import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Encryption } from '../../../encryption.ts'
import { newId } from '../../../newId.ts'
import type { Tx } from '../../../orm.ts'
import type { CsvRow } from './csvRows.ts'

/** A row that is not taken, and why. */
export interface RejectedRow {
  row: CsvRow
  reasons: readonly InboundReason[]
  /** The source's ids, as far as they can be read. */
  externalId?: string | null
  patientExternalId?: string | null
}

export async function storeRejects(
  tx: Tx,
  encryption: Encryption,
  fileId: string,
  rejects: readonly RejectedRow[],
): Promise<void> {
  if (rejects.length === 0) return
  await tx.query(
    `insert into ehr_file_reject (organization_id, id, file_id, row, external_id, patient_external_id, body, reasons)
     select $1, said.id, $2, said.row, said.external_id, said.patient_external_id, said.body, said.reasons::jsonb
       from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::bytea[], $8::text[])
         as said (id, row, external_id, patient_external_id, body, reasons)
     on conflict (organization_id, file_id, row) do nothing`,
    [
      ...[tx.organizationId, fileId, rejects.map(() => newId()), rejects.map(({ row }) => row.row)],
      rejects.map(({ externalId }) => externalId ?? null),
      rejects.map(({ patientExternalId }) => patientExternalId ?? null),
      rejects.map(({ row }) => encryption.encrypt(JSON.stringify(row.cells))),
      rejects.map(({ reasons }) => JSON.stringify(reasons)),
    ],
    'storeFileRejects',
  )
}
