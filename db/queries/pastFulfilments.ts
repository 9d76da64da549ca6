import type { Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { reviseRecalls } from './inbound/recalls.ts'
import { at } from './values.ts'

/** So many patients in one transaction: their recalls and visits are held meanwhile. */
const atOnce = 50

/**
 * A visit that is to come closes a recall however early it is, and one that is past only from the 90th day before the due
 * date on (Who matches: recalls). Most sources say no word when a visit is past, so nothing else would ask again. Takes
 * the next patients after `after` and returns the last of them, or null when there are no more. Who is being changed at this moment is left
 * out: that change asks by itself, or the next turn does.
 */
export async function reviseSome(tx: Tx, after: string | null, now: Instant): Promise<string | null> {
  const rows = await tx.query<{ patient_id: string }>(
    `select r.patient_id from care_event r
       join care_event a on a.organization_id = r.organization_id and a.id = r.fulfilled_by_id
      where r.fulfilled_by_id is not null and not r.deleted and ($1::uuid is null or r.patient_id > $1::uuid)
        and a.start_at < $2
        and coalesce(a.start_at < coalesce(r.due_at, r.due_date::timestamptz) - interval '88 days', true)
      order by r.patient_id limit ${atOnce} for no key update of r, a skip locked`,
    [after, at(now)],
    'pastFulfilments',
  )
  const patients = [...new Set(rows.map((row) => row.patient_id))]
  for (const patientId of patients) await reviseRecalls(tx, patientId, now)
  return rows.length < atOnce ? null : (patients.at(-1) ?? null)
}
