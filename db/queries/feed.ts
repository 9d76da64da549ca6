import type { FeedOutcome, RecordFeedOutcome } from '../../domain/inbound/feed.ts'
import type { InboundReason } from '../entities/inbound.ts'
import type { Tx } from '../orm.ts'
import { type FeedFilter, feedConditions } from './feedFilter.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { iso, isoOrNull, type Stamp } from './values.ts'

/** Records of a message that became the same, e.g. two appointments that were updated. */
export interface Became {
  /** A kind of care event, patient, facility, …; null: refused. */
  kind: string | null
  /** What the wire calls it. */
  resource: string | null
  outcome: RecordFeedOutcome
  count: number
}

/** A message of an EHR and what became of it; what it says stays encrypted. */
export interface FeedMessageView {
  id: string
  sourceId: string
  source: string
  contentType: string
  /** FHIR's resource type or HL7's event; null: it could not be read. */
  kind: string | null
  controlId: string | null
  receivedAt: string
  /** By the source's clock; null: it does not say. */
  saidAt: string | null
  outcome: FeedOutcome
  reasons: InboundReason[]
  records: number
  became: Became[]
  /** Whether it is still there as it came. */
  hasRaw: boolean
  replayedAt: string | null
}
export interface FeedRow {
  id: string
  source_id: string
  source: string
  content_type: string
  kind: string | null
  control_id: string | null
  received_at: Stamp
  said_at: Stamp | null
  outcome: FeedOutcome
  reasons: InboundReason[]
  records: number
  became: Became[] | null
  has_raw: boolean
  replayed_at: Stamp | null
}

/** A row of the feed as `m`, with its source as `s`. */
export const feedColumns = `m.id, m.source_id, s.name as source, m.content_type, m.kind, m.control_id, m.received_at, m.said_at,
  m.outcome, m.reasons, m.records, m.raw is not null as has_raw, m.replayed_at,
  (select jsonb_agg(jsonb_build_object('kind', b.kind, 'resource', b.resource, 'outcome', b.outcome, 'count', b.count) order by b.first)
     from (select r.kind, r.resource, r.outcome, count(*)::int as count, min(r.position) as first from inbound_record r
            where r.organization_id = m.organization_id and r.message_id = m.id group by 1, 2, 3) b) as became`

/** Newest first. */
export async function listFeed(tx: Tx, filter: FeedFilter & PageRequest): Promise<Page<FeedMessageView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const { where, params, next } = feedConditions(filter)
  if (after) where.push(`(m.received_at, m.id) < (${next(after[0])}::timestamptz, ${next(after[1])}::uuid)`)
  const rows = await tx.query<FeedRow>(
    `select ${feedColumns}
       from inbound_message m join ehr_source s on s.organization_id = m.organization_id and s.id = m.source_id
      ${where.length === 0 ? '' : `where ${where.join(' and ')}`}
      order by m.received_at desc, m.id desc limit ${next(filter.limit + 1)}`,
    params,
  )
  return pageOf(rows, filter.limit, feedMessageView, (row) => [iso(row.received_at), row.id])
}

/** How many messages wait in quarantine, of one source or of all, at most `limit`: for the mark beside the feed. */
export async function countQuarantined(tx: Tx, limit: number, sourceId: string | null = null): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from inbound_message
       where outcome = 'quarantined' and ($2::uuid is null or source_id = $2) limit $1) few`,
    [limit, sourceId],
  )
  return row?.count ?? 0
}

export function feedMessageView(row: FeedRow): FeedMessageView {
  return {
    id: row.id,
    sourceId: row.source_id,
    source: row.source,
    contentType: row.content_type,
    kind: row.kind,
    controlId: row.control_id,
    receivedAt: iso(row.received_at),
    saidAt: isoOrNull(row.said_at),
    outcome: row.outcome,
    reasons: row.reasons,
    records: row.records,
    became: row.became ?? [],
    hasRaw: row.has_raw,
    replayedAt: isoOrNull(row.replayed_at),
  }
}
