import type { StaffView } from '../../db/queries/staff.ts'
import type { FieldError } from '../../domain/problem.ts'
import {
  type OwnHours,
  type StaffInput,
  sameRole,
  staffInputSchema,
  type Weekday,
  type WorkingHours,
  weekdays,
} from '../../domain/staff.ts'
import { type FormData, many, one } from '../formData.ts'

/** The fields as they were typed, so that a refused form comes back as it was. */
export interface StaffForm {
  firstName: string
  lastName: string
  /** Ticked ones and what was typed beside them. */
  roles: string[]
  facilityIds: string[]
  providerId: string
  userId: string
  timeZone: string
  language: string
  hours: Record<Weekday, WorkingHours>
  points: PointForm[]
}
export interface PointForm {
  channel: string
  address: string
  worksAgain: boolean
}

const none: WorkingHours = { from: '', to: '' }
const byWeekday = (of: (day: Weekday) => WorkingHours) =>
  Object.fromEntries(weekdays.map((day) => [day, of(day)])) as StaffForm['hours']

export const emptyStaffForm: StaffForm = {
  firstName: '',
  lastName: '',
  roles: [],
  facilityIds: [],
  providerId: '',
  userId: '',
  timeZone: '',
  language: '',
  hours: byWeekday(() => none),
  points: [],
}

/** A stored staff member in the form's fields. */
export function staffFormOf(member: StaffView): StaffForm {
  return {
    firstName: member.firstName,
    lastName: member.lastName,
    roles: member.roles,
    facilityIds: member.facilityIds,
    providerId: member.providerId ?? '',
    userId: member.userId ?? '',
    timeZone: member.timeZone ?? '',
    language: member.language ?? '',
    hours: byWeekday((day) => member.ownHours?.[day] ?? none),
    points: member.contactPoints.map(({ channel, address }) => ({ channel, address, worksAgain: false })),
  }
}

export function readStaffForm(form: FormData): StaffForm {
  const typed = one(form, 'otherRoles')
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '')
  const roles = [...many(form, 'roles'), ...typed]
  return {
    firstName: one(form, 'firstName'),
    lastName: one(form, 'lastName'),
    roles: roles.filter((role, n) => roles.findIndex((other) => sameRole(other, role)) === n),
    facilityIds: many(form, 'facilityIds'),
    providerId: one(form, 'providerId'),
    userId: one(form, 'userId'),
    timeZone: one(form, 'timeZone').trim(),
    language: one(form, 'language').trim(),
    hours: byWeekday((day) => ({ from: one(form, `${day}From`).slice(0, 5), to: one(form, `${day}To`).slice(0, 5) })),
    points: Array.from({ length: pointRows }, (_, n) => ({
      channel: one(form, `channel${n}`),
      address: one(form, `address${n}`).trim(),
      worksAgain: one(form, `worksAgain${n}`) === 'yes',
    })),
  }
}

/** The form has so many lines for numbers and addresses at most; as many as the API takes. */
export const pointRows = 20

/** The checked staff member, or what is wrong: paths of contact points count the form's lines. */
export function checkStaffForm(form: StaffForm): { input: StaffInput } | { errors: FieldError[] } {
  const lines = form.points.map((point, line) => ({ ...point, line })).filter(({ address }) => address !== '')
  const parsed = staffInputSchema.safeParse({
    firstName: form.firstName,
    lastName: form.lastName,
    roles: form.roles,
    facilityIds: form.facilityIds,
    providerId: form.providerId || null,
    userId: form.userId || null,
    timeZone: form.timeZone || null,
    language: form.language || null,
    ownHours: ownHoursOf(form),
    contactPoints: lines.map(({ channel, address, worksAgain }, n) => ({
      channel,
      address,
      rank: n + 1,
      ...(worksAgain ? { invalidSince: null } : {}),
    })),
  })
  if (parsed.success) return { input: parsed.data }
  return {
    errors: parsed.error.issues.map(({ path: [field, n, ...rest], message }) => {
      const place = field === 'contactPoints' && typeof n === 'number' ? (lines[n]?.line ?? n) : n
      return { path: [field, place, ...rest].filter((part) => part !== undefined).join('.'), message }
    }),
  }
}

/** A weekday with both times empty is a day off; no times at all: the practice's quiet hours count instead. */
function ownHoursOf({ hours }: StaffForm): OwnHours | null {
  const days = weekdays.filter((day) => hours[day].from !== '' || hours[day].to !== '')
  return days.length === 0 ? null : Object.fromEntries(days.map((day) => [day, hours[day]]))
}
