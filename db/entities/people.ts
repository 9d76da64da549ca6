import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { RecipientFacts } from '../../domain/facts.ts'
import type { KeptWords } from '../../domain/inbound/lastWords.ts'
import type { InboundContactPoint } from '../../domain/inbound/normalForm.ts'
import { day, encrypted, ids, instant, key, sourced, timestamps, words } from './columns.ts'

export const Patient = defineEntity({
  name: 'Patient',
  tableName: 'patient',
  properties: {
    ...key(),
    ...sourced(),
    /** Where records that leave out what they do not know have said parts of it since the last full one. */
    lastWords: p.json<KeptWords>().nullable(),
    mrn: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    preferredName: p.text().nullable(),
    birthDate: day().nullable(),
    /** Its month or year, where the EHR says no day of birth. */
    bornIn: p.text().nullable(),
    language: p.text().nullable(),
    timeZone: p.text().nullable(),
    addressLine: p.text().nullable(),
    city: p.text().nullable(),
    /** Two letters. */
    addressState: p.text().nullable(),
    postalCode: p.text().nullable(),
    country: p.text().nullable(),
    active: p.boolean().default(true),
    deceased: p.boolean().default(false),
    /** The numbers and addresses that this record says, also when it was merged away: its survivor has them as well. */
    telecom: p.json<InboundContactPoint[]>().default('[]'),
    muted: p.boolean().default(false),
    /** The survivor of a merge; a merged patient has no care events of its own any more. */
    mergedInto: p.uuid().nullable(),
    practiceSet: words().default([]),
    /** Hash of the token in the link to the patient's message preferences. */
    preferencesTokenHash: p.text().nullable(),
    /** The token itself: every message that has the link has the same one. */
    preferencesTokenEncrypted: encrypted().nullable(),
    /** Wrong birth dates given to secure messages since the last right one. */
    secureTries: p.integer().default(0),
    secureLockedAt: instant().nullable(),
    erasedAt: instant().nullable(),
    version: p.integer().version(),
    ...timestamps(),
  },
  uniques: [
    { properties: ['organizationId', 'sourceId', 'externalId'] },
    { properties: ['organizationId', 'preferencesTokenHash'] },
  ],
  indexes: [
    { properties: ['organizationId', 'lastName', 'firstName'] },
    { properties: ['organizationId', 'mrn'] },
    { properties: ['organizationId', 'mergedInto'] },
    { properties: ['preferencesTokenHash'] },
  ],
})
export type Patient = InferEntity<typeof Patient>

/** Somebody who receives for a patient: RelatedPerson, NK1, GT1. */
export const PatientContact = defineEntity({
  name: 'PatientContact',
  tableName: 'patient_contact',
  properties: {
    ...key(),
    ...sourced(),
    patientId: p.uuid(),
    role: p.enum(['guardian', 'guarantor', 'other'] as const),
    relationship: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    language: p.text().nullable(),
    active: p.boolean().default(true),
    ...timestamps(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'externalId'] }],
  indexes: [{ properties: ['organizationId', 'patientId'] }],
})
export type PatientContact = InferEntity<typeof PatientContact>

/** `roles` are the practice's own words, not permissions. */
export const StaffMember = defineEntity({
  name: 'StaffMember',
  tableName: 'staff_member',
  properties: {
    ...key(),
    firstName: p.text(),
    lastName: p.text(),
    roles: words().default([]),
    facilityIds: ids().default([]),
    /** The provider of care events that this person is. */
    providerId: p.uuid().nullable(),
    /** Whom they sign in as, to open secure messages; null: the user with one of their email addresses. */
    userId: p.uuid().nullable(),
    timeZone: p.text().nullable(),
    language: p.text().nullable(),
    ownHours: p.json<NonNullable<RecipientFacts['ownHours']>>().nullable(),
    active: p.boolean().default(true),
    /** Nothing lists them any more; the row stays for the ledger. */
    deletedAt: instant().nullable(),
    version: p.integer().version(),
    ...timestamps(),
  },
  indexes: [{ properties: ['organizationId', 'providerId'] }],
})
export type StaffMember = InferEntity<typeof StaffMember>
