import * as z from 'zod'
import { isZone } from './time.ts'

/** An IANA zone, as an admin names it. */
export const zoneSchema = z
  .string()
  .max(100)
  .refine(isZone, {
    error: ({ input }) => `'${String(input).slice(0, 60)}' is not an IANA time zone; write e.g. America/New_York`,
  })

const settable = {
  publicName: z.string().trim().min(1, 'give a name, or null for the EHR’s own').max(200).nullable().optional(),
  sensitive: z.boolean().optional(),
  enabled: z.boolean().optional(),
}

/** What a practice sets itself about a provider or an appointment type. */
export const resourceEditSchema = z.strictObject(settable)

/** The same about a facility: where it is, too. */
export const facilityEditSchema = z.strictObject({
  ...settable,
  timeZone: zoneSchema.nullable().optional(),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a state is two capital letters')
    .nullable()
    .optional(),
  phone: z.string().trim().min(1).max(40).nullable().optional(),
  address: z.string().trim().min(1).max(500).nullable().optional(),
})
