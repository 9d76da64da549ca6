import type { TextChannel } from '../../domain/action.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at, iso, type Stamp } from './values.ts'

/** What a simulated phone or mailbox got. */
export interface SimulatorMessageView {
  id: string
  deliveryId: string | null
  channel: string
  to: string
  subject: string | null
  body: string
  sentAt: string
}
interface Row {
  id: string
  delivery_id: string | null
  channel: string
  address: Buffer
  subject_encrypted: Buffer | null
  body_encrypted: Buffer
  sent_at: Stamp
}

/** Newest first; `to` is a number or address as it was sent to. */
export async function listSimulatorMessages(
  tx: Tx,
  filter: PageRequest & { to?: string | undefined },
  encryption: Encryption,
): Promise<Page<SimulatorMessageView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select id, delivery_id, channel, address, subject_encrypted, body_encrypted, sent_at from simulated_message
      where ($1::text[] is null or address_hash = any($1))
        and ($2::timestamptz is null or (sent_at, id) < ($2::timestamptz, $3::uuid))
      order by sent_at desc, id desc limit $4`,
    [
      filter.to === undefined ? null : encryption.blindIndexes(filter.to),
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  return pageOf(
    rows,
    filter.limit,
    (row) => ({
      id: row.id,
      deliveryId: row.delivery_id,
      channel: row.channel,
      to: encryption.decrypt(row.address),
      subject: row.subject_encrypted === null ? null : encryption.decrypt(row.subject_encrypted),
      body: encryption.decrypt(row.body_encrypted),
      sentAt: iso(row.sent_at),
    }),
    (row) => [iso(row.sent_at), row.id],
  )
}

export interface SimulatedDirect {
  id: string
  deliveryId: string | null
  channel: TextChannel
  to: string
  subject: string | null
  body: string
  at: Instant
}

/**
 * Puts a text on a simulated phone: a delivery's, under its attempt's id, or one that no delivery stands behind (a test,
 * an answer to a reply). The same id twice is one message.
 */
export function putSimulatedMessage(tx: Tx, encryption: Encryption, message: SimulatedDirect): void {
  tx.send(
    `insert into simulated_message (organization_id, id, attempt_id, delivery_id, channel, address, address_hash,
       subject_encrypted, body_encrypted, sent_at)
     values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      tx.organizationId,
      message.id,
      message.deliveryId,
      message.channel,
      encryption.encrypt(message.to),
      encryption.blindIndex(message.to),
      message.subject === null ? null : encryption.encrypt(message.subject),
      encryption.encrypt(message.body),
      at(message.at),
    ],
    'put simulated message',
  )
}
