import type { Tx } from '../../../orm.ts'
import { columnsOfEntries, type StoredEntry } from '../messageEntries.ts'

/** Notes what entries of a message that is stored already became; each has its place in the message, and its subject. */
export function storeSlice(
  tx: Tx,
  messageId: string,
  entries: readonly (StoredEntry & { index: number | null })[],
): void {
  tx.send(
    `insert into inbound_record
       (organization_id, message_id, position, resource, kind, external_id, outcome, reasons, subject_id)
     select $8::uuid, $9::uuid, said.position, said.resource, said.kind, said.external_id, said.outcome,
         said.reasons::jsonb, said.subject_id
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[])
         as said(resource, kind, external_id, outcome, reasons, subject_id, position)`,
    [...columnsOfEntries(entries), entries.map(({ index }, place) => index ?? place), tx.organizationId, messageId],
    'inboundSlice',
  )
}
