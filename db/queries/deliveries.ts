import type { AttemptStatus } from '../../domain/attempt.ts'
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../domain/delivery.ts'
import { notFound } from '../../domain/problem.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import type { TrailEntry } from '../../domain/verdict.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { type TrailView, trailView } from './trail.ts'
import { iso, isoOrNull, type Stamp } from './values.ts'

export interface AttemptView {
  channel: string
  provider: string
  providerId: string | null
  status: AttemptStatus
  errorCode: string | null
  at: string
}
/** A ledger row as the contract shows it. */
export interface DeliveryView {
  id: string
  actionId: string
  actionVersion: number
  careEventId: string
  recipient: string
  channel: string | null
  address: string | null
  status: DeliveryStatus
  reason: ReasonCode | null
  dueAt: string | null
  sendAt: string | null
  sentAt: string | null
  /** What went out was only the notice of a secure message. */
  secure: boolean
  openedAt: string | null
  mergedInto: string | null
  trail: TrailView[]
  attempts: AttemptView[]
}

interface Row {
  id: string
  action_id: string
  action_version: number
  care_event_id: string
  recipient: string
  channel: string | null
  address: Buffer | null
  status: DeliveryStatus
  reason: ReasonCode | null
  due_at: Stamp | null
  send_at: Stamp | null
  sent_at: Stamp | null
  secure: boolean
  opened_at: Stamp | null
  merged_into: string | null
  trail: TrailEntry[]
  created_at: Stamp
}
interface AttemptRow {
  delivery_id: string
  channel: string
  provider: string
  provider_id: string | null
  status: AttemptStatus
  error_code: string | null
  opened_at: Stamp
}
const columns = `d.id, d.action_id, d.action_version, d.care_event_id, d.recipient, d.channel, d.address, d.status, d.reason,
  d.due_at, d.send_at, d.sent_at, d.secure, d.opened_at, d.merged_into, d.trail, d.created_at`

export const deliveryStatuses = DELIVERY_STATUSES
export interface DeliveryFilter extends PageRequest {
  status?: DeliveryStatus | undefined
  actionId?: string | undefined
  careEventId?: string | undefined
  patientId?: string | undefined
  /** Epoch milliseconds, on when the row was made; `to` is excluded. */
  from?: number | undefined
  to?: number | undefined
}

/** The ledger, newest first. */
export async function listDeliveries(
  tx: Tx,
  filter: DeliveryFilter,
  encryption: Encryption,
): Promise<Page<DeliveryView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select ${columns} from delivery d
      where ($1::text is null or d.status = $1) and ($2::uuid is null or d.action_id = $2)
        and ($3::uuid is null or d.care_event_id = $3) and ($4::uuid is null or d.patient_id = $4)
        and ($5::timestamptz is null or d.created_at >= $5) and ($6::timestamptz is null or d.created_at < $6)
        and ($7::timestamptz is null or (d.created_at, d.id) < ($7::timestamptz, $8::uuid))
      order by d.created_at desc, d.id desc limit $9`,
    [
      filter.status ?? null,
      filter.actionId ?? null,
      filter.careEventId ?? null,
      filter.patientId ?? null,
      filter.from === undefined ? null : new Date(filter.from),
      filter.to === undefined ? null : new Date(filter.to),
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  const attempts = await attemptsOf(
    tx,
    rows.slice(0, filter.limit).map(({ id }) => id),
  )
  return pageOf(
    rows,
    filter.limit,
    (row) => viewOf(row, attempts.get(row.id) ?? [], encryption),
    (row) => [iso(row.created_at), row.id],
  )
}

/** Throws `notFound`. */
export async function getDelivery(tx: Tx, id: string, encryption: Encryption): Promise<DeliveryView> {
  const [row] = await tx.query<Row>(`select ${columns} from delivery d where d.id = $1`, [id])
  if (!row) throw notFound('delivery')
  const attempts = await attemptsOf(tx, [id])
  return viewOf(row, attempts.get(id) ?? [], encryption)
}

async function attemptsOf(tx: Tx, deliveryIds: readonly string[]): Promise<Map<string, AttemptView[]>> {
  const found = new Map<string, AttemptView[]>()
  if (deliveryIds.length === 0) return found
  const rows = await tx.query<AttemptRow>(
    `select delivery_id, channel, provider, provider_id, status, error_code, opened_at from attempt
      where delivery_id = any($1::uuid[]) order by delivery_id, number`,
    [[...deliveryIds]],
  )
  for (const row of rows) {
    const attempt = {
      channel: row.channel,
      provider: row.provider,
      providerId: row.provider_id,
      status: row.status,
      errorCode: row.error_code,
      at: iso(row.opened_at),
    }
    found.set(row.delivery_id, [...(found.get(row.delivery_id) ?? []), attempt])
  }
  return found
}

function viewOf(row: Row, attempts: AttemptView[], encryption: Encryption): DeliveryView {
  return {
    id: row.id,
    actionId: row.action_id,
    actionVersion: row.action_version,
    careEventId: row.care_event_id,
    recipient: row.recipient,
    channel: row.channel,
    address: row.address === null ? null : encryption.decrypt(row.address),
    status: row.status,
    reason: row.reason,
    dueAt: isoOrNull(row.due_at),
    sendAt: isoOrNull(row.send_at),
    sentAt: isoOrNull(row.sent_at),
    secure: row.secure,
    openedAt: isoOrNull(row.opened_at),
    mergedInto: row.merged_into,
    trail: row.trail.map(trailView),
    attempts,
  }
}
