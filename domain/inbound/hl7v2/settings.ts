import * as z from 'zod'

const segmentName = z
  .string()
  .regex(/^Z[A-Z0-9]{2}$/, 'a segment of your own is Z and two letters or digits, as in ZRC')
const position = z
  .int('a field is told by its number in the segment, from 1 to 99')
  .min(1, 'fields are counted from 1')
  .max(99, 'a segment has at most 99 fields')
const field = position.nullable().default(null)

/** What an HL7 v2 feed means where the standard leaves it open, agreed with each source (Inbound: HL7 v2). */
export const hl7v2SettingsSchema = z.strictObject({
  /** Which component of a location is the facility: PL.4, or PL.1 where each clinic is a point of care. */
  facilityFrom: z.enum(['facility', 'pointOfCare']).default('facility'),
  /** Referrals (REF I12) are read as recalls. */
  referrals: z.boolean().default(true),
  /** A Z segment with recalls, in any message that has a PID; `null`: this feed has none. */
  recallSegment: z
    .strictObject({
      name: segmentName,
      id: position,
      dueDate: position,
      type: field,
      provider: field,
      facility: field,
      status: field,
      /** What the status field says of a recall that is done or off, in capitals. */
      closedWhen: z
        .array(z.string().trim().toUpperCase().min(1).max(40))
        .max(20)
        .default(['C', 'CLOSED', 'COMPLETED', 'CANCELLED', 'D', 'DELETED', 'INACTIVE']),
    })
    .nullable()
    .default(null),
})
export type Hl7v2Settings = z.output<typeof hl7v2SettingsSchema>
