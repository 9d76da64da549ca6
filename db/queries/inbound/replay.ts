import type { FeedOutcome } from '../../../domain/inbound/feed.ts'
import { notFound, Problem } from '../../../domain/problem.ts'
import type { InboundReason } from '../../entities/inbound.ts'
import { type By, recordAudit } from '../audit.ts'
import { type FeedFilter, feedConditions } from '../feedFilter.ts'
import { rawIsGone } from '../feedMessage.ts'
import { decodeCursor, encodeCursor } from '../page.ts'
import { at, iso, type Stamp } from '../values.ts'
import { isOurMistake } from './failure.ts'
import { type ReceiveDeps, SourceChanged } from './receive.ts'
import { receiveAgain } from './receiveAgain.ts'
import { findInboundSource } from './source.ts'

/** What became of a message the second time. */
export interface Replayed {
  messageId: string
  outcome: FeedOutcome
  reasons: InboundReason[]
}
interface Stored {
  sourceId: string
  contentType: string
  raw: Buffer | null
  receivedAt: Stamp
  outcome: FeedOutcome
}

/**
 * Takes a stored message again, e.g. after what kept it in quarantine was mended. It keeps its place in the feed and in
 * the order of arrival: an older version never wins. Throws `notFound`, and `conflict` where there is nothing to take.
 */
export async function replayMessage(
  deps: ReceiveDeps,
  organizationId: string,
  id: string,
  by: By,
): Promise<Replayed & { before: FeedOutcome }> {
  const stored = await deps.database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx.query<Stored>(
      `select source_id as "sourceId", content_type as "contentType", raw, received_at as "receivedAt", outcome
         from inbound_message where id = $1`,
      [id],
    )
    if (!row) throw notFound('message in the feed')
    await recordAudit(tx, by, { action: 'replayed', subject: 'feed', subjectId: id, before: { outcome: row.outcome } })
    return row
  })
  if (stored.raw === null) throw rawIsGone()
  const raw = {
    contentType: stored.contentType,
    body: deps.encryption.decryptBytes(stored.raw),
    again: { id, receivedAt: new Date(stored.receivedAt).getTime() },
  }
  for (;;) {
    const source = await findInboundSource(deps.database, deps.encryption, stored.sourceId)
    if (source === null) throw notFound('EHR source')
    try {
      const received = await receiveAgain(deps, source, raw, by.now)
      const reasons = [...received.reasons, ...received.entries.flatMap((entry) => entry.reasons)]
      return {
        messageId: id,
        outcome: received.outcome,
        reasons: reasons.map((reason) => ({ ...reason })),
        before: stored.outcome,
      }
    } catch (error) {
      // Edited at this very moment: the next turn reads it anew.
      if (!(error instanceof SourceChanged)) throw error
    }
  }
}

export interface ReplayRequest {
  /** These, or all that a filter finds. */
  ids?: readonly string[] | undefined
  filter?: FeedFilter | undefined
  /** How many at once; 0: only how many it would be, and with the cursor just these are taken. */
  limit: number
  /** Of the call before. */
  cursor?: string | undefined
}
export interface ReplayProgress {
  items: (Replayed & { before: FeedOutcome })[]
  /** Messages that are meant and still to come. */
  remaining: number
  nextCursor: string | null
}

/**
 * Takes many messages again in the order in which they arrived, each in a transaction of its own; at most `limit` a call,
 * and the cursor goes on after them. What arrives after the first call is not meant. One that fails is told in its place
 * and keeps the others from nothing.
 */
export async function replayMessages(
  deps: ReceiveDeps,
  organizationId: string,
  request: ReplayRequest,
  by: By,
  failed: (messageId: string, error: unknown) => void,
): Promise<ReplayProgress> {
  const { chosen, remaining, nextCursor } = await choose(deps, organizationId, request, by.now)
  const items: ReplayProgress['items'] = []
  for (const { id, outcome: before } of chosen)
    try {
      items.push(await replayMessage(deps, organizationId, id, by))
    } catch (error) {
      if (error instanceof Problem)
        items.push({ messageId: id, before, outcome: before, reasons: [{ path: '$this', message: error.message }] })
      else if (isOurMistake(error)) {
        failed(id, error)
        const message = 'could not be stored through no fault of the sender: what failed is in the log'
        items.push({ messageId: id, before, outcome: 'received', reasons: [{ path: '$this', message }] })
      } else throw error
    }
  return { items, remaining, nextCursor }
}

/** Instant and id before those of any message. */
const beforeAll = [iso(at(0)), '00000000-0000-0000-0000-000000000000'] as const

async function choose(deps: ReceiveDeps, organizationId: string, request: ReplayRequest, now: number) {
  const { ids, filter = {}, limit } = request
  const after = decodeCursor(request.cursor, ['instant', 'id', 'instant'])
  const until = after === null ? iso(at(now)) : String(after[2])
  const { where, params, next } = feedConditions(filter)
  where.push('m.raw is not null', `m.received_at <= ${next(until)}::timestamptz`)
  if (ids) where.push(`m.id = any(${next(ids)}::uuid[])`)
  if (after) where.push(`(m.received_at, m.id) > (${next(after[0])}::timestamptz, ${next(after[1])}::uuid)`)
  if (limit === 0) {
    const [counted] = await deps.database.inOrganization(organizationId, (tx) =>
      tx.query<{ total: number }>(
        `select count(*)::int as total from inbound_message m where ${where.join(' and ')}`,
        params,
      ),
    )
    const remaining = counted?.total ?? 0
    const nextCursor = remaining > 0 ? encodeCursor(after ?? [...beforeAll, until]) : null
    return { chosen: [], remaining, nextCursor }
  }
  const rows = await deps.database.inOrganization(organizationId, (tx) =>
    tx.query<{ id: string; received_at: Stamp; outcome: FeedOutcome; total: number }>(
      `select m.id, m.received_at, m.outcome, (count(*) over ())::int as total from inbound_message m
        where ${where.join(' and ')} order by m.received_at, m.id limit ${next(limit)}`,
      params,
    ),
  )
  const remaining = (rows[0]?.total ?? 0) - rows.length
  const last = rows.at(-1)
  const nextCursor = remaining > 0 && last ? encodeCursor([iso(last.received_at), last.id, until]) : null
  return { chosen: rows, remaining, nextCursor }
}
