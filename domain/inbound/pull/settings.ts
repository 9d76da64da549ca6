import * as z from 'zod'
import { refusedAddress } from './address.ts'

const address = z
  .string()
  .trim()
  .max(1000)
  .superRefine((text, context) => {
    const refused = refusedAddress(text)
    if (refused !== null) context.addIssue({ code: 'custom', message: refused })
  })

const baseUrl = address
  .refine((text) => !text.includes('?'), 'is not a base address: leave out what follows the ?')
  .overwrite((text) => text.replace(/\/+$/, ''))

/** What can be asked for: all that is taken. */
export const pulledTypes = [
  'Location',
  'Practitioner',
  'PractitionerRole',
  'HealthcareService',
  'Patient',
  'RelatedPerson',
  'Appointment',
  'Encounter',
  'Procedure',
  'Condition',
  'ServiceRequest',
  'CommunicationRequest',
] as const

/** How we prove who we are; what is secret about it is in the source's credentials. */
const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Credentials: the token. */
  z.strictObject({ kind: z.literal('bearer') }),
  /** Credentials: the password. */
  z.strictObject({ kind: z.literal('basic'), user: z.string().trim().min(1, 'a user is needed').max(200) }),
  /** SMART backend services. Credentials: the private key, as a JWK. */
  z.strictObject({
    kind: z.literal('smart'),
    clientId: z.string().trim().min(1, 'the client id is what the EHR gave at registration').max(500),
    /** null: asked for at the server, as SMART says. */
    tokenUrl: address.nullable().default(null),
    algorithm: z.enum(['RS384', 'ES384'], 'RS384 and ES384 are what SMART knows').default('RS384'),
    /** null: the key's own `kid`. */
    keyId: z.string().trim().min(1).max(200).nullable().default(null),
    /** null: reading of each type that is pulled, `system/Appointment.read …`. */
    scope: z.string().trim().min(1).max(2000).nullable().default(null),
  }),
])
export type PullAuth = z.output<typeof auth>

/** How an EHR's FHIR server is asked for what changed since the last time (Inbound: FHIR R4). */
export const pullSettingsSchema = z.strictObject({
  baseUrl,
  auth: auth.default({ kind: 'none' }),
  /** What is asked for. */
  types: z
    .array(z.enum(pulledTypes))
    .min(1, 'name at least one type of resource')
    .refine((types) => new Set(types).size === types.length, 'names a type twice')
    .default(['Location', 'Practitioner', 'Patient', 'Appointment']),
  everyMinutes: z.int().min(1, 'once a minute is the most').max(1440, 'once a day is the least').default(15),
  pageSize: z.int().min(1).max(500, 'at most 500 resources go into one page').default(100),
  /** The first round asks for what changed from this day on; null: for everything. */
  startDate: z.iso.date('is not a day: 2026-01-31').nullable().default(null),
  /**
   * Each round asks again for as long before the last one began, so that what a server shows late is not lost, nor what
   * its paging passed over; null: for all that the last round asked for.
   */
  overlapMinutes: z.int().min(0).max(1440).nullable().default(null),
  /** Oldest first: what changes between two pages is then on the last one. Not every server can. */
  sorted: z.boolean().default(true),
  /** `history` also learns of deletions, where the server has a history of each type. */
  changesBy: z.enum(['search', 'history']).default('search'),
})
export type PullSettings = z.output<typeof pullSettingsSchema>
