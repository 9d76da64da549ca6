import { hourMs, type Instant, type Zone } from './instant.ts'
import { blockedBy, nextAllowed, type Rule } from './rules.ts'
import { dayOf, endOfDay, instantAt, instantOn, timeOf, wallAt } from './time.ts'

/** Two years: no "before" message has a longer offset. */
const maxDays = 731

/**
 * The time a blocked "before" message moves back to (Blocked, 2): on the last allowed day before the due time, at the
 * same wall time if allowed, else one hour before quiet hours begin there. `rules` are those without recent edit, which
 * never moves a message earlier. Null when nothing is left at or after `notBefore`.
 */
export function earlierTime(options: {
  rules: readonly Rule[]
  zone: Zone
  dueAt: Instant
  /** Exclusive: the due time, or the anchor where that is sooner. */
  before: Instant
  notBefore: Instant
}): Instant | null {
  const { rules, zone, dueAt, before, notBefore } = options
  const wall = wallAt(zone, dueAt)
  const dueDay = dayOf(wall)
  const fits = (at: Instant) => at < before && blockedBy(rules, at) === null
  for (let day = dueDay; day > dueDay - maxDays; day--) {
    if (endOfDay(zone, day) <= notBefore) return null
    const sameTime = instantOn(zone, day, timeOf(wall))
    if (fits(sameTime)) return sameTime
    const quietBegins = rules.flatMap((rule) => rule.beginsOn(day).map((begin) => instantAt(rule.zone, begin - hourMs)))
    if (quietBegins.length > 0) {
      const hourBefore = Math.min(...quietBegins)
      if (fits(hourBefore)) return hourBefore
    } else if (day < dueDay) {
      // No quiet hours begin on that day, yet those of the day before reach into it: when they have ended.
      const afterwards = nextAllowed(rules, sameTime, Math.min(endOfDay(zone, day), before) - 1)
      if (afterwards !== null) return afterwards
    }
  }
  return null
}
