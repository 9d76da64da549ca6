import { notFound } from '../../domain/problem.ts'
import type { InboundReason } from '../entities/inbound.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

export const feedOutcomes = ['received', 'applied', 'unchanged', 'quarantined', 'partly'] as const
export type FeedOutcome = (typeof feedOutcomes)[number]

/** A message of an EHR and what became of it; what it says stays encrypted. */
export interface FeedMessageView {
  id: string
  sourceId: string
  source: string
  contentType: string
  receivedAt: string
  outcome: FeedOutcome
  reasons: InboundReason[]
  records: number
  replayedAt: string | null
}
interface Row {
  id: string
  source_id: string
  source: string
  content_type: string
  received_at: Stamp
  outcome: FeedOutcome
  reasons: InboundReason[]
  records: number
  replayed_at: Stamp | null
}

export interface FeedFilter extends PageRequest {
  outcome?: FeedOutcome | undefined
  sourceId?: string | undefined
}

/** Newest first. */
export async function listFeed(tx: Tx, filter: FeedFilter): Promise<Page<FeedMessageView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select m.id, m.source_id, s.name as source, m.content_type, m.received_at, m.outcome, m.reasons, m.records, m.replayed_at
       from inbound_message m join ehr_source s on s.organization_id = m.organization_id and s.id = m.source_id
      where ($1::text is null or m.outcome = $1) and ($2::uuid is null or m.source_id = $2)
        and ($3::timestamptz is null or (m.received_at, m.id) < ($3::timestamptz, $4::uuid))
      order by m.received_at desc, m.id desc limit $5`,
    [filter.outcome ?? null, filter.sourceId ?? null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, viewOf, (row) => [iso(row.received_at), row.id])
}

function viewOf(row: Row): FeedMessageView {
  return {
    id: row.id,
    sourceId: row.source_id,
    source: row.source,
    contentType: row.content_type,
    receivedAt: iso(row.received_at),
    outcome: row.outcome,
    reasons: row.reasons,
    records: row.records,
    replayedAt: isoOrNull(row.replayed_at),
  }
}

/** A message as it arrived, to be taken again. Throws `notFound`. */
export async function takeForReplay(
  tx: Tx,
  id: string,
  now: number,
): Promise<{ sourceId: string; contentType: string; raw: Buffer }> {
  const [row] = await tx.query<{ sourceId: string; contentType: string; raw: Buffer }>(
    `update inbound_message set replayed_at = $2 where id = $1
     returning source_id as "sourceId", content_type as "contentType", raw`,
    [id, at(now)],
  )
  if (!row) throw notFound('message in the feed')
  return row
}
