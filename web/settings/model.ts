import type { OrganizationSettings } from '../../domain/organization.ts'
import type { FieldError } from '../../domain/problem.ts'
import { weekdays } from './form.ts'

const labels: Record<string, string> = {
  name: 'Name',
  phone: 'Phone',
  timeZone: 'Time zone',
  state: 'State',
  bookingUrl: 'Booking page',
  defaultSendTime: 'Usual time of day',
  sessionIdleMinutes: 'Idle time',
  rawRetentionDays: 'Days messages are kept',
  quarantineRetentionDays: 'Days refused messages are kept',
  'deliveryRules.quietHours': 'Quiet hours',
  'deliveryRules.recentEdit': 'After an edit',
}

/** The practice's settings as the form shows them: what is stored, or what was typed and refused. */
export function settingsModel(
  settings: OrganizationSettings,
  version: number,
  errors: readonly FieldError[],
  mayEdit: boolean,
) {
  const { quietHours, sundays, holidays, recentEdit } = settings.deliveryRules
  const fieldOf = ({ path }: FieldError) => Object.keys(labels).find((prefix) => path.startsWith(prefix)) ?? path
  return {
    version,
    mayEdit,
    paused: settings.paused,
    name: settings.name,
    phone: settings.phone ?? '',
    timeZone: settings.timeZone,
    zones: Intl.supportedValuesOf('timeZone'),
    state: settings.state ?? '',
    bookingUrl: settings.bookingUrl ?? '',
    defaultSendTime: settings.defaultSendTime,
    sessionIdleMinutes: settings.sessionIdleMinutes,
    rawRetentionDays: settings.rawRetentionDays,
    quarantineRetentionDays: settings.quarantineRetentionDays,
    requireOptIn: settings.requireOptIn,
    minorReview: settings.minorReview,
    quietHours: quietHours.enabled,
    days: weekdays.map((name) => ({
      name,
      label: name.charAt(0).toUpperCase() + name.slice(1),
      from: quietHours[name]?.from ?? '',
      to: quietHours[name]?.to ?? '',
    })),
    sundays: sundays.enabled,
    holidays: holidays.enabled,
    recentEdit: recentEdit.enabled,
    recentEditMinutes: recentEdit.minutes,
    problems: errors.map((error) => {
      const field = fieldOf(error)
      return { message: `${labels[field] ?? 'Settings'}: ${error.message}`, href: `#${field.replaceAll('.', '-')}` }
    }),
    errors: Object.fromEntries(errors.map((error) => [fieldOf(error), error.message])),
  }
}
