import type { LocalTime, Zone } from './instant.ts'
import { dayMs, hourMs } from './instant.ts'
import type { QuietHours } from './organization.ts'
import { type Day, dayOf, parseTime, type Wall, weekdayOf } from './time.ts'
import { timeText } from './timeText.ts'
import { type BlockedWindow, type Rule, wallRule } from './wallRule.ts'

type Hours = { from: LocalTime; to: LocalTime } | null

/** Blocked (or working) time by the weekday, 1 to 7, on which it begins, in milliseconds since that midnight. */
type Week = readonly ({ from: number; to: number; name: string } | null)[]

function week(name: string, hoursOf: (weekday: number) => Hours): Week {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
    const hours = hoursOf(weekday)
    if (hours === null) return null
    const from = parseTime(hours.from)
    const to = parseTime(hours.to)
    // An end at or before the beginning is on the next day; equal ones are a whole day.
    return { from, to: to <= from ? to + dayMs : to, name: `${name} ${timeText(from)} to ${timeText(to)}` }
  })
}

/** The stretch of the week that contains a wall time: it began that day, or the day before and crossed midnight. */
function within(hours: Week, wall: Wall): BlockedWindow | null {
  const today = dayOf(wall)
  let found: BlockedWindow | null = null
  for (const day of [today - 1, today]) {
    const stretch = hours[weekdayOf(day) - 1]
    if (!stretch) continue
    const from = day * dayMs + stretch.from
    const to = day * dayMs + stretch.to
    if (wall >= from && wall < to && (found === null || to > found.to)) found = { to, name: stretch.name }
  }
  return found
}

const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

/** Delivery rules: quiet hours, as the recipient's clock reads. */
export function quietHoursRule(zone: Zone, quiet: QuietHours): Rule {
  const blocked = week('in quiet hours', (weekday) => quiet[names[weekday - 1] as (typeof names)[number]])
  return wallRule({
    name: 'quietHours',
    wanted: 'no message in quiet hours',
    zone,
    windowAt: (wall) => within(blocked, wall),
    beginsOn: (day) => {
      const stretch = blocked[weekdayOf(day) - 1]
      return stretch ? [day * dayMs + stretch.from] : []
    },
  })
}

/** Delivery rules: staff get messages within their own hours only. A weekday without hours is a day off. */
export function ownHoursRule(zone: Zone, own: Readonly<Record<number, Hours>>): Rule {
  const working = week('own hours', (weekday) => own[weekday] ?? null)
  return wallRule({
    name: 'quietHours',
    wanted: "within the staff member's own hours",
    zone,
    windowAt: (wall) => {
      if (within(working, wall) !== null) return null
      return { to: nextStart(working, wall), name: "outside the staff member's own hours" }
    },
    beginsOn: (day) =>
      [day - 1, day]
        .flatMap((begun) => {
          const stretch = working[weekdayOf(begun) - 1]
          return stretch ? [begun * dayMs + stretch.to] : []
        })
        .filter((wall) => dayOf(wall) === day),
  })
}

function nextStart(working: Week, wall: Wall): Wall {
  const today = dayOf(wall)
  for (let day = today; day <= today + 7; day++) {
    const stretch = working[weekdayOf(day) - 1]
    if (stretch && day * dayMs + stretch.from > wall) return day * dayMs + stretch.from
  }
  return (today + 7) * dayMs
}

const outreachFrom = 21 * hourMs
const outreachTo = 8 * hourMs

/** Outreach never goes out from 21:00 to 08:00, whatever the organization or the action skips (Consent). */
export function outreachHoursRule(zone: Zone): Rule {
  return wallRule({
    name: 'quietHours',
    wanted: 'no outreach from 9:00 PM to 8:00 AM, which no setting skips',
    zone,
    windowAt: (wall) => {
      const day = dayOf(wall)
      const time = wall - day * dayMs
      if (time >= outreachTo && time < outreachFrom) return null
      const to = (time < outreachTo ? day : day + 1) * dayMs + outreachTo
      return { to, name: 'in the hours closed to outreach, 9:00 PM to 8:00 AM' }
    },
    beginsOn: (day: Day) => [day * dayMs + outreachFrom],
  })
}
