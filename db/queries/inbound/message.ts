import { hash } from 'node:crypto'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import { type Instant, minuteMs } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import type { RowsStatement } from '../../gathering.ts'
import { newId } from '../../newId.ts'
import type { Tx } from '../../orm.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull } from './applying.ts'
import { columnsOfMessages, type StoredEntry, withSubjects } from './messageEntries.ts'
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
  select $1::uuid, said.message_id, said.position, said.resource, said.kind, said.external_id, said.outcome,
      said.reasons::jsonb, said.subject_id
    from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[])
      as said(message_id, position, resource, kind, external_id, outcome, reasons, subject_id)`

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
  const entries = await withSubjects({ tx, source }, result.entries ?? [])
  if (raw.again) {
    const { id } = raw.again
    if (result.entries) tx.send('delete from inbound_record where message_id = $1', [id])
    tx.send(
      `with message as (
         update inbound_message set replayed_at = $10, outcome = $11, reasons = $12, records = $13, kind = coalesce($14, kind),
           control_id = coalesce($15, control_id), said_at = coalesce($16, said_at) where id = $17::uuid)
       ${insertRecords}`,
      [
        tx.organizationId,
        ...columnsOfMessages([{ messageId: id, entries }]),
        at(now),
        result.outcome,
        JSON.stringify(result.reasons),
        result.records,
        result.kind ?? null,
        result.controlId ?? null,
        dateOrNull(result.saidAt ?? null),
        id,
      ],
      'inboundMessageAgain',
    )
    return id
  }
  const id = newId()
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
  tx.write(messageStored, {
    messageId: id,
    sourceId: source.id,
    now,
    result,
    entries,
    contentType: raw.contentType,
    encrypted: encryption.encrypt(raw.body),
    hash: raw.hash ?? hash('sha256', raw.body, 'base64url'),
  })
  return id
}

interface NewMessage {
  messageId: string
  sourceId: string
  now: Instant
  result: StoredResult
  entries: readonly StoredEntry[]
  contentType: string
  encrypted: Buffer
  hash: string
}

/** What arrived goes as it is, one after the other in one value: an array would be text, twice as long. */
const messageStored: RowsStatement<NewMessage> = {
  name: 'inboundMessages',
  sql: `with message as (
      insert into inbound_message (organization_id, id, source_id, received_at, outcome, reasons, records, kind, control_id,
        said_at, content_type, raw, hash)
      select $1::uuid, id, source_id, received_at, outcome, reasons::jsonb, records, kind, control_id, said_at, content_type,
          substring($10::bytea from raw_from for raw_length), hash
        from unnest($11::uuid[], $12::uuid[], $13::timestamptz[], $14::text[], $15::text[], $16::int[], $17::text[], $18::text[],
          $19::timestamptz[], $20::text[], $21::int[], $22::int[], $23::text[])
          as said(id, source_id, received_at, outcome, reasons, records, kind, control_id, said_at, content_type, raw_from,
            raw_length, hash))
    ${insertRecords}`,
  params: (rows, { organizationId }) => {
    let rawFrom = 1
    const from = rows.map(({ encrypted }) => {
      rawFrom += encrypted.length
      return rawFrom - encrypted.length
    })
    return [
      organizationId,
      ...columnsOfMessages(rows),
      rows.length === 1 ? rows[0]?.encrypted : Buffer.concat(rows.map(({ encrypted }) => encrypted)),
      rows.map(({ messageId }) => messageId),
      rows.map(({ sourceId }) => sourceId),
      rows.map(({ now }) => at(now)),
      rows.map(({ result }) => result.outcome),
      rows.map(({ result }) => JSON.stringify(result.reasons)),
      rows.map(({ result }) => result.records),
      rows.map(({ result }) => result.kind ?? null),
      rows.map(({ result }) => result.controlId ?? null),
      rows.map(({ result }) => dateOrNull(result.saidAt ?? null)),
      rows.map(({ contentType }) => contentType),
      from,
      rows.map(({ encrypted }) => encrypted.length),
      rows.map(({ hash }) => hash),
    ]
  },
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
