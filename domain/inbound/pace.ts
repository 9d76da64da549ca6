import { dayMs, hourMs, type Instant, type Zone } from '../instant.ts'
import { type Day, dayOf, wallAt } from '../time.ts'

/** How a source has spoken so far. */
export interface SourcePace {
  /** The beginnings of the hours in which it sent something, ascending; of the last weeks at most (`paceLearnedFrom`). */
  hours: readonly Instant[]
  zone: Zone
  /** Days on which nobody expects anything, such as holidays: neither learned from nor counted. */
  isOff: (day: Day) => boolean
}

const learnedWeeks = 6
/** A source that is known for less has no pace yet. */
const newForMs = 14 * dayMs
/** One silence in a hundred is as strange by chance: of hours that never pass without a message, two. */
const strangeAtLeast = -Math.log(0.01)
/** So much stranger than what has happened before. */
const strangerThanBefore = 1.75
const weekHours = 7 * 24

/** The first instant that the pace is learned from. */
export function paceLearnedFrom(now: Instant): Instant {
  return now - learnedWeeks * 7 * dayMs
}

/**
 * Since when a source is silent for longer than it usually is, or null (Feed: silence). Each hour of the week has the
 * likelihood of a message that the last weeks show; hours in which the source never sends count for nothing, so that
 * nights and weekends are no silence of an office. A silence is told when its hours together are unlikely, and clearly
 * more so than those there were: all but the longest, which may have been an outage.
 */
export function silentSince({ hours, zone, isOff }: SourcePace, now: Instant): Instant | null {
  const [first] = hours
  const last = hours.at(-1)
  if (first === undefined || last === undefined || last - first < newForMs) return null
  const slots: Slot[] = []
  for (let hour = first; hour <= now; hour += hourMs) slots.push(slotOf(hour, zone, isOff))
  const strangeness = strangenessOfSlots(
    slots,
    hours.map((hour) => Math.floor((hour - first) / hourMs)),
  )
  /** Of the whole hours between two. */
  const between = (from: Instant, to: Instant) => {
    let sum = 0
    for (let hour = from + hourMs; hour + hourMs <= to; hour += hourMs)
      sum += strangeness(slots[Math.floor((hour - first) / hourMs)] ?? null)
    return sum
  }
  const before = hours
    .slice(1)
    .map((hour, index) => between(hours[index] ?? hour, hour))
    .sort((a, b) => b - a)
  const limit = Math.max(strangeAtLeast, strangerThanBefore * (before[1] ?? 0))
  return between(last, now) > limit ? last : null
}

/** An hour of the week; null on a day off. */
type Slot = number | null

function slotOf(hour: Instant, zone: Zone, isOff: SourcePace['isOff']): Slot {
  const wall = wallAt(zone, hour)
  return isOff(dayOf(wall)) ? null : Math.floor(wall / hourMs) % weekHours
}

/** How strange it is that an hour passes without a message: 0 where none is ever sent. `spokenIn`: which of them had one. */
function strangenessOfSlots(slots: readonly Slot[], spokenIn: readonly number[]): (slot: Slot) => number {
  const passed = new Float64Array(weekHours)
  const spoken = new Float64Array(weekHours)
  for (const slot of slots.slice(0, (spokenIn.at(-1) ?? 0) + 1)) count(passed, slot)
  for (const index of spokenIn) count(spoken, slots[index] ?? null)
  const strange = Float64Array.from(passed, (_, slot) => -Math.log(1 - likelihood(slot, passed, spoken)))
  return (slot) => (slot === null ? 0 : (strange[slot] ?? 0))
}

function count(counts: Float64Array, slot: Slot): void {
  if (slot !== null) counts[slot] = (counts[slot] ?? 0) + 1
}

/** 1970 began on a Thursday. */
const days = [0, 1, 2, 3, 4, 5, 6]
const weekdays = [0, 1, 4, 5, 6]
/** Days that are alike at an hour say together what each of them alone would need months for. */
const alike = 0.9

function likelihood(slot: number, passed: Float64Array, spoken: Float64Array): number {
  const sum = (counts: Float64Array, of: readonly number[]) =>
    of.reduce((total, day) => total + (counts[day * 24 + (slot % 24)] ?? 0), 0)
  const day = Math.floor(slot / 24)
  const own = (spoken[slot] ?? 0) / ((passed[slot] ?? 0) + 1)
  const together = [days, weekdays].map((group) => {
    const [n, k] = [sum(passed, group), sum(spoken, group)]
    return group.includes(day) && n > 0 && k / n >= alike ? k / (n + 1) : 0
  })
  return Math.max(own, ...together)
}
