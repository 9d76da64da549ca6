import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fullDate, instantOf, isAhead, isOver } from '../../../domain/inbound/fhir/dateTime.ts'

describe('an instant on the wire', () => {
  it.each([
    ['2026-05-11T09:00:00Z', '2026-05-11T09:00:00.000Z', 'UTC'],
    ['2026-05-11T09:00:00-04:00', '2026-05-11T13:00:00.000Z', 'west of Greenwich is later in UTC'],
    ['2026-05-11T09:00:00+05:30', '2026-05-11T03:30:00.000Z', 'half-hour offsets exist'],
    ['2026-05-11T00:30:00+14:00', '2026-05-10T10:30:00.000Z', 'the farthest offset crosses the day'],
    ['2026-05-11T09:00:00.5Z', '2026-05-11T09:00:00.500Z', 'a short fraction is not milliseconds'],
    ['2026-05-11T09:00:00.123456789Z', '2026-05-11T09:00:00.123Z', 'finer than milliseconds is cut'],
    ['2026-05-11T09:00Z', '2026-05-11T09:00:00.000Z', 'seconds are often left out'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 'a leap day'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z', 'a leap second is the next second'],
  ])('%s is %s: %s', (text, expected) => {
    expect(new Date(instantOf(text) ?? Number.NaN).toISOString()).toBe(expected)
  })

  it.each([
    ['2026-05-11T09:00:00', 'no offset: it could be any of 38 instants'],
    ['2026-02-30T09:00:00Z', 'February has no 30th'],
    ['2026-02-30T25:00', 'neither day nor hour exist'],
    ['2026-13-01T09:00:00Z', 'no 13th month'],
    ['2025-02-29T09:00:00Z', 'no leap year'],
    ['2026-05-11T24:00:00Z', 'the day ends at 23:59'],
    ['2026-05-11T09:60:00Z', 'no 60th minute'],
    ['2026-05-11T09:00:00+15:00', 'no such offset'],
    ['2026-05-11', 'a day is no instant'],
    ['20260511T090000Z', 'the short form of ISO 8601 is not FHIR'],
    ['0000-01-01T00:00:00Z', 'there is no year 0'],
    ['0001-01-01T00:00:00+14:00', 'in UTC it lies in the year 0'],
    ['9999-12-31T23:59:59-12:00', 'in UTC it lies in a year of five digits'],
    ['tomorrow', 'words'],
    ['', 'nothing'],
  ])('%s is none: %s', (text) => {
    expect(instantOf(text)).toBeNull()
  })

  it('reads back every instant that a clock can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(instantOf(date.toISOString())).toBe(date.getTime())
        },
      ),
    )
  })
})

describe('a day on the wire', () => {
  it.each([
    ['1980-02-03', '1980-02-03'],
    ['1980-02', null],
    ['1980', null],
    ['1981-02-29', null],
    ['1980-2-3', null],
  ])('%s is %s', (text, expected) => {
    expect(fullDate(text)).toBe(expected)
  })
})

describe('periods', () => {
  const now = Date.parse('2026-05-04T12:00:00Z')
  it.each([
    ['2025', true, false, 'a year ends with its December'],
    ['2026', false, false, 'this year goes on'],
    ['2026-04', true, false, 'last month is over'],
    ['2026-05', false, false, 'this month goes on'],
    ['2026-12', false, true, 'a month still to come'],
    ['2026-05-03', true, false, 'yesterday'],
    ['2026-05-04', false, false, 'today lasts until midnight'],
    ['2026-05-05', false, true, 'tomorrow'],
    ['2026-05-04T11:59:59Z', true, false, 'a second ago'],
    ['2027', false, true, 'next year'],
    ['2026-05-03T23:00:00', true, false, 'a time of yesterday, wherever that was'],
    ['2026-05-04T09:00:00', false, false, 'a time of today: its day goes on'],
    ['2026-05-05T09:00', false, true, 'a time of tomorrow'],
    ['soon', false, false, 'what says nothing ends nothing'],
  ])('%s: over %s, ahead %s: %s', (text, over, ahead) => {
    expect([isOver(text, now), isAhead(text, now)]).toEqual([over, ahead])
  })
})
