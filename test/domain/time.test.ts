import { describe, expect, it } from '@jest/globals'
import { hourMs } from '../../domain/instant.ts'
import {
  addDays,
  dayAt,
  endOfDay,
  formatDate,
  instantOn,
  isZone,
  localDate,
  localTime,
  parseDate,
  parseTime,
  startOfDay,
  weekdayOf,
} from '../../domain/time.ts'
import { instantText } from '../../domain/timeText.ts'
import { at, newYork } from './build.ts'

const day = (date: string) => parseDate(date) as number
const on = (zone: string, date: string, time: string) => instantOn(zone, day(date), parseTime(time))

describe('a wall time becomes an instant', () => {
  it.each([
    ['2026-01-15', '09:00', newYork, '2026-01-15T09:00-05:00', 'winter'],
    ['2026-07-15', '09:00', newYork, '2026-07-15T09:00-04:00', 'summer'],
    ['2026-03-08', '02:30', newYork, '2026-03-08T03:30-04:00', 'skipped: moves forward by the gap'],
    ['2026-03-08', '02:00', newYork, '2026-03-08T03:00-04:00', 'the first skipped minute'],
    ['2026-03-08', '03:00', newYork, '2026-03-08T03:00-04:00', 'the first minute after the gap'],
    ['2026-11-01', '01:30', newYork, '2026-11-01T01:30-04:00', 'twice: the earlier one'],
    ['2026-11-01', '01:00', newYork, '2026-11-01T01:00-04:00', 'twice, its first minute: the earlier one'],
    ['2026-11-01', '02:00', newYork, '2026-11-01T02:00-05:00', 'only once: after the clock went back'],
    ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-05T01:45+11:00', 'twice by half an hour: the earlier one'],
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-04T02:45+11:00', 'skipped by half an hour'],
    [
      '2026-04-05',
      '02:30',
      'Australia/Sydney',
      '2026-04-05T02:30+11:00',
      'twice south of the equator: also the earlier',
    ],
    ['2011-12-30', '12:00', 'Pacific/Apia', '2011-12-31T12:00+14:00', 'a whole day skipped: moves forward by it'],
    ['2026-01-15', '09:00', 'Asia/Kathmandu', '2026-01-15T09:00+05:45', 'a zone off the hour'],
  ])('%s %s in %s is %s (%s)', (date, time, zone, expected) => {
    expect(on(zone, date, time)).toBe(at(expected))
  })

  it('asked on 7 March 2026 for the next 09:00 in New York, gives 09:00 and not 10:00', () => {
    const asked = at('2026-03-07T12:00-05:00')
    const next = addDays(newYork, on(newYork, '2026-03-07', '09:00'), 1)
    expect(next).toBe(at('2026-03-08T09:00-04:00'))
    expect(localTime(newYork, next)).toBe('09:00')
    expect(next - asked).toBe(20 * hourMs)
  })
})

describe('calendar days keep the wall time', () => {
  it.each([
    ['2026-03-07T09:00-05:00', 1, '2026-03-08T09:00-04:00', 'a day of 23 hours'],
    ['2026-03-09T09:00-04:00', -2, '2026-03-07T09:00-05:00', 'back over the change'],
    ['2026-10-31T09:00-04:00', 1, '2026-11-01T09:00-05:00', 'a day of 25 hours'],
    ['2026-11-01T01:30-05:00', 0, '2026-11-01T01:30-05:00', 'no days: the very same instant, even the later of two'],
    ['2024-01-31T09:00-05:00', 29, '2024-02-29T09:00-05:00', 'a leap day'],
    ['2026-03-07T02:30-05:00', 1, '2026-03-08T03:30-04:00', 'into the gap'],
  ])('%s plus %d days is %s (%s)', (from, days, expected) => {
    expect(addDays(newYork, at(from), days)).toBe(at(expected))
  })
})

describe('a local day', () => {
  it.each([
    [newYork, '2026-03-08', '2026-03-08T00:00-05:00', 23, 'clock forward'],
    [newYork, '2026-11-01', '2026-11-01T00:00-04:00', 25, 'clock back'],
    ['Africa/Cairo', '2026-04-24', '2026-04-24T01:00+03:00', 23, 'begins at 01:00'],
    ['America/Santiago', '2026-09-06', '2026-09-06T01:00-03:00', 23, 'begins at 01:00'],
    ['America/Havana', '2026-11-01', '2026-11-01T00:00-04:00', 25, 'midnight comes twice: the first'],
    ['Asia/Beirut', '2026-03-29', '2026-03-29T01:00+03:00', 23, 'begins at 01:00'],
    ['Pacific/Apia', '2011-12-30', '2011-12-31T00:00+14:00', 0, 'a day that never was'],
  ])('in %s %s begins at %s and has %d hours (%s)', (zone, date, begins, hours) => {
    expect(startOfDay(zone, day(date))).toBe(at(begins))
    expect(endOfDay(zone, day(date)) - startOfDay(zone, day(date))).toBe(hours * hourMs)
  })

  it.each([
    ['2026-03-08T04:59Z', '2026-03-07', '23:59', 6],
    ['2026-03-08T05:00Z', '2026-03-08', '00:00', 7],
    ['2026-03-09T03:59Z', '2026-03-08', '23:59', 7],
    ['2026-03-09T04:00Z', '2026-03-09', '00:00', 1],
  ])('at %s it is %s %s in New York', (instant, date, time, weekday) => {
    expect(localDate(newYork, at(instant))).toBe(date)
    expect(localTime(newYork, at(instant))).toBe(time)
    expect(weekdayOf(dayAt(newYork, at(instant)))).toBe(weekday)
  })
})

describe('what is no date, time or zone', () => {
  it.each([['2026-02-30'], ['2026-13-01'], ['2026-2-3'], ['20260203'], ['']])('the date %p is none', (date) => {
    expect(parseDate(date)).toBeNull()
  })

  it('a leap day is a date and comes back as it was', () => {
    expect(formatDate(day('2024-02-29'))).toBe('2024-02-29')
    expect(formatDate(day('1969-12-31'))).toBe('1969-12-31')
  })

  it.each([['24:00'], ['9:00'], ['09:60'], ['']])('the time of day %p is refused with a sentence', (time) => {
    expect(() => parseTime(time)).toThrow(`'${time}' is not a time of day (HH:mm)`)
  })

  it.each([
    ['America/New_York', true],
    ['UTC', true],
    ['America/Nowhere', false],
    ['+05:00', false],
    ['', false],
    [null, false],
  ])('zone %p: %p', (zone, expected) => {
    expect(isZone(zone)).toBe(expected)
  })
})

describe('an instant in words', () => {
  it.each([
    ['2026-03-09T13:00Z', newYork, 'Mon, Mar 9, 9:00 AM EDT'],
    ['2026-01-01T05:00Z', newYork, 'Thu, Jan 1, 12:00 AM EST'],
    ['2026-01-01T17:05Z', newYork, 'Thu, Jan 1, 12:05 PM EST'],
    ['2026-01-01T17:05Z', 'Europe/Berlin', 'Thu, Jan 1, 6:05 PM GMT+1'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(instantText(zone, at(instant))).toBe(expected)
  })
})
