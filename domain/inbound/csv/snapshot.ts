import type { CareEventKind, CareEventStatus } from '../../careEvent.ts'
import type { Instant, LocalDate, Zone } from '../../instant.ts'
import { dayAt, formatDate, startOfDay } from '../../time.ts'
import type { CsvLayout } from './settings.ts'

/** The window of a snapshot at one place; `to` is the first that is no longer in it. */
export interface SnapshotWindow {
  fromAt: Instant
  toAt: Instant
  fromDay: LocalDate
  toDay: LocalDate
  /** Where its last day begins. */
  lastAt: Instant
  lastDay: LocalDate
}

/** From midnight to midnight there, counted from the day of the file (Inbound: files). */
export function windowIn(
  { fromDays, days }: NonNullable<CsvLayout['snapshot']>,
  zone: Zone,
  fileAt: Instant,
): SnapshotWindow {
  const from = dayAt(zone, fileAt) + fromDays
  const to = from + days
  return {
    fromAt: startOfDay(zone, from),
    toAt: startOfDay(zone, to),
    fromDay: formatDate(from),
    toDay: formatDate(to),
    lastAt: startOfDay(zone, to - 1),
    lastDay: formatDate(to - 1),
  }
}

/** Statuses that absence ends, and what it makes of them: what took place, or is off already, stays as it is. */
export const absence: Record<CareEventKind, { ends: readonly CareEventStatus[]; as: CareEventStatus }> = {
  appointment: { ends: ['proposed', 'pending', 'waitlist', 'booked'], as: 'cancelled' },
  recall: { ends: ['open'], as: 'cancelled' },
  procedure: { ends: ['planned', 'inProgress', 'completed'], as: 'enteredInError' },
  diagnosis: { ends: ['active', 'inactive'], as: 'enteredInError' },
}

/** Fewer than this are no measure: one cancellation more or less would be an alarm. */
const fewest = 20

/** Whether what there is now is so much less than before that somebody has to look first. */
export function hasShrunk(
  { alarmBelowPercent }: NonNullable<CsvLayout['snapshot']>,
  now: number,
  before: number,
): boolean {
  return before >= fewest && now * 100 <= before * alarmBelowPercent
}
