import type { Instant, Zone } from './instant.ts'
import type { Moment } from './renderContext.ts'
import { dayAt, parseDate } from './time.ts'

/** How many local days a date lies in the past; 0 for today and before it is due, null without a readable date. */
export function daysOverdue(due: Moment | null, zone: Zone, now: Instant): number | null {
  const day = typeof due === 'number' ? dayAt(zone, due) : due === null ? null : parseDate(due)
  return day === null ? null : Math.max(0, dayAt(zone, now) - day)
}
