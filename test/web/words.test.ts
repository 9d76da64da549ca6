import { describe, expect, it } from '@jest/globals'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { localPath } from '../../web/answer.ts'
import { relative, writtenBirth, writtenDate, writtenOut } from '../../web/words/time.ts'
import { timingSentence } from '../../web/words/timing.ts'
import { trailRows } from '../../web/words/trail.ts'
import { statusWord } from '../../web/words/types.ts'

const start = { anchor: 'start', timeOfDay: null } as const

describe('timing as a sentence', () => {
  it.each([
    [
      { ...start, offset: 2, unit: 'days', direction: 'before', timeOfDay: '10:00' },
      '2 days before the appointment, at 10:00 AM',
    ],
    [{ ...start, offset: 1, unit: 'hours', direction: 'before' }, '1 hour before the appointment'],
    [{ ...start, offset: 90, unit: 'minutes', direction: 'after' }, '90 minutes after the appointment'],
    [
      { ...start, offset: 0, unit: 'days', direction: 'before', timeOfDay: '07:30' },
      'On the day of the appointment, at 7:30 AM',
    ],
    [{ ...start, offset: 0, unit: 'hours', direction: 'after' }, 'Right after the appointment'],
    [
      { ...start, anchor: 'dueDate', offset: 14, unit: 'days', direction: 'before' },
      '14 days before the recall’s due date',
    ],
    [
      { ...start, anchor: 'created', offset: 1, unit: 'hours', direction: 'after' },
      '1 hour after the appointment is booked',
    ],
  ] as const)('%j reads “%s”', (timing, sentence) => {
    expect(timingSentence(timing)).toBe(sentence)
  })
})

describe('times written out', () => {
  const now = Date.UTC(2026, 2, 4, 15, 0)

  it.each([
    [Date.UTC(2026, 2, 9, 13, 0), 'America/New_York', 'Mon, Mar 9, 9:00 AM EDT', 'after the clock change'],
    [Date.UTC(2026, 2, 6, 13, 0), 'America/New_York', 'Fri, Mar 6, 8:00 AM EST', 'before it'],
    [Date.UTC(2027, 0, 1, 17, 0), 'America/Los_Angeles', 'Fri, Jan 1, 2027, 9:00 AM PST', 'another year is named'],
    [Date.UTC(2027, 0, 1, 2, 0), 'America/Los_Angeles', 'Thu, Dec 31, 6:00 PM PST', 'by the local year'],
  ])('%d in %s is %s: %s', (instant, zone, expected) => {
    expect(writtenOut(instant, zone, now)).toBe(expected)
  })

  it('holds no space that would be taken for something else', () => {
    expect(writtenOut(now, 'America/New_York', now)).not.toMatch(/[\u00a0\u202f]/)
    expect(writtenDate(now, 'America/New_York')).toBe('Mar 4, 2026')
  })

  it.each([
    ['1980-03-09', null, 'Mar 9, 1980'],
    [null, '2015-06', 'Jun 2015'],
    [null, '2015', '2015'],
    [null, null, null],
  ])('born %s, or in %s: %s', (birthDate, bornIn, expected) => {
    expect(writtenBirth({ birthDate, bornIn })).toBe(expected)
  })

  it.each([
    [now + 10_000, 'in a moment'],
    [now - 10_000, 'just now'],
    [now - 12 * minuteMs, '12 minutes ago'],
    [now + 5 * hourMs, 'in 5 hours'],
    [now + dayMs, 'tomorrow'],
    [now - 40 * dayMs, 'last month'],
  ])('%d is %s', (instant, expected) => {
    expect(relative(instant, now)).toBe(expected)
  })
})

it.each([
  ['checkedIn', 'Checked in'],
  ['noShow', 'No show'],
  ['inProgress', 'In progress'],
])('the status %s is told as “%s”', (status, word) => {
  expect(statusWord(status)).toBe(word)
})

it.each([
  ['/deliveries?status=sent', '/deliveries?status=sent'],
  ['//example.org', '/actions'],
  ['/\\example.org', '/actions'],
  ['https://example.org', '/actions'],
  ['/with space', '/actions'],
  ['', '/actions'],
  [undefined, '/actions'],
])('going back to %j leads to %s', (wanted, path) => {
  expect(localPath(wanted, '/actions')).toBe(path)
})

describe('rows of a why', () => {
  it.each([
    ['actionType', 'extraReminder on', 'extra reminder on'],
    ['code', 'icd10 E08-E13, icd9 250.*', 'ICD-10 E08-E13, ICD-9 250.*'],
    ['code', 'any', 'any'],
    ['status', 'booked, checkedIn', 'booked, checked in'],
    ['channels', "the recipient's own order", 'the recipient’s own order'],
  ])('of %s write %p as %p', (check, wanted, words) => {
    const [row] = trailRows([{ check, wanted, saw: wanted, result: 'passed' }], 'America/New_York', 0)
    expect(row).toMatchObject({ wanted: words, saw: words })
  })
})
