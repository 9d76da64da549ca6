import { createHash } from 'node:crypto'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { Encryption } from '../../encryption.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'
import type { InboundSource } from './source.ts'

/** A message as it arrived. */
export interface RawMessage {
  contentType: string
  body: Buffer
}
export type MessageOutcome = 'received' | 'applied' | 'unchanged' | 'quarantined' | 'partly'

/** Appends to the feed, and notes at most once a minute that the source is alive: its row is everybody's. */
export async function storeMessage(
  { tx, source, now }: Pick<Applying, 'tx' | 'now'> & { source: Pick<InboundSource, 'id'> },
  encryption: Encryption,
  raw: RawMessage,
  result: { outcome: MessageOutcome; reasons: readonly InboundReason[]; records: number },
): Promise<string> {
  const id = newId()
  const hash = createHash('sha256').update(raw.body).digest('base64url')
  await tx.query(
    `with alive as (
       update ehr_source set last_message_at = $7
        where id = $3 and (last_message_at is null or last_message_at < $7::timestamptz - interval '1 minute'))
     insert into inbound_message (organization_id, id, source_id, content_type, raw, hash, received_at, outcome, reasons, records)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.organizationId,
      id,
      source.id,
      raw.contentType,
      encryption.encrypt(raw.body),
      hash,
      at(now),
      result.outcome,
      JSON.stringify(result.reasons),
      result.records,
    ],
    'inboundMessage',
  )
  return id
}
