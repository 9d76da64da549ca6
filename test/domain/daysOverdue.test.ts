import { describe, expect, it } from '@jest/globals'
import { daysOverdue } from '../../domain/daysOverdue.ts'

const zone = 'America/New_York'
const now = Date.UTC(2026, 2, 9, 13, 0)

describe('how many days a recall is overdue', () => {
  const cases: [due: Parameters<typeof daysOverdue>[0], days: number | null, why: string][] = [
    ['2026-03-09', 0, 'due today'],
    ['2026-03-08', 1, 'yesterday, although that day had 23 hours'],
    ['2026-02-09', 28, 'last month'],
    ['2026-04-01', 0, 'not due yet'],
    [Date.UTC(2026, 2, 9, 3, 0), 1, 'an instant counts by its local day: March 8, 11 p.m.'],
    [null, null, 'no due date'],
    ['soon', null, 'no date at all'],
  ]
  it.each(cases)('%s: %s (%s)', (due, days) => {
    expect(daysOverdue(due, zone, now)).toBe(days)
  })
})
