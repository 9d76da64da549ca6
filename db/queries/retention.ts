import { dayMs, type Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { at } from './values.ts'

/** At most so many messages in one transaction: others wait for none of it. */
const batch = 500

/**
 * Deletes, of one batch of messages that are old enough by the organization's settings, how they came; what became of
 * them stays, but for records that were known already. What is not all understood is kept longer: somebody may still
 * mend the mapping and take it again. Returns how many; fewer than a batch: that was all.
 */
export async function deleteOldMessages(tx: Tx, now: Instant): Promise<{ deleted: number; isThrough: boolean }> {
  const [days] = await tx.query<{ raw: number; quarantine: number }>(
    'select raw_retention_days as raw, quarantine_retention_days as quarantine from organization',
  )
  if (!days) throw new Error('the organization is not there')
  const rows = await tx.query<{ id: string }>(
    `update inbound_message set raw = null where id in (
       select m.id from inbound_message m where m.raw is not null and m.received_at < greatest($1::timestamptz, $2::timestamptz)
         and m.received_at < case when m.outcome in ('applied', 'unchanged') then $1::timestamptz else $2::timestamptz end
       order by m.received_at limit ${batch} for update skip locked)
     returning id`,
    [at(now - days.raw * dayMs), at(now - days.quarantine * dayMs)],
  )
  const ids = rows.map(({ id }) => id)
  await tx.query(`delete from inbound_record where message_id = any($1::uuid[]) and outcome = 'unchanged'`, [ids])
  return { deleted: ids.length, isThrough: ids.length < batch }
}
