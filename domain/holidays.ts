import Holidays from 'date-holidays'
import { dayMs } from './instant.ts'
import { type Day, parseDate } from './time.ts'

export interface Holiday {
  day: Day
  /** The calendar's own id of the day, by which a practice switches it; shared by a day and its substitute. */
  rule: string
  name: string
  /** Public and bank holidays are kept unless the practice works on them; other days only when it asks for them. */
  kept: boolean
}

const years = new Map<string, readonly Holiday[]>()
const calendars = new Map<string, Holidays>()
const maxYears = 5_000

/** Territories that the library lists as countries of their own. */
const territories = new Set(['PR', 'GU', 'VI', 'AS', 'MP'])

function calendarOf(country: string, state: string | null): Holidays {
  const key = `${country}/${state ?? ''}`
  let calendar = calendars.get(key)
  if (!calendar) {
    if (calendars.size > 500) calendars.clear()
    const all = new Holidays()
    const own = country === 'US' && state !== null && territories.has(state) && state in all.getCountries()
    const known = state !== null && state in (all.getStates(country) ?? {})
    const options = { timezone: 'UTC', languages: 'en' }
    calendar = own
      ? new Holidays(state, options)
      : known
        ? new Holidays(country, state, options)
        : new Holidays(country, options)
    calendars.set(key, calendar)
  }
  return calendar
}

/** Whether there is a calendar of the country (ISO 3166, two capital letters). */
export function hasCalendar(country: string): boolean {
  return Object.hasOwn(new Holidays().getCountries(), country)
}

/** Every day of a country's and state's calendar in a year, for the settings page too. An unknown country has none. */
export function holidaysOf(country: string, state: string | null, year: number): readonly Holiday[] {
  const key = `${country}/${state ?? ''}/${year}`
  let days = years.get(key)
  if (!days) {
    if (years.size > maxYears) years.clear()
    days = (calendarOf(country, state).getHolidays(year, 'en') ?? []).flatMap((holiday) => {
      const first = parseDate(holiday.date.slice(0, 10))
      if (first === null) return []
      const count = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / dayMs))
      const kept = holiday.type === 'public' || holiday.type === 'bank'
      return Array.from({ length: count }, (_, n) => ({ day: first + n, rule: holiday.rule, name: holiday.name, kept }))
    })
    years.set(key, days)
  }
  return days
}

export interface HolidaySettings {
  country: string
  workedOn: readonly string[]
  /** Days that the calendar knows but does not close, such as the day after Thanksgiving. */
  alsoClosedOn?: readonly string[] | undefined
}

/** The holiday that closes a day, or null. */
export function holidayOn(day: Day, state: string | null, settings: HolidaySettings): Holiday | null {
  const year = new Date(day * dayMs).getUTCFullYear()
  for (const holiday of holidaysOf(settings.country, state, year)) {
    if (holiday.day !== day || settings.workedOn.includes(holiday.rule)) continue
    if (holiday.kept || settings.alsoClosedOn?.includes(holiday.rule)) return holiday
  }
  return null
}
