import * as z from 'zod'
import { textChannels } from './action.ts'
import type { RecipientFacts } from './facts.ts'
import { phoneNumber } from './inbound/phone.ts'
import { isZone } from './zone.ts'

/** In the order of ISO weekdays: Monday is 1. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof weekdays)[number]

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:mm, from 00:00 to 23:59')
export const workingHoursSchema = z.strictObject({ from: timeOfDay, to: timeOfDay })
export type WorkingHours = z.infer<typeof workingHoursSchema>
/** A weekday that is left out or null is a day off; an end at or before the beginning is on the next day. */
export type OwnHours = Partial<Record<Weekday, WorkingHours | null | undefined>>

const ownHours = z
  .partialRecord(z.enum(weekdays), workingHoursSchema.nullable())
  .refine(
    (week) => Object.values(week).some((day) => day),
    "without hours on any weekday nothing would ever be sent: give one some hours, or null for the practice's quiet hours",
  )

const contactPoint = z
  .strictObject({
    channel: z.enum(textChannels),
    address: z.string().trim().min(1, 'give a number or an email address').max(320),
    rank: z.int().min(1).max(100).optional(),
    /** null: it works again; left out: as it was. */
    invalidSince: z.string().nullable().optional(),
    /** May come along as they were read; they say nothing. */
    id: z.unknown().optional(),
    consent: z.unknown().optional(),
  })
  .transform(({ channel, address, rank, invalidSince }, ctx) => {
    const normal = channel === 'email' ? emailAddress(address) : phoneNumber(address, 'US')
    if (normal === null)
      ctx.addIssue({
        code: 'custom',
        path: ['address'],
        message:
          channel === 'email'
            ? `'${address.slice(0, 60)}' is not an email address; write e.g. robin@example.org`
            : `'${address.slice(0, 60)}' is not a phone number; write e.g. +15555550101`,
      })
    return { channel, address: normal ?? address, rank, worksAgain: invalidSince === null }
  })
export type StaffContactPoint = z.output<typeof contactPoint>

function emailAddress(text: string): string | null {
  const parsed = z.email().safeParse(text)
  return parsed.success ? parsed.data.toLowerCase() : null
}

const name = z.string().trim().min(1, 'a name is needed').max(100)
/** The practice's own word, in single spaces. */
const role = z
  .string()
  .transform((text) => text.trim().replace(/\s+/g, ' '))
  .pipe(z.string().min(1, 'a role is a word of your own, such as Nurse').max(100))

const fields = {
  firstName: name,
  lastName: name,
  roles: z.array(role).max(20),
  facilityIds: z.array(z.uuid()).max(500),
  contactPoints: z.array(contactPoint).max(20).superRefine(listedOnce),
  ownHours: ownHours.nullable(),
  timeZone: z
    .string()
    .max(100)
    .refine(isZone, {
      error: ({ input }) => `'${String(input).slice(0, 60)}' is not an IANA time zone; write e.g. America/New_York`,
    })
    .nullable(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language is a BCP 47 tag such as es or pt-BR')
    .nullable(),
  providerId: z.uuid().nullable(),
  userId: z.uuid().nullable(),
  active: z.boolean(),
}

function listedOnce(points: readonly StaffContactPoint[], ctx: z.RefinementCtx): void {
  points.forEach(({ channel, address }, n) => {
    if (points.findIndex((other) => other.channel === channel && other.address === address) < n)
      ctx.addIssue({ code: 'custom', path: [n, 'address'], message: 'is listed twice for this channel' })
  })
}

/** A new staff member. Roles are the practice's own words, not permissions. */
export const staffInputSchema = z.strictObject({
  ...fields,
  roles: fields.roles.default([]),
  facilityIds: fields.facilityIds.default([]),
  providerId: fields.providerId.default(null),
  userId: fields.userId.default(null),
  timeZone: fields.timeZone.default(null),
  language: fields.language.default(null),
  ownHours: fields.ownHours.default(null),
  contactPoints: fields.contactPoints.default([]),
  active: fields.active.default(true),
})
export type StaffInput = z.output<typeof staffInputSchema>

/** Any of the fields; a list is replaced as a whole. */
export const staffEditSchema = z.strictObject(fields).partial()
export type StaffEdit = z.output<typeof staffEditSchema>

/** Hours as facts have them: by ISO weekday, 1 for Monday, every one of the seven. */
export function hoursByNumber(week: OwnHours | null): RecipientFacts['ownHours'] {
  return week === null ? null : Object.fromEntries(weekdays.map((day, n) => [n + 1, week[day] ?? null]))
}

/** Hours as people name them; the inverse of `hoursByNumber`. */
export function hoursByName(hours: RecipientFacts['ownHours']): Record<Weekday, WorkingHours | null> | null {
  if (hours === null) return null
  return Object.fromEntries(weekdays.map((day, n) => [day, hours[n + 1] ?? null])) as Record<
    Weekday,
    WorkingHours | null
  >
}

/** Roles are compared without regard to case: "nurse" and "Nurse" are one. */
export function sameRole(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Each role once, spelled as the practice spells it already where it does. */
export function spelledAlike(roles: readonly string[], inUse: readonly string[]): string[] {
  const spelled = roles.map((role) => inUse.find((known) => sameRole(known, role)) ?? role)
  return spelled.filter((role, n) => spelled.findIndex((other) => sameRole(other, role)) === n)
}
