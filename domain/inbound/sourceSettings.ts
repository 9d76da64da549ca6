import * as z from 'zod'
import { csvSettingsSchema } from './csv/settings.ts'
import { hl7v2SettingsSchema } from './hl7v2/settings.ts'
import { phoneCountries } from './phone.ts'
import { pullSettingsSchema } from './pull/settings.ts'
import { sftpSettingsSchema } from './sftp/settings.ts'

export const requestIntents = [
  'proposal',
  'plan',
  'directive',
  'order',
  'original-order',
  'reflex-order',
  'filler-order',
  'instance-order',
  'option',
] as const

/** `system|code` or the bare code; `null` takes all. */
const categories = z
  .array(z.string().trim().min(1).max(200))
  .min(1, 'an empty list takes nothing: name at least one category, or null for all')
  .max(100)
  .nullable()
  .default(null)

const phoneCountrySchema = z
  .string()
  .trim()
  .toUpperCase()
  .refine((code) => phoneCountries.has(code), 'is no country with phone numbers: two letters, as in US, CA or GB')

/**
 * What an EHR means by its messages where the standard leaves it open. FHIR has no resource for a recall: which ones are
 * read as recalls is agreed with each source (Inbound: FHIR R4, recall).
 */
export const sourceSettingsSchema = z.strictObject({
  recalls: z
    .strictObject({
      serviceRequest: z
        .strictObject({
          enabled: z.boolean().default(true),
          /** Orders are somebody's work to do, not the patient's appointment to make: only plans unless said otherwise. */
          intents: z.array(z.enum(requestIntents)).min(1, 'name at least one intent').default(['proposal', 'plan']),
          categories,
        })
        .prefault({}),
      communicationRequest: z.strictObject({ enabled: z.boolean().default(true), categories }).prefault({}),
      /** An Appointment that is proposed, has no start, and says from when on it is wanted. */
      proposedAppointment: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
    })
    .prefault({}),
  /** ISO 3166: where a phone number is dialled that names no country, and whose address names none. */
  phoneCountry: phoneCountrySchema.default('US'),
  hl7v2: hl7v2SettingsSchema.prefault({}),
  /** Of a FHIR source; null: it only posts. */
  pull: pullSettingsSchema.nullable().default(null),
  csv: csvSettingsSchema.prefault({}),
  /** Of a source of files; null: they are only posted. */
  sftp: sftpSettingsSchema.nullable().default(null),
})
/** What people call a source. */
export const sourceNameSchema = z
  .string()
  .trim()
  .min(1, 'a name is needed to recognize it')
  .max(200, 'at most 200 characters')

export type SourceSettings = z.output<typeof sourceSettingsSchema>

/** Whether something is to be fetched from a source of a kind, not only taken when it posts. */
export function isFetchedFrom(kind: 'fhir' | 'hl7v2' | 'csv', settings: SourceSettings): boolean {
  return (kind === 'fhir' && settings.pull !== null) || (kind === 'csv' && settings.sftp !== null)
}

/**
 * The servers that get what we prove ourselves with; null: none. Credentials that were given for one are not shown to
 * another, whoever edits the settings: they can be written, not read.
 */
export function credentialsGoTo({ pull, sftp }: SourceSettings): string | null {
  const tokenUrl = pull?.auth.kind === 'smart' ? pull.auth.tokenUrl : null
  const origins = [pull?.baseUrl, tokenUrl].filter((url) => url != null).map((url) => new URL(url).origin)
  return [...new Set(origins), ...(sftp ? [`${sftp.host}:${sftp.port}`] : [])].join(' ') || null
}

export const defaultSourceSettings: SourceSettings = sourceSettingsSchema.parse({})
