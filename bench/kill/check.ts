import type { Database } from '../../db/orm.ts'
import { minuteMs } from '../../domain/instant.ts'
import type { Stands } from './feed.ts'

/** What is not as it has to be, each in a sentence; and what was seen. */
export interface Checked {
  wrong: string[]
  appliedMessages: number
  repeatedMessages: number
  sent: number
}

/** Every acknowledged message is in the end state, none was applied twice, the plan is right, and nobody was told twice. */
export async function check(
  database: Database,
  organizationId: string,
  visits: readonly Stands[],
  now: number,
): Promise<Checked> {
  return database.inOrganization(organizationId, async (tx) => {
    const wrong: string[] = []
    const rows = await tx.query<{
      source_id: string
      external_id: string
      status: string
      start_at: Date
      patient: string
      planned: Date[] | null
      sent: number
    }>(
      `select c.source_id, c.external_id, c.status, c.start_at, p.external_id as patient,
         (select array_agg(m.send_at) from planned_message m where m.care_event_id = c.id and m.verdict = 'planned') as planned,
         (select count(*) from delivery d where d.care_event_id = c.id and d.status in ('sent', 'delivered')) as sent
       from care_event c join patient p on p.id = c.patient_id`,
    )
    const known = new Map(rows.map((row) => [`${row.source_id}/${row.external_id}`, row]))
    for (const { sourceId, externalId, patient, status, start } of visits) {
      const row = known.get(`${sourceId}/${externalId}`)
      const says = (what: string) => wrong.push(`${externalId}: ${what}`)
      if (!row) {
        says('was acknowledged and is not there')
        continue
      }
      if (row.status !== status) says(`is ${row.status}, acknowledged as ${status}`)
      if (row.start_at.getTime() !== start) says(`starts at ${row.start_at.toISOString()}, acknowledged otherwise`)
      if (row.patient !== patient) says(`is of ${row.patient}`)
      const due = start - 60 * minuteMs
      const isDue = due <= now
      // It may be on its way.
      if (Math.abs(due - now) < 5 * minuteMs) continue
      const planned = row.planned?.map((at) => at.getTime()) ?? []
      const expected = status === 'booked' && !isDue ? [due] : []
      if (JSON.stringify(planned) !== JSON.stringify(expected)) says(`has the plan ${planned}, not ${expected}`)
      const messages = status === 'booked' && isDue ? 1 : 0
      if (row.sent !== messages) says(`was told of ${row.sent} times, not ${messages}`)
    }
    const [feed] = await tx.query<{ applied: number; repeated: number; twice: number; unfinished: number }>(
      `select count(*) filter (where outcome = 'applied') as applied, count(*) filter (where outcome = 'unchanged') as repeated,
         count(*) filter (where outcome not in ('applied', 'unchanged')) as unfinished,
         (select count(*) from (select 1 from inbound_message where outcome = 'applied' group by source_id, hash having count(*) > 1) d) as twice
       from inbound_message`,
    )
    if (feed?.twice) wrong.push(`${feed.twice} messages were applied twice`)
    if (feed?.unfinished) wrong.push(`${feed.unfinished} messages were neither applied nor known already`)
    const [phone] = await tx.query<{ twice: number }>(
      `select count(*) as twice from (
         select 1 from simulated_message where delivery_id is not null group by delivery_id having count(*) > 1) d`,
    )
    if (phone?.twice) wrong.push(`${phone.twice} deliveries reached the phone twice`)
    const sent = rows.reduce((sum, row) => sum + row.sent, 0)
    return { wrong, appliedMessages: feed?.applied ?? 0, repeatedMessages: feed?.repeated ?? 0, sent }
  })
}
