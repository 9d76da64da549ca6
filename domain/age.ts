import type { LocalDate } from './instant.ts'

/** Full years between a birth date and a day; someone born on Feb 29 turns a year older on Mar 1 of other years. */
export function ageOn(birthDate: LocalDate, day: LocalDate): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** From this age on a patient is written to in person (Who and where). */
export const adultAge = 18
/** Between this age and adulthood some messages need a review first. */
export const adolescentAge = 12
