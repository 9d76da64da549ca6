import { createHash } from 'node:crypto'
import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { Tx } from '../../orm.ts'
import type { InboundSource } from './source.ts'

/**
 * Two versions of one record that arrive together take turns, also when there is no row to lock yet. All locks of a
 * message are taken at once and in one order, so that two messages can't wait for each other. Throws `SourceChanged`.
 */
export async function lockRecords(tx: Tx, source: InboundSource, records: readonly InboundRecord[]): Promise<void> {
  const keys = new Set(records.map((record) => lockKey(source.id, record)))
  const sorted = [...keys].sort((a, b) => (a < b ? -1 : 1)).map(String)
  const [row] = await tx.query<{ version: number }>(
    `select s.version, (select count(pg_advisory_xact_lock(key)) from unnest($1::bigint[]) key) from ehr_source s where s.id = $2`,
    [sorted, source.id],
    'inboundLocks',
  )
  if (row?.version !== source.version) throw new SourceChanged()
}

/** The source was changed since it was read: whoever posts in its name has to prove it again. */
export class SourceChanged extends Error {
  override name = 'SourceChanged'
}

function lockKey(sourceId: string, record: InboundRecord): bigint {
  const kind = record.kind === 'careEvent' ? record.careEventKind : record.kind
  return createHash('sha256').update(`${sourceId}/${kind}/${record.externalId}`).digest().readBigInt64BE()
}
