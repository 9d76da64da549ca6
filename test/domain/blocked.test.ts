import { describe, expect, it } from '@jest/globals'
import type { CareEventFacts, OrganizationFacts } from '../../domain/facts.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { plan } from '../../domain/plan.ts'
import {
  action,
  appointment,
  at,
  diagnosis,
  inNewYork,
  nothingDecided,
  organization,
  patient,
  recall,
} from './build.ts'

type Changes = NonNullable<Parameters<typeof action>[0]>
interface Given {
  /** The appointment's start, unless `careEvent` says more. */
  start?: string
  careEvent?: CareEventFacts
  timing?: Changes['timing']
  definition?: Omit<Changes, 'timing'>
  editedAt?: string
  organization?: Partial<OrganizationFacts>
  now?: string
}

/** The final time as New York's clock shows it, or the reason why there is none. */
function final(given: Given): string | null {
  const careEvent = given.careEvent ?? appointment({ start: { at: at(given.start ?? '2026-03-10T10:00-04:00') } })
  const edited = given.editedAt === undefined ? {} : { editedAt: at(given.editedAt) }
  const one = action({ ...given.definition, ...(given.timing && { timing: given.timing }) }, edited)
  const now = at(given.now ?? '2026-02-01T12:00-05:00')
  const [verdict] = plan(careEvent, [one], organization(given.organization), nothingDecided, now)
  return verdict?.verdict === 'planned' ? inNewYork(verdict.sendAt) : (verdict?.reason ?? null)
}

// 2026: March 8 is the Sunday on which the clock goes forward; March 10 is a Tuesday.
describe('Blocked, 1: the next allowed instant, if it is near enough', () => {
  it.each<[Given, string, string]>([
    [{ start: '2026-03-12T10:00-04:00' }, '2026-03-10 10:00', 'nothing blocks: the due time itself'],
    [{ start: '2026-03-10T10:00-04:00' }, '2026-03-09 09:00', 'a 2-day reminder due on Sunday goes on Monday morning'],
    [
      { start: '2026-03-12T05:00-04:00' },
      '2026-03-10 09:00',
      'due at 05:00: at the end of quiet hours, 4 of 48 hours later',
    ],
    [
      { start: '2026-03-12T09:00-04:00', timing: { offset: 6, unit: 'hours' } },
      '2026-03-11 19:00',
      'due at 03:00, allowed at 09:00: not before the anchor, so the evening before',
    ],
    [
      { start: '2026-03-12T21:00-04:00', timing: { offset: 24, unit: 'hours' } },
      '2026-03-12 09:00',
      'due at 21:00, allowed at 09:00: exactly half of the offset away',
    ],
    [
      { start: '2026-03-12T20:59-04:00', timing: { offset: 24, unit: 'hours' } },
      '2026-03-11 19:00',
      'a minute more than half of the offset: earlier instead',
    ],
    [
      { start: '2026-03-07T10:00-05:00', timing: { direction: 'after', offset: 1, unit: 'days' } },
      '2026-03-09 09:00',
      'after: due on Sunday, goes on Monday',
    ],
  ])('%p: %s (%s)', (given, expected) => {
    expect(final(given)).toBe(expected)
  })

  const closed = (from: string, to: string) => ({ closures: [{ facilityId: null, from, to, name: 'Closed' }] })
  const noNights = {
    quietHours: { ...defaultDeliveryRules.quietHours, enabled: false },
    sundays: { enabled: false },
  }
  const after: Given['timing'] = { direction: 'after', offset: 1, unit: 'days' }
  it.each<[Given, string, string]>([
    [
      {
        start: '2026-03-09T00:00-04:00',
        timing: after,
        organization: {
          ...closed('2026-03-10', '2026-03-12'),
          deliveryRules: { ...defaultDeliveryRules, ...noNights },
        },
      },
      '2026-03-13 00:00',
      'after: exactly 72 hours away',
    ],
    [
      {
        start: '2026-03-08T23:59-04:00',
        timing: after,
        organization: {
          ...closed('2026-03-09', '2026-03-12'),
          deliveryRules: { ...defaultDeliveryRules, ...noNights },
        },
      },
      'blockedHolidays',
      'after: a minute more than 72 hours away is skipped',
    ],
  ])('%p: %s (%s)', (given, expected) => {
    expect(final(given)).toBe(expected)
  })
})

describe('Blocked, 2: earlier', () => {
  it.each<[Given, string, string]>([
    [
      { start: '2026-03-10T07:00-04:00', timing: { offset: 2, unit: 'hours' } },
      '2026-03-09 19:00',
      'a 07:00 appointment with a 2-hour reminder gets it, the evening before',
    ],
    [
      { start: '2026-03-10T09:00-04:00', timing: { offset: 2, unit: 'hours' } },
      '2026-03-09 19:00',
      'due at 07:00: 19:00 the evening before',
    ],
    [
      { start: '2026-03-09T07:00-04:00', timing: { offset: 2, unit: 'hours' } },
      '2026-03-07 19:00',
      'the day before is a Sunday: Saturday evening',
    ],
    [
      { start: '2026-03-09T10:00-04:00', timing: { offset: 1, unit: 'days' } },
      '2026-03-07 10:00',
      'due on Sunday at 10:00, Monday is too near: Saturday, at the same wall time',
    ],
    [
      { start: '2026-11-27T14:00-05:00', timing: { offset: 1, unit: 'days' } },
      '2026-11-25 14:00',
      'due on Thanksgiving: the day before, at the same wall time',
    ],
    [
      { start: '2026-03-10T23:00-04:00', timing: { offset: 2, unit: 'hours' } },
      '2026-03-10 19:00',
      'due at 21:00: the same evening, an hour before quiet hours begin',
    ],
    [
      { start: '2026-11-27T06:00-05:00', timing: { offset: 2, unit: 'hours' } },
      '2026-11-25 19:00',
      'the evening before is a holiday: the evening before that',
    ],
    [
      {
        start: '2026-03-10T07:00-04:00',
        timing: { offset: 2, unit: 'hours' },
        organization: {
          deliveryRules: {
            ...defaultDeliveryRules,
            quietHours: { ...defaultDeliveryRules.quietHours, monday: { from: '17:00', to: '09:00' } },
          },
        },
      },
      '2026-03-09 16:00',
      'quiet hours of that weekday count',
    ],
    [
      {
        start: '2026-03-10T07:00-04:00',
        timing: { offset: 2, unit: 'hours' },
        organization: {
          deliveryRules: {
            ...defaultDeliveryRules,
            quietHours: { ...defaultDeliveryRules.quietHours, monday: null, tuesday: { from: '00:00', to: '09:00' } },
          },
        },
      },
      '2026-03-09 23:00',
      'quiet hours that begin at midnight: an hour before it',
    ],
    [
      {
        start: '2026-03-10T00:30-04:00',
        timing: { offset: 30, unit: 'minutes' },
        organization: {
          closures: [{ facilityId: null, from: '2026-03-10', to: '2026-03-10', name: 'Closed' }],
          deliveryRules: {
            ...defaultDeliveryRules,
            quietHours: { ...defaultDeliveryRules.quietHours, monday: null },
          },
        },
      },
      '2026-03-09 09:00',
      'no quiet hours begin that day, those of the day before reach into it: once they end',
    ],
    [
      {
        careEvent: appointment({
          start: { at: at('2026-03-10T10:00-04:00') },
          patient: patient({ zone: 'America/Los_Angeles' }),
        }),
        timing: { offset: 2, unit: 'hours' },
      },
      '2026-03-09 22:00',
      'an hour before quiet hours where the patient is: 19:00 in Los Angeles',
    ],
    [
      {
        careEvent: appointment({
          start: { at: at('2026-03-10T07:00-04:00') },
          patient: patient({ addressState: 'TN' }),
        }),
        timing: { offset: 2, unit: 'hours' },
      },
      '2026-03-09 19:00',
      'an address in a state with two zones: an hour before quiet hours begin in the first of them',
    ],
    [
      { start: '2026-03-10T09:00-04:00', timing: { offset: 0, unit: 'days', timeOfDay: '10:00' } },
      '2026-03-09 10:00',
      'a time of day past the anchor on the same day counts as blocked: the day before, same wall time',
    ],
    [
      { start: '2026-03-10T10:00-04:00', timing: { offset: 0, unit: 'days', timeOfDay: '10:00' } },
      '2026-03-09 10:00',
      'a time of day at the anchor itself is not before it',
    ],
    [
      { careEvent: recall({ dueDate: { date: '2026-03-08' } }), definition: { type: 'recall' }, timing: { offset: 0 } },
      '2026-03-07 10:00',
      'a date without a time ends with its local day: a recall due on Sunday goes on Saturday',
    ],
  ])('%p: %s (%s)', (given, expected) => {
    expect(final(given)).toBe(expected)
  })

  it.each<[string, string, string]>([
    ['2026-03-09T18:59-04:00', '2026-03-09 19:00', 'before the earlier time'],
    ['2026-03-09T19:00:01-04:00', '2026-03-09 19:00', 'waking a second after it changes nothing'],
    ['2026-03-09T19:30-04:00', '2026-03-09 19:30', 'half an hour past it: now'],
    [
      '2026-03-09T20:30-04:00',
      'blockedQuietHours',
      'past it and inside quiet hours: nothing is left before the anchor',
    ],
    ['2026-03-09T23:01-04:00', 'blockedQuietHours', 'more than the accepted lateness past it'],
  ])(
    'an earlier time counts while now is not more than the accepted lateness past it: at %s it is %s (%s)',
    (now, expected) => {
      expect(final({ start: '2026-03-10T07:00-04:00', timing: { offset: 2, unit: 'hours' }, now })).toBe(expected)
    },
  )

  it('an earlier time that can no longer be used gives way to the next one before the anchor', () => {
    // Due on Sunday 08:00; Saturday 08:00 is blocked, so Saturday 19:00; booked on Saturday at 21:00.
    const given = { start: '2026-03-09T10:00-04:00', timing: { offset: 26, unit: 'hours' } } as const
    expect(final({ ...given, now: '2026-03-07T12:00-05:00' })).toBe('2026-03-07 19:00')
    expect(final({ ...given, now: '2026-03-07T21:00-05:00' })).toBe('2026-03-09 09:00')
    expect(final({ ...given, now: '2026-03-07T23:59-05:00' })).toBe('2026-03-09 09:00')
  })
})

describe('Blocked, 2: a recent edit never moves a message earlier', () => {
  const twoHours = { offset: 2, unit: 'hours' } as const
  it.each<[Given, string, string]>([
    [
      {
        start: '2026-03-10T14:00-04:00',
        timing: twoHours,
        editedAt: '2026-03-10T11:30-04:00',
        now: '2026-03-10T11:30-04:00',
      },
      '2026-03-10 12:30',
      'postponed within half of the offset',
    ],
    [
      {
        start: '2026-03-10T14:00-04:00',
        timing: { offset: 1, unit: 'hours' },
        editedAt: '2026-03-10T12:45-04:00',
        now: '2026-03-10T12:45-04:00',
      },
      '2026-03-10 13:45',
      'postponed by more than half of the offset, still before the anchor: not the day before',
    ],
    [
      {
        start: '2026-03-10T14:00-04:00',
        timing: { offset: 1, unit: 'hours' },
        editedAt: '2026-03-10T13:00-04:00',
        now: '2026-03-10T13:00-04:00',
      },
      'blockedRecentEdit',
      'nothing is left before the anchor',
    ],
    [
      {
        start: '2026-03-10T07:00-04:00',
        timing: twoHours,
        editedAt: '2026-03-09T18:30-04:00',
        now: '2026-03-09T18:30-04:00',
      },
      '2026-03-09 19:30',
      'an earlier time within the hour of an edit is postponed like any other',
    ],
    [
      {
        start: '2026-03-10T14:00-04:00',
        timing: { offset: 1, unit: 'hours' },
        definition: { skippedRules: ['recentEdit'] },
        editedAt: '2026-03-10T12:45-04:00',
        now: '2026-03-10T12:45-04:00',
      },
      '2026-03-10 13:00',
      'skipped by the action',
    ],
  ])('%p: %s (%s)', (given, expected) => {
    expect(final(given)).toBe(expected)
  })
})

describe('Blocked, 2: an edit that comes while the message is due', () => {
  it('an edit a moment after the due time postpones what has not gone out yet', () => {
    const given = { timing: { offset: 24, unit: 'hours' }, editedAt: '2026-03-09T10:00:20-04:00' } as const
    expect(final({ ...given, now: '2026-03-09T10:00:30-04:00' })).toBe('2026-03-09 11:00')
  })

  it('postponed, not moved earlier, also where much lateness is accepted', () => {
    const timing = { offset: 1, unit: 'hours', maxLatenessMinutes: 10_080 } as const
    const one = action({ timing }, { editedAt: at('2026-03-10T08:45-04:00') })
    const [verdict] = plan(appointment(), [one], organization(), nothingDecided, at('2026-03-10T08:45-04:00'))
    const edit = verdict?.trail.find((entry) => entry.check === 'recentEdit')
    expect(edit).toMatchObject({ result: 'moved', at: at('2026-03-10T09:45-04:00') })
    expect(verdict?.sendAt).toBe(at('2026-03-10T09:45-04:00'))
  })
})

describe('Blocked, 3 and 4: later before the anchor, or not at all', () => {
  it.each<[Given, string, string]>([
    [
      { start: '2026-03-10T10:00-04:00', timing: { offset: 3, unit: 'hours', ifBlocked: 'skip' } },
      '2026-03-10 09:00',
      'not moved earlier: the next one before the anchor, although more than half of the offset away',
    ],
    [
      { start: '2026-03-10T09:00-04:00', timing: { offset: 2, unit: 'hours', ifBlocked: 'skip' } },
      'blockedQuietHours',
      'at the anchor is not before it',
    ],
    [
      { start: '2026-03-10T07:00-04:00', timing: { offset: 2, unit: 'hours', ifBlocked: 'skip' } },
      'blockedQuietHours',
      'skipped, with the rule as reason',
    ],
    [
      { start: '2026-03-09T08:00-04:00', timing: { offset: 1, unit: 'days', ifBlocked: 'skip' } },
      'blockedSundays',
      'of several rules the one that blocks longest is the reason',
    ],
    [
      { start: '2026-03-10T09:00-04:00', timing: { offset: 0, unit: 'days', timeOfDay: '10:00', ifBlocked: 'skip' } },
      'blockedTimeOfDay',
      'a time of day past the anchor',
    ],
    [
      { start: '2026-03-10T09:00-04:00', timing: { offset: 0, unit: 'days', timeOfDay: '21:00', ifBlocked: 'skip' } },
      'blockedTimeOfDay',
      'a time of day past the anchor, whatever else blocks it',
    ],
    [
      {
        start: '2026-03-10T07:00-04:00',
        timing: { offset: 2, unit: 'hours' },
        definition: { skippedRules: ['quietHours'] },
      },
      '2026-03-10 05:00',
      'an action that skips quiet hours sends in them',
    ],
  ])('%p: %s (%s)', (given, expected) => {
    expect(final(given)).toBe(expected)
  })
})

describe('Blocked: never after the appointment has begun', () => {
  it.each<[string, string]>([
    ['2026-03-10T09:59:59-04:00', '2026-03-10 09:59'],
    ['2026-03-10T10:00-04:00', 'anchorPassed'],
    ['2026-03-10T10:01-04:00', 'anchorPassed'],
  ])('an appointment at 10:00 with a 30-minute reminder, at %s: %s', (now, expected) => {
    const timing = { offset: 30, unit: 'minutes' } as const
    expect(final({ start: '2026-03-10T10:00-04:00', timing, now })).toBe(expected)
  })

  it('after the end of the local day of a date without a time', () => {
    const given = {
      careEvent: recall(),
      definition: { type: 'recall' },
      timing: { offset: 0, maxLatenessMinutes: 10_080 },
    } as const
    expect(final({ ...given, now: '2026-03-10T15:00-04:00' })).toBe('2026-03-10 15:00')
    expect(final({ ...given, now: '2026-03-11T00:00-04:00' })).toBe('anchorPassed')
  })

  it('an "after" message has no such end', () => {
    const timing = { offset: 1, maxLatenessMinutes: 240 } as const
    const now = '2026-03-11T11:00-04:00'
    expect(final({ careEvent: diagnosis(), definition: { type: 'diagnosis' }, timing, now })).toBe('2026-03-11 11:00')
  })
})
