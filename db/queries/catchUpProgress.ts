import type { Instant, LocalDate } from '../../domain/instant.ts'
import { notFound } from '../../domain/problem.ts'
import { localDate } from '../../domain/time.ts'
import { isZone } from '../../domain/zone.ts'
import type { Tx } from '../orm.ts'
import { iso, isoOrNull, type Stamp } from './values.ts'

/** A catch-up and how far it has come; the rest of its recalls was dropped (fulfilled, opted out, too late). */
export interface CatchUpView {
  id: string
  overdueDays: number
  perDay: number
  state: 'running' | 'done' | 'cancelled'
  recalls: number
  sent: number
  waiting: number
  firstDay: LocalDate
  lastDay: LocalDate
  createdAt: string
  cancelledAt: string | null
}

interface Row extends Omit<CatchUpView, 'state' | 'createdAt' | 'cancelledAt'> {
  open: boolean
  createdAt: Stamp
  cancelledAt: Stamp | null
  timeZone: string
}

/**
 * The catch-ups of an action, the latest first. One is done once none of its recalls is still to come: each was sent or
 * skipped for good, or is planned no more (while the action is switched off or all is paused, nothing tells), or its
 * last day has passed.
 */
export async function listCatchUps(tx: Tx, actionId: string, now: Instant): Promise<CatchUpView[]> {
  const rows = await tx.query<Row>(
    `select u.id, u.overdue_days as "overdueDays", u.per_day as "perDay", u.created_at as "createdAt",
       u.cancelled_at as "cancelledAt", o.time_zone as "timeZone", count(*)::int as recalls, min(r.day)::text as "firstDay",
       max(r.day)::text as "lastDay",
       count(*) filter (where exists (select 1 from delivery d where d.organization_id = u.organization_id
         and d.action_id = u.action_id and d.occurrence_key = r.occurrence_key and d.reached_provider))::int as sent,
       count(*) filter (where u.cancelled_at is null and exists (select 1 from planned_message m
         where m.organization_id = u.organization_id and m.care_event_id = r.care_event_id and m.action_id = u.action_id
           and m.verdict = 'planned'))::int as waiting,
       bool_or(not exists (select 1 from delivery d where d.organization_id = u.organization_id
           and d.action_id = u.action_id and d.occurrence_key = r.occurrence_key and (d.final or d.reached_provider))
         and (a.status = 'inactive' or o.paused or not 'recall' = any(o.enabled_action_types)
           or exists (select 1 from planned_message m where m.organization_id = u.organization_id
             and m.care_event_id = r.care_event_id and m.action_id = u.action_id and m.verdict = 'planned')
           or exists (select 1 from outbox x where x.organization_id = u.organization_id
             and x.care_event_id = r.care_event_id))) as open
     from catch_up u
     join organization o on o.id = u.organization_id
     join custom_action a on a.organization_id = u.organization_id and a.id = u.action_id
     join catch_up_recall r on r.organization_id = u.organization_id and r.catch_up_id = u.id
     where u.action_id = $1
     group by u.organization_id, u.id, o.id
     order by u.created_at desc, u.id`,
    [actionId],
  )
  return rows.map(({ timeZone, open, ...row }) => {
    const over = !open || row.lastDay < localDate(isZone(timeZone) ? timeZone : 'UTC', now)
    return {
      ...row,
      state: row.cancelledAt !== null ? 'cancelled' : over ? 'done' : 'running',
      createdAt: iso(row.createdAt),
      cancelledAt: isoOrNull(row.cancelledAt),
    }
  })
}

/** Throws `notFound`. */
export async function getCatchUp(tx: Tx, actionId: string, id: string, now: Instant): Promise<CatchUpView> {
  const found = (await listCatchUps(tx, actionId, now)).find((each) => each.id === id)
  if (!found) throw notFound('catch-up')
  return found
}
