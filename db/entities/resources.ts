import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { key, sourced, timestamps, words } from './columns.ts'

/** `name` is the EHR's; what the practice set itself (`practiceSet` names it) is never overwritten by a sync. */
const resource = () => ({
  ...key(),
  ...sourced(),
  name: p.text(),
  publicName: p.text().nullable(),
  /** Forces secure messages. */
  sensitive: p.boolean().default(false),
  enabled: p.boolean().default(false),
  /** The source deleted it: it stays listed, and is shown as such. */
  deleted: p.boolean().default(false),
  practiceSet: words().default([]),
  version: p.integer().version(),
  ...timestamps(),
})

export const Facility = defineEntity({
  name: 'Facility',
  tableName: 'facility',
  properties: {
    ...resource(),
    timeZone: p.text().nullable(),
    state: p.text().nullable(),
    phone: p.text().nullable(),
    address: p.text().nullable(),
    directions: p.text().nullable(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'externalId'] }],
})
export type Facility = InferEntity<typeof Facility>

export const Provider = defineEntity({
  name: 'Provider',
  tableName: 'provider',
  properties: {
    ...resource(),
    /** A role that somebody holds, as the EHR has it: care events that name the role mean this provider. */
    roleOf: p.uuid().nullable(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'externalId'] }],
})
export type Provider = InferEntity<typeof Provider>

export const AppointmentType = defineEntity({
  name: 'AppointmentType',
  tableName: 'appointment_type',
  properties: {
    ...resource(),
    instructions: p.text().nullable(),
    /** How much earlier than the start the patient should be there. */
    arriveEarlyMinutes: p.integer().nullable(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'externalId'] }],
})
export type AppointmentType = InferEntity<typeof AppointmentType>
