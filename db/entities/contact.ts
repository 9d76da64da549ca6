import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { categories, textChannels } from '../../domain/action.ts'
import { day, instant, key, timestamps } from './columns.ts'

/** A number or address of exactly one person: a patient, somebody who receives for a patient, or a staff member. */
export const ContactPoint = defineEntity({
  name: 'ContactPoint',
  tableName: 'contact_point',
  properties: {
    ...key(),
    patientId: p.uuid().nullable(),
    patientContactId: p.uuid().nullable(),
    staffMemberId: p.uuid().nullable(),
    channel: p.enum(textChannels),
    /** E.164, or an email address in lower case. */
    address: p.text(),
    /** Lower is preferred. */
    rank: p.integer().default(1),
    /** What the EHR calls it: mobile, home, work. */
    purpose: p.text().nullable(),
    origin: p.enum(['ehr', 'practice', 'patient'] as const),
    verifiedAt: instant().nullable(),
    invalidSince: instant().nullable(),
    validFrom: day().nullable(),
    validTo: day().nullable(),
    ...timestamps(),
  },
  indexes: [
    { properties: ['organizationId', 'patientId'] },
    { properties: ['organizationId', 'patientContactId'] },
    { properties: ['organizationId', 'staffMemberId'] },
    { properties: ['organizationId', 'address'] },
    { properties: ['address'] },
  ],
  checks: [
    {
      name: 'contact_point_one_owner',
      expression: 'num_nonnulls(patient_id, patient_contact_id, staff_member_id) = 1',
    },
  ],
})
export type ContactPoint = InferEntity<typeof ContactPoint>

/** Append-only: the latest entry of an address, channel and category wins. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  properties: {
    ...key(),
    address: p.text(),
    channel: p.enum(textChannels),
    category: p.enum(categories),
    state: p.enum(['granted', 'denied'] as const),
    source: p.enum(['reply', 'staff', 'preferences', 'provider', 'ehr', 'import', 'merge'] as const),
    patientId: p.uuid().nullable(),
    staffMemberId: p.uuid().nullable(),
    /** The user who recorded it, when a person at the practice did. */
    recordedBy: p.uuid().nullable(),
    note: p.text().nullable(),
    at: instant(),
  },
  indexes: [
    { properties: ['organizationId', 'address', 'channel', 'category', 'at'] },
    { properties: ['organizationId', 'patientId'] },
  ],
})
export type Consent = InferEntity<typeof Consent>
