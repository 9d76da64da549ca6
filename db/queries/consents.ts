import { type Category, categories, type TextChannel, textChannels } from '../../domain/action.ts'
import { invalid, Problem } from '../../domain/problem.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { getPatient } from './patients.ts'
import { touchCareEventsOfStaffBehind } from './staffTouches.ts'
import { touchCareEventsOfAddress } from './touches.ts'
import { at, iso, type Stamp } from './values.ts'

/** An entry of the append-only list; the latest of an address, channel and category counts. */
export interface ConsentView {
  id: string
  address: string
  channel: TextChannel
  category: Category
  state: 'granted' | 'denied'
  source: string
  note: string | null
  at: string
}
export interface ConsentChange {
  address: string
  /** null: all of them. */
  channel: TextChannel | null
  category: Category | null
  state: 'granted' | 'denied'
  source: 'reply' | 'staff' | 'preferences'
  patientId: string | null
  note: string | null
}

/**
 * One entry per channel and category named, and everyone behind the address planned anew (Sending: consent). Throws
 * `invalid` for a channel that does not fit the address: nothing would be kept.
 */
export async function recordConsent(tx: Tx, change: ConsentChange, by: By): Promise<void> {
  const phone = change.address.startsWith('+')
  const channels = textChannels.filter(
    (channel) => (change.channel ?? channel) === channel && (channel === 'email') !== phone,
  )
  if (channels.length === 0)
    throw invalid([
      { path: 'channel', message: `${change.channel} does not go to ${phone ? 'a phone number' : 'an email address'}` },
    ])
  for (const channel of channels)
    for (const category of categories.filter((each) => (change.category ?? each) === each))
      await tx.query(
        `insert into consent (organization_id, id, address, channel, category, state, source, patient_id, recorded_by, note, at)
         values (current_setting('app.organization_id')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          newId(),
          change.address,
          channel,
          category,
          change.state,
          change.source,
          change.patientId,
          by.who.userId,
          change.note,
          at(by.now),
        ],
      )
  await touchCareEventsOfAddress(tx, change.address, by.now)
  await touchCareEventsOfStaffBehind(tx, change.address, by.now)
}

/** An opt-out (or opt-in) that a patient told the practice. The address must be one of the patient's. */
export async function recordPatientConsent(
  tx: Tx,
  patientId: string,
  change: Omit<ConsentChange, 'source' | 'patientId'>,
  by: By,
): Promise<void> {
  await getPatient(tx, patientId)
  const known = await tx.query(
    `select 1 from contact_point p
       left join patient_contact k on k.organization_id = p.organization_id and k.id = p.patient_contact_id
      where p.address = $1 and (p.patient_id = $2 or k.patient_id = $2)`,
    [change.address, patientId],
  )
  if (known.length === 0)
    throw new Problem('invalid', 'address: it is none of the patient’s numbers or addresses.', [
      { path: 'address', message: 'give one of the patient’s contact points, as it is listed there' },
    ])
  await recordConsent(tx, { ...change, patientId, source: 'staff' }, by)
  const { channel, category, state } = change
  await recordAudit(tx, by, {
    action: 'consentRecorded',
    subject: 'patient',
    subjectId: patientId,
    after: { channel, category, state },
  })
}

/** Of all addresses of a patient, newest first. Throws `notFound`. */
export async function listConsents(tx: Tx, patientId: string, page: PageRequest): Promise<Page<ConsentView>> {
  await getPatient(tx, patientId)
  const after = decodeCursor(page.cursor, ['instant', 'id'])
  const rows = await tx.query<Omit<ConsentView, 'at'> & { at: Stamp }>(
    `select s.id, s.address, s.channel, s.category, s.state, s.source, s.note, s.at from consent s
      where (s.patient_id = $1 or s.address in (select address from contact_point where patient_id = $1))
        and ($2::timestamptz is null or (s.at, s.id) < ($2::timestamptz, $3::uuid))
      order by s.at desc, s.id desc limit $4`,
    [patientId, after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  )
  return pageOf(
    rows,
    page.limit,
    (row) => ({ ...row, at: iso(row.at) }),
    (row) => [iso(row.at), row.id],
  )
}

/** Whether a phone said STOP to texts, in any category: then nothing is sent there by hand either. */
export async function isOptedOut(tx: Tx, address: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from (select distinct on (category) state from consent where address = $1 and channel = 'sms'
                     order by category, at desc, id desc) latest where state = 'denied' limit 1`,
    [address],
  )
  return rows.length > 0
}
