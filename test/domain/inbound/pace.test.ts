import { describe, expect, it } from '@jest/globals'
import { silentSince } from '../../../domain/inbound/pace.ts'
import { dayMs, hourMs, type Instant } from '../../../domain/instant.ts'
import { dayOf, instantAt, parseDate, wallAt } from '../../../domain/time.ts'

const zone = 'America/New_York'
/** A wall time in New York. */
const at = (date: string, time = '00:00') => {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return instantAt(zone, (parseDate(date) ?? 0) * dayMs + hour * hourMs + minute * 60_000)
}

type Habit = (weekday: number, hour: number, day: number) => boolean
/** The hours of a habit between two instants; weekdays count from Monday, 0. */
const hoursOf = (habit: Habit, from: Instant, to: Instant): Instant[] => {
  const hours: Instant[] = []
  for (let hour = from; hour <= to; hour += hourMs) {
    const wall = wallAt(zone, hour)
    const day = dayOf(wall)
    if (habit((day + 3) % 7, Math.floor((wall - day * dayMs) / hourMs), day)) hours.push(hour)
  }
  return hours
}
const office: Habit = (weekday, hour) => weekday < 5 && hour >= 8 && hour < 17
const always: Habit = () => true
const nightly: Habit = (_weekday, hour) => hour === 2
const weekly: Habit = (weekday, hour) => weekday === 6 && hour === 3
/** Some two or three hours a day, now here, now there, as if by dice. */
const sparse: Habit = (_weekday, hour, day) => {
  let dice = Math.imul(day * 24 + hour + 1, 2_654_435_761) >>> 0
  dice = Math.imul(dice ^ (dice >>> 15), 2_246_822_519) >>> 0
  return ((dice ^ (dice >>> 13)) >>> 0) % 100 < 11
}

const start = '2026-03-02' // a Monday
interface Case {
  what: string
  habit: Habit
  /** Wall time of the last message's hour. */
  last: [date: string, time: string]
  now: [date: string, time: string]
  silent: boolean
  from?: string
  off?: readonly string[]
  /** Nothing was heard between the two. */
  outage?: [from: string, to: string]
}
const cases: Case[] = [
  {
    what: 'an office at night',
    habit: office,
    last: ['2026-04-09', '16:00'],
    now: ['2026-04-10', '07:59'],
    silent: false,
  },
  {
    what: 'an office on Sunday',
    habit: office,
    last: ['2026-04-10', '16:00'],
    now: ['2026-04-12', '20:00'],
    silent: false,
  },
  {
    what: 'an office, a slow Monday morning',
    habit: office,
    last: ['2026-04-10', '16:00'],
    now: ['2026-04-13', '09:30'],
    silent: false,
  },
  {
    what: 'an office that stays away on Monday',
    habit: office,
    last: ['2026-04-10', '16:00'],
    now: ['2026-04-13', '10:00'],
    silent: true,
  },
  {
    what: 'an office that falls silent at ten',
    habit: office,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-09', '13:00'],
    silent: true,
  },
  {
    what: 'the same, one hour before',
    habit: office,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-09', '12:00'],
    silent: false,
  },
  {
    what: 'an office on a holiday',
    habit: office,
    last: ['2026-04-10', '16:00'],
    now: ['2026-04-13', '16:00'],
    silent: false,
    off: ['2026-04-13'],
  },
  {
    what: 'an office the day after a holiday',
    habit: office,
    last: ['2026-04-10', '16:00'],
    now: ['2026-04-14', '11:00'],
    silent: true,
    off: ['2026-04-13'],
  },
  {
    what: 'the first hours after the clocks went forward',
    habit: office,
    last: ['2026-03-27', '16:00'],
    now: ['2026-03-30', '08:59'],
    silent: false,
    from: '2026-02-16',
  },
  {
    what: 'a source that never rests, after one hour',
    habit: always,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-09', '12:00'],
    silent: false,
  },
  {
    what: 'a source that never rests, after two',
    habit: always,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-09', '13:00'],
    silent: true,
  },
  {
    what: 'a nightly export that was missed once',
    habit: nightly,
    last: ['2026-04-09', '02:00'],
    now: ['2026-04-10', '23:00'],
    silent: false,
  },
  {
    what: 'a nightly export that was missed twice',
    habit: nightly,
    last: ['2026-04-09', '02:00'],
    now: ['2026-04-11', '03:00'],
    silent: true,
  },
  {
    what: 'a weekly export, six days later',
    habit: weekly,
    last: ['2026-04-05', '03:00'],
    now: ['2026-04-11', '12:00'],
    silent: false,
  },
  {
    what: 'a source with a few messages a day, now and then',
    habit: sparse,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-10', '06:00'],
    silent: false,
  },
  {
    what: 'the same, silent for four days',
    habit: sparse,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-13', '10:00'],
    silent: true,
  },
  {
    what: 'a source that is new',
    habit: always,
    last: ['2026-03-15', '10:00'],
    now: ['2026-03-20', '10:00'],
    silent: false,
  },
  {
    what: 'one outage before makes nobody deaf',
    habit: office,
    last: ['2026-04-09', '10:00'],
    now: ['2026-04-09', '14:00'],
    silent: true,
    outage: ['2026-03-18', '2026-03-20'],
  },
]

describe('a source is silent for longer than it usually is', () => {
  it.each(cases)('$what: $silent', ({ habit, last, now, silent, from = start, off = [], outage }) => {
    const lastHour = at(...last)
    const heard = hoursOf(habit, at(from), lastHour).filter(
      (hour) => !outage || hour < at(outage[0]) || hour >= at(outage[1]),
    )
    const hours = heard.at(-1) === lastHour ? heard : [...heard, lastHour]
    const isOff = (day: number) => off.some((date) => parseDate(date) === day)
    expect(silentSince({ hours, zone, isOff }, at(...now))).toBe(silent ? lastHour : null)
  })

  it('one that never sent anything has no pace', () => {
    expect(silentSince({ hours: [], zone, isOff: () => false }, at(start))).toBeNull()
  })

  it('in any hour of eight ordinary weeks nobody is alarmed', () => {
    for (const habit of [office, always, nightly, weekly, sparse]) {
      const all = hoursOf(habit, at('2026-01-05'), at('2026-04-27'))
      const alarms: string[] = []
      for (let now = at('2026-03-02'); now < at('2026-04-27'); now += 5 * hourMs) {
        const hours = all.filter((hour) => hour > now - 42 * dayMs && hour < now)
        if (silentSince({ hours, zone, isOff: () => false }, now) !== null) alarms.push(new Date(now).toISOString())
      }
      expect(alarms).toEqual([])
    }
  })
})
