import { describe, expect, it } from '@jest/globals'
import { sundaysRule } from '../../domain/calendarRules.ts'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { quietHoursRule } from '../../domain/quietHours.ts'
import { addDays, instantAt, startOfDay, wallAt, weekdayOf } from '../../domain/time.ts'
import { at } from './build.ts'
import { type IntlClock, intlClock, transitions } from './intlClock.ts'

const zones = Intl.supportedValuesOf('timeZone')
const from = at('2020-01-01T00:00Z')
const to = at('2030-01-01T00:00Z')

/** Where a zone's clock jumps, and by how much; nothing but `Intl` has been asked. */
const jumps = zones.flatMap((zone) => {
  const clock = intlClock(zone)
  return transitions(clock, from, to).map((instant) => {
    const offsetBefore = clock.reads(instant - 1) - (instant - 1)
    const offsetAfter = clock.reads(instant) - instant
    return { zone, clock, instant, offsetBefore, offsetAfter }
  })
})

/** The earliest instant at which the clock reads a wall time; null when it never does. */
function earliest(clock: IntlClock, wall: number, offsets: number[]): number | null {
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b)
  return candidates.find((instant) => clock.reads(instant) === wall) ?? null
}

describe('against the clock of Intl, in every zone and at every clock change of ten years', () => {
  it('there are zones and changes to check', () => {
    expect(zones.length).toBeGreaterThan(400)
    expect(jumps.length).toBeGreaterThan(2_000)
  })

  it('reads the same wall time before, at and after each change', () => {
    const wrong = jumps.filter(({ zone, clock, instant }) =>
      [-hourMs, -1, 0, 1, hourMs].some((step) => wallAt(zone, instant + step) !== clock.reads(instant + step)),
    )
    expect(wrong.map(({ zone, instant }) => `${zone} ${instant}`)).toEqual([])
  })

  it('reads the same wall time in every quarter of a year in every zone', () => {
    const wrong: string[] = []
    for (const zone of zones) {
      const clock = intlClock(zone)
      for (let year = 2020; year < 2030; year++)
        for (let month = 0; month < 12; month += 3) {
          const instant = Date.UTC(year, month, 1, 11, 30)
          if (wallAt(zone, instant) !== clock.reads(instant)) wrong.push(`${zone} ${new Date(instant).toISOString()}`)
        }
    }
    expect(wrong).toEqual([])
  })

  it('a wall time is its earliest instant; a skipped one is later by exactly what was skipped', () => {
    const wrong: string[] = []
    for (const { zone, clock, instant, offsetBefore, offsetAfter } of jumps) {
      const jump = offsetAfter - offsetBefore
      const change = instant + offsetBefore
      const around = [-90, -60, -30, -1, 0, 1, 15, 30, 59, 60, 61, 90].map((minutes) => change + minutes * minuteMs)
      for (const wall of [...around, change + jump / 2, change + jump, change + jump - 1]) {
        const got = instantAt(zone, wall)
        const want = earliest(clock, wall, [offsetBefore, offsetAfter])
        const right = want === null ? clock.reads(got) === wall + jump : got === want
        if (!right) wrong.push(`${zone} ${new Date(wall).toISOString()} gave ${new Date(got).toISOString()}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('the local day begins at the first instant that has its date', () => {
    const wrong: string[] = []
    for (const { zone, clock, instant } of jumps) {
      const today = Math.floor(clock.reads(instant) / dayMs)
      for (const day of [today, today + 1]) {
        const got = startOfDay(zone, day)
        const isFirst = clock.reads(got) >= day * dayMs && clock.reads(got - 1) < day * dayMs
        if (!isFirst || clock.reads(got) - day * dayMs > 2 * hourMs)
          wrong.push(`${zone} ${new Date(got).toISOString()}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('a day before or after a change is the same wall time, or later by what was skipped', () => {
    const wrong: string[] = []
    for (const { zone, clock, instant, offsetBefore, offsetAfter } of jumps) {
      const jump = offsetAfter - offsetBefore
      for (const [start, days] of [
        [instant - dayMs, 1],
        [instant - 26 * hourMs, 2],
        [instant + 30 * minuteMs + dayMs, -1],
        [instant + 5 * hourMs, -1],
      ] as const) {
        const wall = clock.reads(start) + days * dayMs
        const got = clock.reads(addDays(zone, start, days))
        if (got !== wall && !(jump > 0 && got === wall + jump))
          wrong.push(`${zone} ${new Date(start).toISOString()} ${days}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('quiet hours end at the first quarter of an hour whose clock reads outside them, Sundays likewise', () => {
    const quarter = 15 * minuteMs
    const wrong: string[] = []
    const reads = (clock: IntlClock, instant: number) => {
      const wall = clock.reads(instant)
      return { hour: new Date(wall).getUTCHours(), weekday: new Date(wall).getUTCDay() }
    }
    for (const { zone, clock, instant } of jumps) {
      const quiet = quietHoursRule(zone, defaultDeliveryRules.quietHours)
      const sundays = sundaysRule(zone)
      // Casey's clock changes a minute past midnight: the looks stay on the quarters.
      const change = Math.ceil(instant / quarter) * quarter
      for (const start of [change - 4 * hourMs, change - quarter, change, change + quarter]) {
        let allowed = start
        for (let hour = reads(clock, allowed).hour; hour >= 20 || hour < 9; hour = reads(clock, allowed).hour)
          allowed += quarter
        if (quiet.nextAllowed(start) !== allowed) wrong.push(`${zone} quiet ${new Date(start).toISOString()}`)
        let weekday = start
        while (reads(clock, weekday).weekday === 0) weekday += quarter
        if (sundays.nextAllowed(start) !== weekday) wrong.push(`${zone} Sunday ${new Date(start).toISOString()}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('weekdays agree with the calendar of Intl', () => {
    const days = Array.from({ length: 3653 }, (_, n) => from / dayMs + n)
    expect(days.filter((day) => weekdayOf(day) % 7 !== new Date(day * dayMs).getUTCDay())).toEqual([])
  })
})
