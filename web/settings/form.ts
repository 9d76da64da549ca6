import { type DeliveryRules, type OrganizationSettings, organizationSettingsSchema } from '../../domain/organization.ts'
import type { FieldError } from '../../domain/problem.ts'
import { isZone } from '../../domain/time.ts'
import { type FormData, numberOf, one } from '../formData.ts'

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

export type SettingsEdit = Pick<
  OrganizationSettings,
  | 'name'
  | 'phone'
  | 'timeZone'
  | 'state'
  | 'bookingUrl'
  | 'defaultSendTime'
  | 'requireOptIn'
  | 'minorReview'
  | 'sessionIdleMinutes'
  | 'rawRetentionDays'
  | 'quarantineRetentionDays'
  | 'deliveryRules'
>
const editSchema = organizationSettingsSchema.pick({
  name: true,
  phone: true,
  timeZone: true,
  state: true,
  bookingUrl: true,
  defaultSendTime: true,
  requireOptIn: true,
  minorReview: true,
  sessionIdleMinutes: true,
  rawRetentionDays: true,
  quarantineRetentionDays: true,
  deliveryRules: true,
})

/** The settings as the form has them, laid over the stored ones, which keep what the form does not show. */
export function settingsInput(form: FormData, before: OrganizationSettings): Record<string, unknown> {
  const text = (name: string) => one(form, name).trim()
  const ticked = (name: string) => one(form, name) === 'yes'
  return {
    name: text('name'),
    phone: text('phone') || null,
    timeZone: text('timeZone'),
    state: text('state').toUpperCase() || null,
    bookingUrl: text('bookingUrl') || null,
    defaultSendTime: text('defaultSendTime').slice(0, 5),
    requireOptIn: ticked('requireOptIn'),
    minorReview: ticked('minorReview'),
    sessionIdleMinutes: numberOf(form, 'sessionIdleMinutes'),
    rawRetentionDays: numberOf(form, 'rawRetentionDays'),
    quarantineRetentionDays: numberOf(form, 'quarantineRetentionDays'),
    deliveryRules: {
      quietHours: {
        enabled: ticked('quietHours'),
        ...Object.fromEntries(weekdays.map((day) => [day, hours(form, day)])),
      },
      sundays: { enabled: ticked('sundays') },
      holidays: { ...before.deliveryRules.holidays, enabled: ticked('holidays') },
      recentEdit: { enabled: ticked('recentEdit'), minutes: numberOf(form, 'recentEditMinutes') },
    } satisfies Record<keyof DeliveryRules, unknown>,
  }
}

/** No quiet hours begin on a weekday whose two times are empty. */
function hours(form: FormData, day: string) {
  const [from, to] = [one(form, `${day}From`).slice(0, 5), one(form, `${day}To`).slice(0, 5)]
  return from === '' && to === '' ? null : { from, to }
}

/** The checked settings, or what is wrong, each with its path. */
export function checkSettings(input: Record<string, unknown>): { edit: SettingsEdit } | { errors: FieldError[] } {
  const parsed = editSchema.safeParse(input)
  const errors: FieldError[] = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  if (typeof input.timeZone === 'string' && !isZone(input.timeZone))
    errors.push({ path: 'timeZone', message: 'choose a zone from the list, such as America/New_York' })
  return parsed.success && errors.length === 0 ? { edit: parsed.data } : { errors }
}
