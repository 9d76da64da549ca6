import { randomBytes } from 'node:crypto'
import type { CareEventStatus, Confirmation } from '../domain/careEvent.ts'
import type { Instant, Zone } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import type { Tx } from './orm.ts'
import { touchCareEvent } from './queries/touches.ts'
import { at } from './queries/values.ts'
import { sha256 } from './secrets.ts'

/** What a patient said of an appointment, by whatever way; everything planned for it is planned anew (Replies). */
export async function recordConfirmation(
  tx: Tx,
  careEventId: string,
  confirmation: Exclude<Confirmation, 'none'>,
  now: Instant,
): Promise<void> {
  await tx.query(
    `update care_event set confirmation = $2, confirmed_by = 'patient', confirmed_at = $3, updated_at = $3 where id = $1`,
    [careEventId, confirmation, at(now)],
  )
  await touchCareEvent(tx, careEventId, now)
}

/** What opens the page of an appointment: made when the first message needs it, and the same in every one. */
export async function confirmToken(tx: Tx, encryption: Encryption, careEventId: string): Promise<string> {
  const known = await knownToken(tx, encryption, careEventId)
  if (known !== null) return known
  const token = randomBytes(16).toString('base64url')
  await tx.query(
    `update care_event set confirm_token_hash = $2, confirm_token_encrypted = $3
      where id = $1 and confirm_token_encrypted is null`,
    [careEventId, sha256(token), encryption.encrypt(token)],
  )
  return (await knownToken(tx, encryption, careEventId)) ?? token
}

async function knownToken(tx: Tx, encryption: Encryption, careEventId: string): Promise<string | null> {
  const [row] = await tx.query<{ token: Buffer | null }>(
    'select confirm_token_encrypted as token from care_event where id = $1',
    [careEventId],
    'confirm token',
  )
  return row?.token ? encryption.decrypt(row.token) : null
}

/** What the page of an appointment says, which is no more than its reminder said. */
export interface AskedVisit {
  startAt: Instant
  zone: Zone
  confirmation: Confirmation
  /** It lies ahead, and stands. */
  open: boolean
  language: string | null
  practice: { name: string; phone: string | null }
}

const standing: ReadonlySet<CareEventStatus> = new Set<CareEventStatus>(['proposed', 'pending', 'waitlist', 'booked'])

/** `lock`: nobody else changes it until the transaction ends. Null for an appointment without a time. */
export async function readAskedVisit(
  tx: Tx,
  careEventId: string,
  now: Instant,
  { lock = false } = {},
): Promise<AskedVisit | null> {
  const [row] = await tx.query<{
    startAt: Date | null
    zone: Zone
    confirmation: Confirmation
    status: CareEventStatus
    deleted: boolean
    language: string | null
    name: string
    phone: string | null
  }>(
    `select e.start_at as "startAt", coalesce(f.time_zone, o.time_zone) as zone, e.confirmation, e.status, e.deleted, p.language,
            o.name, o.phone
       from care_event e join organization o on o.id = e.organization_id
       join patient p on p.organization_id = e.organization_id and p.id = e.patient_id
       left join facility f on f.organization_id = e.organization_id and f.id = e.facility_id
      where e.id = $1 ${lock ? 'for no key update of e' : ''}`,
    [careEventId],
  )
  if (!row || row.startAt === null) return null
  const startAt = row.startAt.getTime()
  return {
    ...{ startAt, zone: row.zone, confirmation: row.confirmation, language: row.language },
    open: !row.deleted && standing.has(row.status) && startAt > now,
    practice: { name: row.name, phone: row.phone },
  }
}
