import { holidayOn } from '../../domain/holidays.ts'
import { paceLearnedFrom, type SourcePace, silentSince } from '../../domain/inbound/pace.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { DeliveryRules } from '../../domain/organization.ts'
import { type Day, formatDate } from '../../domain/time.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { at } from './values.ts'

/** What a check found: ids only. */
export interface SilenceChanges {
  began: string[]
  ended: string[]
}

/**
 * Notes which sources of the organization are silent for longer than they usually are, and which no longer (Feed:
 * silence). A message ends a silence by itself; here end those of sources that were switched off or whose pace changed.
 */
export async function checkSilences(tx: Tx, now: Instant): Promise<SilenceChanges> {
  const sources = await tx.query<{ id: string; status: string; isOpen: boolean }>(
    `select s.id, s.status, silence.id is not null as "isOpen" from ehr_source s
       left join ehr_silence silence on silence.organization_id = s.organization_id and silence.source_id = s.id
         and silence.ended_at is null
      where silence.id is not null or (s.status = 'active' and s.last_message_at < $1::timestamptz - interval '1 hour')
      order by s.id`,
    [at(now)],
  )
  const changes: SilenceChanges = { began: [], ended: [] }
  if (sources.length === 0) return changes
  const practice = await readPractice(tx)
  for (const { id, status, isOpen } of sources) {
    const since = status === 'active' ? silentSince({ ...practice, hours: await spokenHours(tx, id, now) }, now) : null
    if (since === null && isOpen && (await endSilence(tx, id, now))) changes.ended.push(id)
    if (since !== null && !isOpen && (await beginSilence(tx, id, now))) changes.began.push(id)
  }
  return changes
}

/** Since when it lasts is the last message. Of several checks at once one notes it. */
async function beginSilence(tx: Tx, sourceId: string, now: Instant): Promise<boolean> {
  const rows = await tx.query(
    `insert into ehr_silence (organization_id, id, source_id, since, noticed_at)
     select s.organization_id, $2, s.id, coalesce(s.last_message_at, $3), $3 from ehr_source s where s.id = $1
     on conflict do nothing returning id`,
    [sourceId, newId(), at(now)],
  )
  return rows.length > 0
}

async function endSilence(tx: Tx, sourceId: string, now: Instant): Promise<boolean> {
  const rows = await tx.query(
    'update ehr_silence set ended_at = $2 where source_id = $1 and ended_at is null returning id',
    [sourceId, at(now)],
  )
  return rows.length > 0
}

/** The hours in which a source sent messages or files, and the last one in any case (a file that repeats the last leaves no trace): of messages one look into the index for each, however many messages an hour has. */
async function spokenHours(tx: Tx, sourceId: string, now: Instant): Promise<Instant[]> {
  const rows = await tx.query<{ hour: Date }>(
    `with recursive spoken as (
       (select date_trunc('hour', m.received_at, 'UTC') as hour from inbound_message m
         where m.source_id = $1 and m.received_at >= $2 and m.received_at <= $3 order by m.received_at limit 1)
       union all
       select (select date_trunc('hour', m.received_at, 'UTC') from inbound_message m
                where m.source_id = $1 and m.received_at >= spoken.hour + interval '1 hour' and m.received_at <= $3
                order by m.received_at limit 1)
         from spoken where spoken.hour is not null)
     select hour from spoken where hour is not null order by hour`,
    [sourceId, at(paceLearnedFrom(now)), at(now)],
  )
  const files = await tx.query<{ hour: Date }>(
    `select distinct date_trunc('hour', f.received_at, 'UTC') as hour from ehr_file f
      where f.source_id = $1 and f.received_at >= $2 and f.received_at <= $3
     union select date_trunc('hour', s.last_message_at, 'UTC') from ehr_source s
      where s.id = $1 and s.last_message_at >= $2 and s.last_message_at <= $3`,
    [sourceId, at(paceLearnedFrom(now)), at(now)],
  )
  return [...new Set([...rows, ...files].map(({ hour }) => hour.getTime()))].sort((a, b) => a - b)
}

async function readPractice(tx: Tx): Promise<Pick<SourcePace, 'zone' | 'isOff'>> {
  const [row] = await tx.query<{ zone: Zone; state: string | null; rules: DeliveryRules; closed: string[][] | null }>(
    `select o.time_zone as zone, o.state, o.delivery_rules as rules,
       (select jsonb_agg(jsonb_build_array(c.from_date, c.to_date)) from closure c where c.facility_id is null) as closed
     from organization o`,
  )
  if (!row) throw new Error('the organization is not there')
  const { zone, state, rules, closed } = row
  const isClosed = (date: string) => (closed ?? []).some(([from = '', to = '']) => from <= date && date <= to)
  const isOff = (day: Day) => holidayOn(day, state, rules.holidays) !== null || isClosed(formatDate(day))
  return { zone, isOff }
}
