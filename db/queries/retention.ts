import { dayMs, type Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { at } from './values.ts'

/** What a turn deleted, and whether that was all that is old enough. */
export interface Deleted {
  deleted: number
  isThrough: boolean
}

/** At most so many rows in one transaction: others wait for none of it. */
const batch = 500

/**
 * Deletes, of one batch of messages that are old enough by the organization's settings, how they came; what became of
 * them stays, but for records that were known already. What is not all understood is kept longer: somebody may still
 * mend the mapping and take it again. As long as one waits that arrived earlier, the last word on each record is kept,
 * so that it stays the older one (`laterArrivals`).
 */
export async function deleteOldMessages(tx: Tx, now: Instant): Promise<Deleted> {
  const rows = await tx.query<{ id: string }>(
    `update inbound_message set raw = null where id in (
       select m.id from inbound_message m where m.raw is not null and m.received_at < greatest($1::timestamptz, $2::timestamptz)
         and m.received_at < case when m.outcome in ('applied', 'unchanged') then $1::timestamptz else $2::timestamptz end
       order by m.received_at limit ${batch} for update skip locked)
     returning id`,
    await ages(tx, now),
  )
  const ids = rows.map(({ id }) => id)
  await tx.query(
    `delete from inbound_record r using inbound_message m
      where m.organization_id = r.organization_id and m.id = r.message_id and m.id = any($1::uuid[]) and r.outcome = 'unchanged'
        and (not exists (select 1 from inbound_message waiting
               where waiting.source_id = m.source_id and waiting.raw is not null and waiting.received_at <= m.received_at)
          or exists (select 1 from inbound_record l join inbound_message later
               on later.organization_id = l.organization_id and later.id = l.message_id
               where l.external_id = r.external_id and l.kind = r.kind and l.outcome in ('created', 'updated', 'unchanged')
                 and later.source_id = m.source_id and (later.received_at, later.id) > (m.received_at, m.id)))`,
    [ids],
  )
  return { deleted: ids.length, isThrough: ids.length < batch }
}

/** What is kept of each file, with its keys. */
const partsOfFiles = [
  { table: 'ehr_file_chunk', keys: ['id'] },
  { table: 'ehr_file_reject', keys: ['id'] },
  { table: 'ehr_file_row', keys: ['file_id', 'kind', 'external_id'] },
]

/**
 * The same of files: their pieces, their rejected rows, and which row changed what. A file whose import has not ended is left alone, and so is
 * one that somebody begins again at this moment.
 */
export async function deleteOldFiles(tx: Tx, now: Instant): Promise<Deleted> {
  const params = await ages(tx, now)
  let deleted = 0
  let isThrough = true
  for (const { table, keys } of partsOfFiles) {
    const rows = await tx.query(
      `delete from ${table} where (${keys.join(', ')}) in (
         select ${keys.map((key) => `part.${key}`).join(', ')} from ehr_file f join ${table} part on part.organization_id = f.organization_id and part.file_id = f.id
          where f.state in ('done', 'refused', 'rejected', 'cancelled', 'failed')
            and f.received_at < greatest($1::timestamptz, $2::timestamptz)
            and f.received_at < case when f.state = 'done' and f.rejected = 0 then $1::timestamptz else $2::timestamptz end
          limit ${batch} for update of f skip locked)
       returning 1`,
      params,
    )
    deleted += rows.length
    isThrough &&= rows.length < batch
  }
  return { deleted, isThrough }
}

/** Before when what was understood, and what was not, is old. */
async function ages(tx: Tx, now: Instant): Promise<[understood: Date, other: Date]> {
  const [days] = await tx.query<{ raw: number; quarantine: number }>(
    'select raw_retention_days as raw, quarantine_retention_days as quarantine from organization',
  )
  if (!days) throw new Error('the organization is not there')
  return [at(now - days.raw * dayMs), at(now - days.quarantine * dayMs)]
}
