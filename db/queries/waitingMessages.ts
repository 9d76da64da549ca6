import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { iso, isoOrNull, type Stamp } from './values.ts'

const isWaiting = `m.action_id = $1 and m.verdict in ('planned', 'postponed')`

/** How many messages of an action are planned and not yet claimed. */
export async function waitingOf(tx: Tx, actionId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from planned_message m where ${isWaiting}`,
    [actionId],
  )
  return row?.count ?? 0
}

/** A message that waits. */
export interface WaitingMessage {
  careEventId: string
  patientId: string
  patientName: string | null
  /** `patient`, or a staff member's id. */
  recipient: string
  dueAt: string | null
  sendAt: string
}

interface Row extends Omit<WaitingMessage, 'dueAt' | 'sendAt'> {
  dueAt: Stamp | null
  sendAt: Stamp
}

/** The messages behind that number, the soonest first. */
export async function listWaiting(tx: Tx, actionId: string, page: PageRequest): Promise<Page<WaitingMessage>> {
  const after = decodeCursor(page.cursor, ['instant', 'id', 'text'])
  const rows = await tx.query<Row>(
    `select m.care_event_id as "careEventId", m.patient_id as "patientId", m.recipient, m.due_at as "dueAt", m.send_at as "sendAt",
       nullif(concat_ws(' ', coalesce(p.preferred_name, p.first_name), p.last_name), '') as "patientName"
     from planned_message m join patient p on p.organization_id = m.organization_id and p.id = m.patient_id
     where ${isWaiting}
       and ($2::timestamptz is null or (m.send_at, m.care_event_id, m.recipient) > ($2::timestamptz, $3::uuid, $4))
     order by m.send_at, m.care_event_id, m.recipient limit $5`,
    [actionId, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, page.limit + 1],
  )
  return pageOf(
    rows,
    page.limit,
    (row) => ({ ...row, dueAt: isoOrNull(row.dueAt), sendAt: iso(row.sendAt) }),
    (row) => [iso(row.sendAt), row.careEventId, row.recipient],
  )
}
