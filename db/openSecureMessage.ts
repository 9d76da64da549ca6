import { createHash, timingSafeEqual } from 'node:crypto'
import type { Instant, LocalDate } from '../domain/instant.ts'
import { triesBeforeLock } from '../domain/secureLink.ts'
import { afterTry, type LinkState, linkState } from '../domain/secureOpening.ts'
import type { Encryption } from './encryption.ts'
import type { Tx } from './orm.ts'
import { recordAudit } from './queries/audit.ts'
import { at } from './queries/values.ts'

/** A link to a secure message, as far as anybody may know of it before it is opened. */
export interface SecureLink {
  state: LinkState
  reader: 'patient' | 'staff'
  staffMemberId: string | null
  expiresAt: Instant
  /** The reader's, BCP 47. */
  language: string | null
  practice: { name: string; phone: string | null; timeZone: string }
}
export interface SecureContent {
  subject: string | null
  body: string
}
export type Opening =
  | { outcome: 'opened'; link: SecureLink; content: SecureContent }
  | { outcome: 'wrong'; link: SecureLink; triesLeft: number }
  | { outcome: 'closed'; link: SecureLink }

interface Row {
  id: string
  deliveryId: string
  patientId: string | null
  staffMemberId: string | null
  subject: Buffer | null
  body: Buffer
  expiresAt: Date
  invalidatedAt: Date | null
  birthDate: LocalDate | null
  tries: number | null
  lockedAt: Date | null
  language: string | null
  practiceName: string
  practicePhone: string | null
  timeZone: string
}

const select = `
  select m.id, m.delivery_id as "deliveryId", m.patient_id as "patientId", m.staff_member_id as "staffMemberId",
    m.subject_encrypted as subject, m.body_encrypted as body, m.expires_at as "expiresAt", m.invalidated_at as "invalidatedAt",
    p.birth_date as "birthDate", p.secure_tries as tries, p.secure_locked_at as "lockedAt",
    coalesce(p.language, s.language) as language, o.name as "practiceName", o.phone as "practicePhone", o.time_zone as "timeZone"
  from secure_message m
  join organization o on o.id = m.organization_id
  left join patient p on p.organization_id = m.organization_id and p.id = m.patient_id
  left join staff_member s on s.organization_id = m.organization_id and s.id = m.staff_member_id
  where m.id = $1`

/** What the link says to whoever comes with it; null when it is gone. */
export async function readSecureLink(tx: Tx, id: string, now: Instant): Promise<SecureLink | null> {
  const row = await readRow(tx, id)
  return row && linkOf(row, now)
}

/**
 * One try with a birth date (PHI). Tries of one patient take turns, so that five at once are five: the patient's row is
 * locked before anything is read. Null when the message is gone.
 */
export async function openWithBirthDate(
  tx: Tx,
  encryption: Encryption,
  id: string,
  given: LocalDate,
  now: Instant,
): Promise<Opening | null> {
  await tx.query(
    'select 1 from patient where id = (select patient_id from secure_message where id = $1) for no key update',
    [id],
  )
  const row = await readRow(tx, id)
  if (!row) return null
  const link = linkOf(row, now)
  if (link.state !== 'opens' || link.reader !== 'patient' || row.birthDate === null) return { outcome: 'closed', link }
  const isRight = sameDate(row.birthDate, given)
  const { tries, locked } = afterTry(row.tries ?? 0, isRight)
  await tx.query('update patient set secure_tries = $2, secure_locked_at = $3 where id = $1', [
    row.patientId,
    tries,
    locked ? at(now) : null,
  ])
  if (isRight)
    return { outcome: 'opened', link, content: await opened(tx, encryption, row, { now, who: patient(row) }) }
  if (!locked) return { outcome: 'wrong', link, triesLeft: triesBeforeLock - tries }
  const change = { action: 'secureMessagesLocked', subject: 'patient', subjectId: row.patientId }
  await recordAudit(tx, { now, who: patient(row) }, change)
  return { outcome: 'closed', link: { ...link, state: 'locked' } }
}

/** For somebody who signed in, and of whom the caller knows that they may. Null when the link does not open. */
export async function openSignedIn(
  tx: Tx,
  encryption: Encryption,
  id: string,
  userId: string,
  now: Instant,
): Promise<SecureContent | null> {
  const row = await readRow(tx, id)
  if (!row || row.staffMemberId === null || linkOf(row, now).state !== 'opens') return null
  return opened(tx, encryption, row, { now, who: { userId, apiKeyId: null } })
}

async function readRow(tx: Tx, id: string): Promise<Row | null> {
  const [row] = await tx.query<Row>(select, [id], 'read secure message')
  return row ?? null
}

function linkOf(row: Row, now: Instant): SecureLink {
  const reader = row.staffMemberId === null ? 'patient' : 'staff'
  const facts = {
    expiresAt: row.expiresAt.getTime(),
    invalidatedAt: row.invalidatedAt?.getTime() ?? null,
    lockedAt: row.lockedAt?.getTime() ?? null,
    birthDate: row.birthDate,
    reader,
  } as const
  return {
    state: linkState(facts, now),
    reader,
    staffMemberId: row.staffMemberId,
    expiresAt: facts.expiresAt,
    language: row.language,
    practice: { name: row.practiceName, phone: row.practicePhone, timeZone: row.timeZone },
  }
}

/** The first opening is recorded on message and delivery, and each in the audit trail; no plan hangs on it. */
async function opened(tx: Tx, encryption: Encryption, row: Row, by: Parameters<typeof recordAudit>[1]) {
  await tx.query('update secure_message set opened_at = $2 where id = $1 and opened_at is null', [row.id, at(by.now)])
  await tx.query('update delivery set opened_at = $2 where id = $1 and opened_at is null', [row.deliveryId, at(by.now)])
  await recordAudit(tx, by, { action: 'secureMessageOpened', subject: 'delivery', subjectId: row.deliveryId })
  return {
    subject: row.subject === null ? null : encryption.decrypt(row.subject),
    body: encryption.decrypt(row.body),
  }
}

const patient = ({ patientId }: Row) => ({ userId: null, apiKeyId: null, patientId })

/** As long for a date that is right in its first digits as for one that is not. */
function sameDate(known: LocalDate, given: LocalDate): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(known), hash(given))
}
