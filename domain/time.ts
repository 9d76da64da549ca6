import { dayMs, hourMs, type Instant, type LocalDate, type LocalTime, minuteMs, type Zone } from './instant.ts'
import { offsetAt, segmentAt, type ZoneSegment } from './zone.ts'

export { isZone } from './zone.ts'

/** What a clock on the wall reads, counted in milliseconds as if it hung in Greenwich. Never mixed with instants. */
export type Wall = number
/** A calendar day as a number of days since 1970-01-01. */
export type Day = number

/** What the clock on the wall reads at an instant. */
export function wallAt(zone: Zone, instant: Instant): Wall {
  return instant + offsetAt(zone, instant)
}

/** No place on earth is further ahead of UTC. */
const furthestAhead = 15 * hourMs

/**
 * The instant of a wall time. One that a clock change skips moves forward by what was skipped; one that comes twice is
 * the earlier of the two, in summer as in winter (Due time: DST).
 */
export function instantAt(zone: Zone, wall: Wall): Instant {
  let before: ZoneSegment | null = null
  let segment = segmentAt(zone, wall - furthestAhead)
  while (wall >= segment.to + segment.offset) {
    before = segment
    segment = segmentAt(zone, segment.to)
  }
  const instant = wall - segment.offset
  return instant < segment.from && before ? wall - before.offset : instant
}

/** The first instant of a calendar day there: 00:00, or later where the clock change skips midnight. */
export function startOfDay(zone: Zone, day: Day): Instant {
  const wall = day * dayMs
  let segment = segmentAt(zone, wall - furthestAhead)
  while (wall >= segment.to + segment.offset) segment = segmentAt(zone, segment.to)
  return Math.max(segment.from, wall - segment.offset)
}

/** The first instant after a calendar day there. */
export function endOfDay(zone: Zone, day: Day): Instant {
  return startOfDay(zone, day + 1)
}

export function dayOf(wall: Wall): Day {
  return Math.floor(wall / dayMs)
}

/** The calendar day at an instant there. */
export function dayAt(zone: Zone, instant: Instant): Day {
  return dayOf(wallAt(zone, instant))
}

/** Milliseconds since midnight as the clock reads. */
export function timeOf(wall: Wall): number {
  return wall - dayOf(wall) * dayMs
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** Calendar days later (or earlier, when negative), at the same wall time there (Due time: days). */
export function addDays(zone: Zone, instant: Instant, days: number): Instant {
  return days === 0 ? instant : instantAt(zone, wallAt(zone, instant) + days * dayMs)
}

/** The instant of a calendar day and a time of day there. */
export function instantOn(zone: Zone, day: Day, timeMs: number): Instant {
  return instantAt(zone, day * dayMs + timeMs)
}

/** `YYYY-MM-DD` to a day; null when there is no such day (2026-02-30). */
export function parseDate(date: LocalDate): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (!match) return null
  const parsed = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? parsed.getTime() / dayMs : null
}

export function formatDate(day: Day): LocalDate {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** `HH:mm` to milliseconds since midnight. Throws a RangeError for anything else. */
export function parseTime(time: LocalTime): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time)
  if (!match) throw new RangeError(`'${time}' is not a time of day (HH:mm)`)
  return Number(match[1]) * hourMs + Number(match[2]) * minuteMs
}

/** `HH:mm` of a wall time. */
export function formatTime(wall: Wall): LocalTime {
  const minutes = Math.floor(timeOf(wall) / minuteMs)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** The calendar day `YYYY-MM-DD` at an instant there. */
export function localDate(zone: Zone, instant: Instant): LocalDate {
  return formatDate(dayAt(zone, instant))
}

/** The wall time `HH:mm` at an instant there. */
export function localTime(zone: Zone, instant: Instant): LocalTime {
  return formatTime(wallAt(zone, instant))
}
