import type { Tx } from '../../../orm.ts'

/** A record that a file changed. `row` null: it is no longer there, so that it was cancelled. */
export interface ChangedRow {
  kind: string
  externalId: string
  patientExternalId: string | null
  row: number | null
}

/**
 * Notes what a file changed, so that it is found by ids afterwards (Inbound: feed). Rows that change nothing leave none:
 * a nightly export of everything writes as little as it does. In the transaction that changed it.
 */
export function noteChanged(tx: Tx, fileId: string, changed: readonly ChangedRow[]): void {
  if (changed.length === 0) return
  tx.send(
    `insert into ehr_file_row (organization_id, file_id, kind, external_id, patient_external_id, row)
     select $1, $2, kind, external_id, patient_external_id, row
       from unnest($3::text[], $4::text[], $5::text[], $6::int[]) as said (kind, external_id, patient_external_id, row)
     on conflict (organization_id, file_id, kind, external_id) do update
       set row = excluded.row, patient_external_id = excluded.patient_external_id`,
    [
      ...[tx.organizationId, fileId, changed.map(({ kind }) => kind), changed.map(({ externalId }) => externalId)],
      ...[changed.map(({ patientExternalId }) => patientExternalId), changed.map(({ row }) => row)],
    ],
    'noteChangedRows',
  )
}
