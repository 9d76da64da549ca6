import * as z from 'zod'
import { actionTypes } from './action.ts'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:mm, from 00:00 to 23:59')
const weekdayHours = z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable()

/** Quiet hours by the weekday on which they begin; `null` for a weekday means none begin on it. They may cross midnight. */
export const quietHoursSchema = z.strictObject({
  enabled: z.boolean(),
  monday: weekdayHours,
  tuesday: weekdayHours,
  wednesday: weekdayHours,
  thursday: weekdayHours,
  friday: weekdayHours,
  saturday: weekdayHours,
  sunday: weekdayHours,
})

/** The four delivery rules of an organization; an action may skip any of them. */
export const deliveryRulesSchema = z.strictObject({
  quietHours: quietHoursSchema,
  sundays: z.strictObject({ enabled: z.boolean() }),
  holidays: z.strictObject({
    enabled: z.boolean(),
    country: z.string().regex(/^[A-Z]{2}$/, 'a country is two capital letters (ISO 3166)'),
    /** Days of the calendar that the practice works on: the calendar's own rule ids. */
    workedOn: z.array(z.string().max(200)).max(200),
    /** Days that the calendar knows without closing them (the day after Thanksgiving) and that the practice keeps. */
    alsoClosedOn: z.array(z.string().max(200)).max(200).optional(),
  }),
  recentEdit: z.strictObject({ enabled: z.boolean(), minutes: z.int().min(0).max(1440) }),
})
export type DeliveryRules = z.infer<typeof deliveryRulesSchema>
export type QuietHours = z.infer<typeof quietHoursSchema>

const night = { from: '20:00', to: '09:00' }
export const defaultDeliveryRules: DeliveryRules = {
  quietHours: {
    enabled: true,
    monday: night,
    tuesday: night,
    wednesday: night,
    thursday: night,
    friday: night,
    saturday: night,
    sunday: night,
  },
  sundays: { enabled: true },
  holidays: { enabled: true, country: 'US', workedOn: [] },
  recentEdit: { enabled: true, minutes: 60 },
}

/** Practice resources that are enabled as a whole kind, besides one by one. */
export const resourceKinds = ['facility', 'provider', 'appointmentType'] as const
export type ResourceKind = (typeof resourceKinds)[number]

const fewestToMost = 'a number of days is from 1 to 3650'
const retentionDays = z.int(fewestToMost).min(1, fewestToMost).max(3650, fewestToMost)

export const organizationSettingsSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  phone: z.string().max(40).nullable(),
  timeZone: z.string(),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a state is two capital letters')
    .nullable(),
  /** Where patients book: what `recall.bookingLink` says. */
  bookingUrl: z
    .url({
      protocol: /^https$/,
      hostname: z.regexes.domain,
      normalize: true,
      error: 'a booking page is an https address, such as https://example.org/book',
    })
    .max(500)
    .nullable(),
  defaultSendTime: timeOfDay,
  paused: z.boolean(),
  enabledActionTypes: z.array(z.enum(actionTypes)),
  enabledResourceKinds: z.array(z.enum(resourceKinds)),
  enableNewResources: z.boolean(),
  requireOptIn: z.boolean(),
  /** Messages about health to patients of 12 to 17 go out; otherwise they are skipped for a review. */
  minorReview: z.boolean(),
  sessionIdleMinutes: z.int().min(5).max(720),
  /** Days after which what an EHR sent is deleted as it came; what became of it stays. */
  rawRetentionDays: retentionDays,
  /** The same for what is in quarantine, or was refused in part. */
  quarantineRetentionDays: retentionDays,
  deliveryRules: deliveryRulesSchema,
})
export type OrganizationSettings = z.infer<typeof organizationSettingsSchema>
