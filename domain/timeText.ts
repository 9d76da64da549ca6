import type { Instant, Zone } from './instant.ts'
import { type Day, dayOf, timeOf, type Wall, wallAt, weekdayOf } from './time.ts'
import { segmentAt, type ZoneSegment } from './zone.ts'

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The zone's short name differs between summer and winter, so it belongs to a stretch of equal offset. */
const abbreviations = new WeakMap<ZoneSegment, Map<Zone, string>>()

function abbreviation(zone: Zone, instant: Instant): string {
  const segment = segmentAt(zone, instant)
  let names = abbreviations.get(segment)
  if (!names) {
    names = new Map()
    abbreviations.set(segment, names)
  }
  let name = names.get(zone)
  if (name === undefined) {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }).formatToParts(instant)
    name = parts.find((part) => part.type === 'timeZoneName')?.value ?? zone
    names.set(zone, name)
  }
  return name
}

function twelveHours(timeMs: number): string {
  const minutes = Math.floor(timeMs / 60_000)
  const hour = Math.floor(minutes / 60)
  return `${hour % 12 || 12}:${String(minutes % 60).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
}

/** `Mon, Mar 9` */
export function dayText(day: Day): string {
  const date = new Date(day * 86_400_000)
  return `${weekdays[weekdayOf(day) - 1]}, ${months[date.getUTCMonth()]} ${date.getUTCDate()}`
}

/** `9:00 AM`, of milliseconds since midnight. */
export function timeText(timeMs: number): string {
  return twelveHours(timeMs)
}

function wallText(wall: Wall): string {
  return `${dayText(dayOf(wall))}, ${twelveHours(timeOf(wall))}`
}

/** `Mon, Mar 9, 9:00 AM EDT`: what a trail says of an instant. */
export function instantText(zone: Zone, instant: Instant): string {
  return `${wallText(wallAt(zone, instant))} ${abbreviation(zone, instant)}`
}
