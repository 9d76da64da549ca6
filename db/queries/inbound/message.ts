import { createHash } from 'node:crypto'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import { newId } from '../../newId.ts'
import type { Tx } from '../../orm.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull } from './applying.ts'
import { columnsOfEntries, type StoredEntry, subjectSql } from './messageEntries.ts'
import type { InboundSource } from './source.ts'

/** A message as it arrived. */
export interface RawMessage {
  contentType: string
  body: Buffer
  /** It was stored before, and is taken once more: its place in the feed, and in the order of arrival, stays. */
  again?: { id: string; receivedAt: Instant }
  /** Where it was made already, beside the event loop. */
  hash?: string
}
export type MessageOutcome = 'received' | 'applied' | 'unchanged' | 'quarantined' | 'partly'

export interface StoredResult {
  outcome: MessageOutcome
  reasons: readonly InboundReason[]
  /** How many were taken. */
  records: number
  kind?: string | null
  controlId?: string | null
  saidAt?: Instant | null
  /** What each of its records became; left out: nobody got so far. */
  entries?: readonly StoredEntry[]
}

const said = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  with ordinality as said(resource, kind, external_id, outcome, reasons, place)`
const insertRecords = `insert into inbound_record
    (organization_id, message_id, position, resource, kind, external_id, subject_id, outcome, reasons)
  select $6::uuid, $7::uuid, said.place - 1, said.resource, said.kind, said.external_id, ${subjectSql('$8::uuid')},
      said.outcome, said.reasons::jsonb
    from ${said}`

/**
 * Appends to the feed, in one statement: the message, what its records became, and at most once a minute that the source
 * is alive (its row is everybody's), which ends its silence. A message that is taken again gets its new outcome instead.
 */
export async function storeMessage(
  { tx, source, now }: Pick<Applying, 'tx' | 'now'> & { source: Pick<InboundSource, 'id'> },
  encryption: Encryption,
  raw: RawMessage,
  result: StoredResult,
): Promise<string> {
  const entries = columnsOfEntries(result.entries ?? [])
  const about = [
    result.outcome,
    JSON.stringify(result.reasons),
    result.records,
    result.kind ?? null,
    result.controlId ?? null,
    dateOrNull(result.saidAt ?? null),
  ]
  if (raw.again) {
    const { id } = raw.again
    if (result.entries) tx.send('delete from inbound_record where message_id = $1', [id])
    tx.send(
      `with message as (
         update inbound_message set replayed_at = $9, outcome = $10, reasons = $11, records = $12, kind = coalesce($13, kind),
           control_id = coalesce($14, control_id), said_at = coalesce($15, said_at) where id = $7::uuid)
       ${insertRecords}`,
      [...entries, tx.organizationId, id, source.id, at(now), ...about],
      'inboundMessageAgain',
    )
    return id
  }
  const id = newId()
  const hash = raw.hash ?? createHash('sha256').update(raw.body).digest('base64url')
  tx.send(
    `with alive as (
       update ehr_source set last_message_at = $9
        where id = $8::uuid and (last_message_at is null or last_message_at < $9::timestamptz - interval '1 minute')
        returning id),
     heard as (
       update ehr_silence silence set ended_at = $9 from alive where silence.source_id = alive.id and silence.ended_at is null),
     message as (
       insert into inbound_message (organization_id, id, source_id, received_at, outcome, reasons, records, kind, control_id,
         said_at, content_type, raw, hash)
       values ($6::uuid, $7::uuid, $8::uuid, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18))
     ${insertRecords}`,
    [
      ...entries,
      tx.organizationId,
      id,
      source.id,
      at(now),
      ...about,
      raw.contentType,
      encryption.encrypt(raw.body),
      hash,
    ],
    'inboundMessage',
  )
  return id
}

/** What became of a message that was stored before its records were. */
export function settleMessage(
  tx: Tx,
  id: string,
  {
    outcome,
    reasons,
    records,
    kind,
    saidAt,
  }: Pick<StoredResult, 'outcome' | 'reasons' | 'records' | 'kind' | 'saidAt'>,
): void {
  tx.send(
    `update inbound_message set outcome = $2, reasons = $3, records = $4, kind = coalesce($5, kind), said_at = coalesce($6, said_at)
      where id = $1`,
    [id, outcome, JSON.stringify(reasons), records, kind ?? null, dateOrNull(saidAt ?? null)],
  )
}
