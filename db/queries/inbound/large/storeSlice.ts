import type { Tx } from '../../../orm.ts'
import { columnsOfEntries, type StoredEntry, subjectSql } from '../messageEntries.ts'

/** Notes what entries of a message that is stored already became; each has its place in the message. */
export function storeSlice(
  tx: Tx,
  { messageId, sourceId }: { messageId: string; sourceId: string },
  entries: readonly (StoredEntry & { index: number | null })[],
): void {
  tx.send(
    `insert into inbound_record
       (organization_id, message_id, position, resource, kind, external_id, subject_id, outcome, reasons)
     select $7::uuid, $8::uuid, said.position, said.resource, said.kind, said.external_id, ${subjectSql('$9::uuid')},
         said.outcome, said.reasons::jsonb
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[])
         as said(resource, kind, external_id, outcome, reasons, position)`,
    [
      ...columnsOfEntries(entries),
      entries.map(({ index }, place) => index ?? place),
      tx.organizationId,
      messageId,
      sourceId,
    ],
    'inboundSlice',
  )
}
