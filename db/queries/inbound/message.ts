import { createHash } from 'node:crypto'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import { type Instant, minuteMs } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import { newId } from '../../newId.ts'
import type { Tx } from '../../orm.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull } from './applying.ts'
import { columnsOfEntries, type StoredEntry, withSubjects } from './messageEntries.ts'
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

const insertRecords = `insert into inbound_record
    (organization_id, message_id, position, resource, kind, external_id, outcome, reasons, subject_id)
  select $1::uuid, $2::uuid, said.place - 1, said.resource, said.kind, said.external_id, said.outcome, said.reasons::jsonb,
      said.subject_id
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[])
      with ordinality as said(resource, kind, external_id, outcome, reasons, subject_id, place)`

/** How often the source's row, which is everybody's, is told that it is alive. */
const aliveEveryMs = minuteMs

/**
 * Appends to the feed: the message, what its records became, and at most once a minute that the source is alive, which
 * ends its silence. A message that is taken again gets its new outcome instead.
 */
export async function storeMessage(
  {
    tx,
    source,
    now,
    lastMessageAt,
  }: Pick<Applying, 'tx' | 'now' | 'lastMessageAt'> & { source: Pick<InboundSource, 'id'> },
  encryption: Encryption,
  raw: RawMessage,
  result: StoredResult,
): Promise<string> {
  const entries = columnsOfEntries(await withSubjects({ tx, source }, result.entries ?? []))
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
           control_id = coalesce($14, control_id), said_at = coalesce($15, said_at) where id = $2::uuid)
       ${insertRecords}`,
      [tx.organizationId, id, ...entries, at(now), ...about],
      'inboundMessageAgain',
    )
    return id
  }
  const id = newId()
  const hash = raw.hash ?? createHash('sha256').update(raw.body).digest('base64url')
  if (lastMessageAt === undefined || lastMessageAt === null || lastMessageAt < now - aliveEveryMs)
    tx.send(
      `with alive as (
         update ehr_source set last_message_at = $2
          where id = $1::uuid and (last_message_at is null or last_message_at < $2::timestamptz - interval '1 minute')
          returning id)
       update ehr_silence silence set ended_at = $2 from alive where silence.source_id = alive.id and silence.ended_at is null`,
      [source.id, at(now)],
      'sourceAlive',
    )
  tx.send(
    `with message as (
       insert into inbound_message (organization_id, id, source_id, received_at, outcome, reasons, records, kind, control_id,
         said_at, content_type, raw, hash)
       values ($1::uuid, $2::uuid, $18::uuid, $9, $10, $11, $12, $13, $14, $15, $16, $17, $19))
     ${insertRecords}`,
    [
      tx.organizationId,
      id,
      ...entries,
      at(now),
      ...about,
      raw.contentType,
      encryption.encrypt(raw.body),
      source.id,
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
