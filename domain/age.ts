import type { Instant, LocalDate } from './instant.ts'
import { parseDate } from './time.ts'

/** Full years between a birth date and a day; someone born on Feb 29 turns a year older on Mar 1 of other years. */
export function ageOn(birthDate: LocalDate, day: LocalDate): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** From this age on a patient is written to in person (Who and where). */
export const adultAge = 18
/** Between this age and adulthood some messages need a review first. */
export const adolescentAge = 12

/** A birth as far as it is known. */
export interface Birth {
  birthDate: LocalDate | null
  /** Where no day of it is known: its month (`2015-06`) or year (`2015`). */
  bornIn: string | null
}

/**
 * The least and the most that somebody's age can be on a day: of a birth of which only the month or the year is known,
 * the last and the first day of it. Null where nothing is known. Who may still be a minor is treated as one.
 */
export function agesOn({ birthDate, bornIn }: Birth, day: LocalDate): { least: number; most: number } | null {
  const known = birthDate !== null && parseDate(birthDate) !== null ? birthDate : null
  const [first, last] = known === null ? daysOf(bornIn) : [known, known]
  return first === undefined || last === undefined ? null : { least: ageOn(last, day), most: ageOn(first, day) }
}

/** The month or year of a birth as it is kept; null where there is no such month, or no such year of four digits. */
export function birthPeriod(year: string, month?: string): string | null {
  const period = month === undefined ? year : `${year}-${month}`
  return daysOf(period).length === 0 ? null : period
}

/** Whether a birth is still to come at an instant: a slip, which would make a minor of whoever it is. */
export function isBirthAhead({ birthDate, bornIn }: Birth, now: Instant): boolean {
  const first = birthDate ?? daysOf(bornIn)[0]
  return first !== undefined && Date.parse(`${first}T00:00:00Z`) > now
}

/** The first day that a birth can have been, and the last one. */
function daysOf(bornIn: string | null): [first: LocalDate, last: LocalDate] | [] {
  const [, year, month] = /^([1-9]\d{3})(?:-(0[1-9]|1[0-2]))?$/.exec(bornIn ?? '') ?? []
  if (year === undefined) return []
  const days = new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).getUTCDate()
  return [`${year}-${month ?? '01'}-01`, `${year}-${month ?? '12'}-${days}`]
}
