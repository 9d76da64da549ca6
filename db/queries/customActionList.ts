import type { ActionType } from '../../domain/action.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { type ActionRow, actionColumns, actionOf, type CustomActionView } from './customActions.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at } from './values.ts'

export interface CustomActionFilter extends PageRequest {
  type?: ActionType | undefined
  status?: 'active' | 'inactive' | undefined
  /** A group's id, or `none`. */
  groupId?: string | undefined
  q?: string | undefined
  sort: string
}
export interface ListedCustomAction extends CustomActionView {
  waiting: number
  sentLast7Days: number
}

/** What each sort compares, as text that keeps its order, so that one cursor fits all. */
const sortKeys: Record<string, string> = {
  title: 'lower(a.title)',
  createdAt: `to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
  editedAt: `to_char(a.edited_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
  type: 'a.type',
  status: 'a.status',
}

/** The dashboard's table. Each row knows how many of its messages wait and how many went out in the last 7 days. */
export async function listCustomActions(
  tx: Tx,
  filter: CustomActionFilter,
  now: Instant,
): Promise<Page<ListedCustomAction>> {
  const descending = filter.sort.startsWith('-')
  const sortKey = sortKeys[filter.sort.replace('-', '')] ?? sortKeys.createdAt
  const after = decodeCursor(filter.cursor, ['text', 'id'])
  const rows = await tx.query<ActionRow & { sort_key: string; waiting: number; sent: number }>(
    `select ${actionColumns}, ${sortKey} collate "C" as sort_key,
            (select count(*)::int from planned_message m
              where m.organization_id = a.organization_id and m.action_id = a.id and m.verdict in ('planned', 'postponed')) as waiting,
            (select count(*)::int from delivery d
              where d.organization_id = a.organization_id and d.action_id = a.id and d.sent_at >= $1 and d.sent_at <= $2) as sent
       from custom_action a
      where a.deleted_at is null
        and ($3::text is null or a.type = $3) and ($4::text is null or a.status = $4)
        and ($5::text is null or (case when $5 = 'none' then a.group_id is null else a.group_id::text = $5 end))
        and ($6::text is null or position(lower($6) in lower(a.title)) > 0)
        and ($7::text is null or (${sortKey} collate "C", a.id) ${descending ? '<' : '>'} ($7, $8::uuid))
      order by ${sortKey} collate "C" ${descending ? 'desc' : 'asc'}, a.id ${descending ? 'desc' : 'asc'}
      limit $9`,
    [
      at(now - 7 * dayMs),
      at(now),
      filter.type ?? null,
      filter.status ?? null,
      filter.groupId ?? null,
      filter.q || null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  return pageOf(
    rows,
    filter.limit,
    (row) => ({ ...actionOf(row), waiting: row.waiting, sentLast7Days: row.sent }),
    (row) => [row.sort_key, row.id],
  )
}
