import type { LocalDate, Zone } from '../../domain/instant.ts'
import { notFound } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'

/** What a source sent on one day of the practice, and what became of it. */
export interface SourceDay {
  date: LocalDate
  /** All messages; those below are parts of them. */
  received: number
  applied: number
  unchanged: number
  /** Some of it was refused. */
  partly: number
  quarantined: number
  /** Through a mistake of ours. */
  failed: number
  /** Posts in its name that were not taken as its own; no messages. */
  refused: number
  /** Half of what was news came within so many seconds after the source had said it; null: nothing says when. */
  lagSeconds: number | null
}

/** Day by day, the latest first; days without anything are there, too. Throws `notFound`. */
export async function readSourceCounters(
  tx: Tx,
  sourceId: string,
  { from, to }: { from: LocalDate; to: LocalDate },
): Promise<{ timeZone: Zone; days: SourceDay[] }> {
  const [practice] = await tx.query<{ timeZone: Zone }>(
    'select o.time_zone as "timeZone" from organization o join ehr_source s on s.organization_id = o.id where s.id = $1',
    [sourceId],
  )
  if (!practice) throw notFound('EHR source')
  const days = await tx.query<SourceDay>(
    `with counted as (
       select (m.received_at at time zone $4::text)::date as date, count(*)::int as received,
         (count(*) filter (where m.outcome = 'applied'))::int as applied,
         (count(*) filter (where m.outcome = 'unchanged'))::int as unchanged,
         (count(*) filter (where m.outcome = 'partly'))::int as partly,
         (count(*) filter (where m.outcome = 'quarantined'))::int as quarantined,
         (count(*) filter (where m.outcome = 'received'))::int as failed,
         percentile_disc(0.5) within group (order by greatest(0, extract(epoch from m.received_at - m.said_at)))
           filter (where m.outcome in ('applied', 'partly') and m.said_at is not null) as lag
       from inbound_message m
       where m.source_id = $1 and m.received_at >= ($2::date::timestamp at time zone $4::text)
         and m.received_at < (($3::date + 1)::timestamp at time zone $4::text)
       group by 1),
     rejected as (
       select p.day, sum(p.count)::int as refused from rejected_post p
        where p.source_id = $1 and p.day between $2::date and $3::date group by 1)
     select span.day::date::text as date, coalesce(c.received, 0) as received, coalesce(c.applied, 0) as applied,
       coalesce(c.unchanged, 0) as unchanged, coalesce(c.partly, 0) as partly, coalesce(c.quarantined, 0) as quarantined,
       coalesce(c.failed, 0) as failed, coalesce(r.refused, 0) as refused, round(c.lag)::int as "lagSeconds"
     from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') span(day)
       left join counted c on c.date = span.day::date left join rejected r on r.day = span.day::date
     order by span.day desc`,
    [sourceId, from, to, practice.timeZone],
  )
  return { timeZone: practice.timeZone, days }
}
