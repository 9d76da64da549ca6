import type { PatientContent } from '../../../domain/inbound/normalForm.ts'

/** Column to the contract's name, by which `practice_set` knows what the practice set itself. */
export const syncedColumns = {
  mrn: 'mrn',
  first_name: 'firstName',
  last_name: 'lastName',
  preferred_name: 'preferredName',
  birth_date: 'birthDate',
  born_in: 'birthDate',
  language: 'language',
  time_zone: 'timeZone',
  address_line: 'addressLine',
  city: 'city',
  address_state: 'addressState',
  postal_code: 'postalCode',
  country: 'country',
  active: 'active',
  deceased: 'deceased',
  telecom: 'telecom',
} as const
export type SyncedColumn = keyof typeof syncedColumns

/** What a patient's record says, by column. */
export function patientColumns(content: PatientContent): Record<SyncedColumn, unknown> {
  const { address } = content
  return {
    mrn: content.mrn,
    first_name: content.firstName,
    last_name: content.lastName,
    preferred_name: content.preferredName,
    birth_date: content.birthDate,
    born_in: content.bornIn,
    language: content.language,
    time_zone: content.zone,
    address_line: address?.lines.join(', ') || null,
    city: address?.city ?? null,
    address_state: address?.state && /^[A-Z]{2}$/.test(address.state) ? address.state : null,
    postal_code: address?.postalCode ?? null,
    country: address?.country ?? null,
    active: content.active,
    deceased: content.deceased,
    telecom: content.contactPoints,
  }
}
