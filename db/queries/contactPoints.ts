import type { TextChannel } from '../../domain/action.ts'
import type { Tx } from '../orm.ts'
import { getPatient } from './patients.ts'
import { isoOrNull, type Stamp } from './values.ts'

/** A number or address of a patient, or of somebody who receives for them; `consent` is per category. */
export interface ContactPointView {
  id: string
  channel: TextChannel
  address: string
  rank: number
  purpose: string | null
  contactName: string | null
  invalidSince: string | null
  consent: { care: ConsentState; outreach: ConsentState }
}
export type ConsentState = 'presumed' | 'granted' | 'denied'
interface Row extends Omit<ContactPointView, 'invalidSince' | 'consent'> {
  invalid_since: Stamp | null
  care: ConsentState | null
  outreach: ConsentState | null
}

/** The latest explicit consent for the address and channel of a contact point `p`, as a column named by the category. */
export const latestConsentOf = (category: 'care' | 'outreach') => `(select s.state from consent s
   where s.organization_id = p.organization_id and s.address = p.address and s.channel = p.channel and s.category = '${category}'
   order by s.at desc, s.id desc limit 1) as ${category}`

/** Most preferred first. Throws `notFound` for the patient. */
export async function listContactPoints(tx: Tx, patientId: string): Promise<ContactPointView[]> {
  await getPatient(tx, patientId)
  const rows = await tx.query<Row>(
    `select p.id, p.channel, p.address, p.rank, p.purpose, p.invalid_since,
            nullif(concat_ws(' ', k.first_name, k.last_name), '') as "contactName", ${latestConsentOf('care')},
            ${latestConsentOf('outreach')}
       from contact_point p
       left join patient_contact k on k.organization_id = p.organization_id and k.id = p.patient_contact_id
      where p.patient_id = $1 or k.patient_id = $1
      order by p.patient_contact_id is not null, p.rank, p.channel, p.id`,
    [patientId],
  )
  return rows.map((row) => ({
    id: row.id,
    channel: row.channel,
    address: row.address,
    rank: row.rank,
    purpose: row.purpose,
    contactName: row.contactName,
    invalidSince: isoOrNull(row.invalid_since),
    consent: { care: row.care ?? 'presumed', outreach: row.outreach ?? 'presumed' },
  }))
}
