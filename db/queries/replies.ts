import type { TextChannel } from '../../domain/action.ts'
import { notFound } from '../../domain/problem.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

/** What somebody answered, or what the practice answered them (`direction: out`). */
export interface ReplyView {
  id: string
  direction: 'in' | 'out'
  patientId: string | null
  /** Who wrote, when it was a staff member. */
  staffMemberId: string | null
  careEventId: string | null
  deliveryId: string | null
  channel: TextChannel
  address: string
  body: string
  meaning: string
  receivedAt: string
  handledAt: string | null
  answerTo: string | null
}
interface Row {
  id: string
  direction: 'in' | 'out'
  patient_id: string | null
  staff_member_id: string | null
  care_event_id: string | null
  delivery_id: string | null
  channel: TextChannel
  address: Buffer
  body_encrypted: Buffer
  meaning: string
  received_at: Stamp
  handled_at: Stamp | null
  answer_to: string | null
}
const columns = `id, direction, patient_id, staff_member_id, care_event_id, delivery_id, channel, address, body_encrypted, meaning,
  received_at, handled_at, answer_to`

function viewOf(row: Row, encryption: Encryption): ReplyView {
  return {
    id: row.id,
    direction: row.direction,
    patientId: row.patient_id,
    staffMemberId: row.staff_member_id,
    careEventId: row.care_event_id,
    deliveryId: row.delivery_id,
    channel: row.channel,
    address: encryption.decrypt(row.address),
    body: encryption.decrypt(row.body_encrypted),
    meaning: row.meaning,
    receivedAt: iso(row.received_at),
    handledAt: isoOrNull(row.handled_at),
    answerTo: row.answer_to,
  }
}

export interface ReplyFilter extends PageRequest {
  /** Only what nobody has handled yet. */
  open?: boolean | undefined
  patientId?: string | undefined
}

/** The inbox, newest first. */
export async function listReplies(tx: Tx, filter: ReplyFilter, encryption: Encryption): Promise<Page<ReplyView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select ${columns} from reply
      where ($1::boolean is null or (handled_at is null and direction = 'in') = $1) and ($2::uuid is null or patient_id = $2)
        and ($3::timestamptz is null or (received_at, id) < ($3::timestamptz, $4::uuid))
      order by received_at desc, id desc limit $5`,
    [filter.open ?? null, filter.patientId ?? null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(
    rows,
    filter.limit,
    (row) => viewOf(row, encryption),
    (row) => [iso(row.received_at), row.id],
  )
}

/** Throws `notFound`. */
export async function getReply(tx: Tx, id: string, encryption: Encryption): Promise<ReplyView> {
  const [row] = await tx.query<Row>(`select ${columns} from reply where id = $1`, [id])
  if (!row) throw notFound('reply')
  return viewOf(row, encryption)
}

/** Takes it out of the inbox, or puts it back. Throws `notFound`. */
export async function markReply(
  tx: Tx,
  id: string,
  handled: boolean,
  encryption: Encryption,
  by: By,
): Promise<ReplyView> {
  await tx.query(
    'update reply set handled_at = case when $2 then coalesce(handled_at, $3) end, handled_by = case when $2 then $4::uuid end where id = $1',
    [id, handled, at(by.now), by.who.userId],
  )
  const reply = await getReply(tx, id, encryption)
  await recordAudit(tx, by, { action: handled ? 'handled' : 'reopened', subject: 'reply', subjectId: id })
  return reply
}

/** What the practice answered; the reply it answers is handled. */
export async function storeAnswer(
  tx: Tx,
  { id, asked, body }: { id: string; asked: ReplyView; body: string },
  encryption: Encryption,
  by: By,
): Promise<ReplyView> {
  await tx.query(
    `insert into reply (organization_id, id, patient_id, care_event_id, delivery_id, direction, channel, address, address_hash,
       body_encrypted, meaning, received_at, handled_at, handled_by, answer_to, staff_member_id)
     values ($1, $2, $3, $4, $5, 'out', $6, $7, $8, $9, 'answer', $10, $10, $11, $12, $13)`,
    [
      tx.organizationId,
      id,
      asked.patientId,
      asked.careEventId,
      asked.deliveryId,
      asked.channel,
      encryption.encrypt(asked.address),
      encryption.blindIndex(asked.address),
      encryption.encrypt(body),
      at(by.now),
      by.who.userId,
      asked.id,
      asked.staffMemberId,
    ],
  )
  await markReply(tx, asked.id, true, encryption, by)
  await recordAudit(tx, by, { action: 'answered', subject: 'reply', subjectId: asked.id })
  return getReply(tx, id, encryption)
}
