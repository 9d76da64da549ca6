import { describe, expect, it } from '@jest/globals'
import type { ActionFacts, CareEventFacts, Decided } from '../../domain/facts.ts'
import { plan } from '../../domain/plan.ts'
import {
  action,
  appointment,
  at,
  delivery,
  diagnosis,
  inNewYork,
  longAgo,
  nothingDecided,
  organization,
  procedure,
  recall,
  uuid,
} from './build.ts'

type Changes = NonNullable<Parameters<typeof action>[0]>

/** The final time as New York's clock shows it, or the reason why there is none. */
function final(
  careEvent: CareEventFacts,
  one: ActionFacts,
  now: string,
  decided: Decided = nothingDecided,
): string | null {
  const [verdict] = plan(careEvent, [one], organization(), decided, at(now))
  return verdict?.verdict === 'planned' ? inNewYork(verdict.sendAt) : (verdict?.reason ?? null)
}

/** Tuesday 2026-03-10 at 10:00, known long before unless said otherwise. */
const booked = (more: Partial<CareEventFacts> = {}) => appointment(more)
const hoursBefore = (offset: number, more: Changes['timing'] = {}) =>
  action({ timing: { offset, unit: 'hours', ...more } })

describe('Late: lateness counts from the final time', () => {
  // Due on Sunday 10:00, final on Monday 09:00.
  const twoDays = action({ timing: { offset: 2 } })
  it.each([
    ['2026-03-09T09:00:00-04:00', '2026-03-09 09:00', 'on time'],
    ['2026-03-09T09:00:30-04:00', '2026-03-09 09:00', 'waking takes a moment'],
    ['2026-03-09T12:59-04:00', '2026-03-09 12:59', 'the system was down for less than 240 minutes'],
    ['2026-03-09T13:00-04:00', '2026-03-09 13:00', 'exactly 240 minutes'],
    ['2026-03-09T13:01-04:00', 'tooLate', 'more than 240 minutes'],
    ['2026-03-09T19:00-04:00', 'tooLate', 'still before the anchor, but too late'],
  ])('at %s: %s (%s)', (now, expected) => {
    expect(final(booked(), twoDays, now)).toBe(expected)
  })

  // Due at 14:00.
  it.each([
    [0, '2026-03-09T14:01:00-04:00', '2026-03-09 14:01', 'a limit of 0 lets pass the moment it takes to wake'],
    [0, '2026-03-09T14:01:01-04:00', 'tooLate', 'and no more'],
    [30, '2026-03-09T14:31-04:00', 'tooLate', 'a shorter limit'],
    [300, '2026-03-09T19:00-04:00', '2026-03-09 19:00', 'a longer limit'],
  ])('with a limit of %d minutes, at %s: %s (%s)', (maxLatenessMinutes, now, expected) => {
    expect(final(booked(), hoursBefore(20, { maxLatenessMinutes }), now)).toBe(expected)
  })

  // Due at 19:00, an hour before quiet hours.
  it.each([
    [240, '2026-03-09T20:30-04:00', 'tooLate', '09:00 is 14 hours after 19:00'],
    [1000, '2026-03-09T20:30-04:00', '2026-03-10 09:00', 'moved on, within the limit'],
  ])(
    'inside a blocked window it moves on and is judged against the same limit, %d minutes: at %s %s (%s)',
    (max, now, expected) => {
      expect(final(booked(), hoursBefore(15, { maxLatenessMinutes: max }), now)).toBe(expected)
    },
  )

  it('"before" never goes past its anchor, however late it may be', () => {
    expect(final(booked(), hoursBefore(1, { maxLatenessMinutes: 10_080 }), '2026-03-10T10:00-04:00')).toBe(
      'anchorPassed',
    )
  })

  it('"after" is judged by its limit alone', () => {
    const after = action({ timing: { offset: 1, unit: 'hours', direction: 'after' } })
    expect(final(booked(), after, '2026-03-10T15:00-04:00')).toBe('2026-03-10 15:00')
    expect(final(booked(), after, '2026-03-10T15:01-04:00')).toBe('tooLate')
  })
})

describe('Late: a care event that arrives after the due time', () => {
  const known = (iso: string) => ({ anchorKnownSince: at(iso) })
  it.each<[string, CareEventFacts, ActionFacts, string, string]>([
    [
      'an appointment booked inside the lead time',
      booked(known('2026-03-09T12:00-04:00')),
      hoursBefore(24),
      '2026-03-09T12:00-04:00',
      'recordedTooLate',
    ],
    [
      'booked at the very due time is in time',
      booked(known('2026-03-09T10:00-04:00')),
      hoursBefore(24),
      '2026-03-09T10:00-04:00',
      '2026-03-09 10:00',
    ],
    [
      'booked inside the lead time, with a day accepted: at the first allowed instant',
      booked(known('2026-03-09T21:00-04:00')),
      hoursBefore(24, { acceptLateDays: 1 }),
      '2026-03-09T21:00-04:00',
      '2026-03-10 09:00',
    ],
    [
      'a recall that comes late',
      recall(known('2026-03-08T12:00-04:00')),
      action({ type: 'recall', timing: { offset: 7 } }),
      '2026-03-08T12:00-04:00',
      'recordedTooLate',
    ],
    [
      'charges posted six days later, a week is accepted by default',
      procedure(known('2026-03-16T12:00-04:00')),
      action({ type: 'procedure', timing: { offset: 1 } }),
      '2026-03-16T12:00-04:00',
      '2026-03-16 12:00',
    ],
    [
      'charges posted exactly seven days after it was due',
      procedure(known('2026-03-18T10:00-04:00')),
      action({ type: 'procedure', timing: { offset: 1 } }),
      '2026-03-18T10:00-04:00',
      '2026-03-18 10:00',
    ],
    [
      'charges posted later than that',
      procedure(known('2026-03-18T10:01-04:00')),
      action({ type: 'procedure', timing: { offset: 1 } }),
      '2026-03-18T10:01-04:00',
      'recordedTooLate',
    ],
    [
      'a diagnosis recorded at night: in the morning',
      diagnosis(known('2026-03-13T22:00-04:00')),
      action({ type: 'diagnosis', timing: { offset: 1 } }),
      '2026-03-13T22:00-04:00',
      '2026-03-14 09:00',
    ],
    [
      'lateness counts from that first allowed instant',
      diagnosis(known('2026-03-13T22:00-04:00')),
      action({ type: 'diagnosis', timing: { offset: 1 } }),
      '2026-03-14T13:01-04:00',
      'tooLate',
    ],
    [
      'a backfill of last year',
      procedure({ ...known('2026-03-16T12:00-04:00'), procedureDate: { date: '2025-05-05' } }),
      action({ type: 'procedure', timing: { offset: 1 } }),
      '2026-03-16T12:00-04:00',
      'recordedTooLate',
    ],
    [
      'an action that accepts none skips a procedure too',
      procedure(known('2026-03-11T10:01-04:00')),
      action({ type: 'procedure', timing: { offset: 1, acceptLateDays: 0 } }),
      '2026-03-11T10:01-04:00',
      'recordedTooLate',
    ],
  ])('%s', (_, careEvent, one, now, expected) => {
    expect(final(careEvent, one, now)).toBe(expected)
  })

  it.each([
    ['a moment later, as it always is', 0, '2026-03-02T12:00:05-05:00', '2026-03-02 12:00'],
    ['hours later', 0, '2026-03-02T16:30-05:00', 'tooLate'],
    ['hours later, with a day accepted', 1, '2026-03-02T16:30-05:00', '2026-03-02 16:30'],
  ])('a booking reaches us %s', (_, acceptLateDays, now, expected) => {
    const careEvent = booked({ createdAt: at('2026-03-02T12:00-05:00'), anchorKnownSince: at(now) })
    const timing = { anchor: 'created', direction: 'after', offset: 0, unit: 'minutes', acceptLateDays } as const
    expect(final(careEvent, action({ type: 'extraReminder', timing }), now)).toBe(expected)
  })
})

describe('Due time: nothing due before the activation is sent', () => {
  it.each([
    ['2026-03-10T07:59-04:00', '2026-03-10 09:00', 'activated before it was due'],
    ['2026-03-10T08:00-04:00', '2026-03-10 09:00', 'activated when it was due'],
    ['2026-03-10T08:00:01-04:00', 'beforeActivation', 'activated after it was due'],
  ])('activated %s: %s (%s)', (activated, expected) => {
    const one = action({ timing: { offset: 4, unit: 'hours', direction: 'before' } }, { activatedAt: at(activated) })
    const careEvent = booked({ start: { at: at('2026-03-10T12:00-04:00') } })
    expect(final(careEvent, one, '2026-03-10T08:00:01-04:00')).toBe(expected)
  })

  it('never activated: nothing', () => {
    expect(final(booked(), action({}, { activatedAt: null }), '2026-03-01T12:00-05:00')).toBe('beforeActivation')
  })
})

describe('Late: moved after sending', () => {
  const oldStart = '2026-03-12T14:00:00.000Z'
  const told = delivery({
    occurrenceKey: `${uuid(2)}/start/${oldStart}`,
    sentAt: at('2026-03-09T10:00-04:00'),
    status: 'delivered',
  })
  const decided = (more: Partial<typeof told> = {}): Decided => ({
    deliveries: [{ ...told, ...more }],
    suppressions: [],
  })
  /** Moved on Monday at 11:00 to Tuesday 10:00: the 48 hours before that are over. */
  const moved = booked({ anchorKnownSince: at('2026-03-09T11:00-04:00') })
  it.each<[string, string, ActionFacts, Decided, string]>([
    ['the new one is due now', '2026-03-09T11:00-04:00', hoursBefore(48), decided(), '2026-03-09 11:00'],
    [
      'it is never too late for it, while the date lies ahead',
      '2026-03-09T19:59-04:00',
      hoursBefore(48),
      decided(),
      '2026-03-09 19:59',
    ],
    ['quiet hours hold', '2026-03-09T20:30-04:00', hoursBefore(48), decided(), '2026-03-10 09:00'],
    ['not after the appointment has begun', '2026-03-10T10:00-04:00', hoursBefore(48), decided(), 'anchorPassed'],
    [
      'the new due time is still to come: then',
      '2026-03-09T11:00-04:00',
      hoursBefore(12),
      decided(),
      '2026-03-09 19:00',
    ],
    ['sent only once', '2026-03-09T11:00-04:00', hoursBefore(48, { ifMoved: 'once' }), decided(), 'sentBeforeMove'],
    [
      'an unknown outcome may have told it',
      '2026-03-09T11:00-04:00',
      hoursBefore(48),
      decided({ status: 'unknown', final: true }),
      '2026-03-09 11:00',
    ],
    [
      'what never reached anybody told nothing',
      '2026-03-09T11:00-04:00',
      hoursBefore(48),
      decided({ status: 'failed', final: true, reachedProvider: false }),
      'recordedTooLate',
    ],
    [
      'another action told nothing for this one',
      '2026-03-09T11:00-04:00',
      hoursBefore(48),
      decided({ actionId: uuid(9) }),
      'recordedTooLate',
    ],
    [
      'another care event told nothing for this one',
      '2026-03-09T11:00-04:00',
      hoursBefore(48),
      decided({ careEventId: uuid(9) }),
      'recordedTooLate',
    ],
  ])('%s', (_, now, one, given, expected) => {
    const [verdict] = plan(moved, [one], organization(), given, at(now)).filter(
      (each) => each.deliveryId !== told.id || each.verdict !== 'postponed',
    )
    expect(verdict?.verdict === 'planned' ? inNewYork(verdict.sendAt) : verdict?.reason).toBe(expected)
  })

  it('its last slot has gone by: the correction goes out as soon as it may', () => {
    // Due on Monday 05:00, so on Saturday 19:00, which is over; moved on Sunday to Monday 07:00.
    const careEvent = booked({
      start: { at: at('2026-03-09T07:00-04:00') },
      anchorKnownSince: at('2026-03-07T10:00-05:00'),
    })
    const one = hoursBefore(2, { maxLatenessMinutes: 0 })
    expect(final(careEvent, one, '2026-03-07T19:30-05:00')).toBe('blockedQuietHours')
    expect(final(careEvent, one, '2026-03-07T19:30-05:00', decided())).toBe('2026-03-07 19:30')
  })

  it('an appointment moved an hour before its reminder is not announced at the old time', () => {
    const reminder = hoursBefore(24)
    const before = booked({ start: { at: at('2026-03-12T14:00-04:00') } })
    expect(final(before, reminder, '2026-03-11T13:00-04:00')).toBe('2026-03-11 14:00')
    const later = booked({
      start: { at: at('2026-03-16T15:00-04:00') },
      anchorKnownSince: at('2026-03-11T13:00-04:00'),
    })
    expect(final(later, reminder, '2026-03-11T14:00-04:00')).toBe('2026-03-14 15:00')
  })

  it('a message after the visit is not repeated because its start was corrected afterwards', () => {
    const followUp = action({ timing: { offset: 1, unit: 'hours', direction: 'after', maxLatenessMinutes: 10_080 } })
    const corrected = booked({
      start: { at: at('2026-03-10T09:30-04:00') },
      anchorKnownSince: at('2026-03-10T12:00-04:00'),
    })
    expect(final(corrected, followUp, '2026-03-10T12:00-04:00', decided())).toBe('recordedTooLate')
  })

  it('moved away and back, after the time in between was told: told again, once', () => {
    const key = (iso: string, round = '') => `${uuid(2)}/start/${iso}${round}`
    const first = delivery({
      id: uuid(61),
      occurrenceKey: key('2026-03-10T14:00:00.000Z'),
      sentAt: at('2026-03-08T15:00-04:00'),
    })
    const between = delivery({ id: uuid(62), occurrenceKey: key(oldStart), sentAt: at('2026-03-09T10:00-04:00') })
    const given = { deliveries: [first, between], suppressions: [] }
    const [again] = plan(moved, [hoursBefore(48)], organization(), given, at('2026-03-09T11:00-04:00'))
    expect(again).toMatchObject({
      verdict: 'planned',
      occurrenceKey: key('2026-03-10T14:00:00.000Z', '#2'),
      deliveryId: null,
    })

    const second = delivery({
      id: uuid(63),
      occurrenceKey: again!.occurrenceKey!,
      sentAt: at('2026-03-09T11:00-04:00'),
    })
    const [done] = plan(
      moved,
      [hoursBefore(48)],
      organization(),
      { ...given, deliveries: [first, between, second] },
      at('2026-03-09T12:00-04:00'),
    )
    expect(done).toMatchObject({ verdict: 'done', reason: 'alreadySent', deliveryId: second.id })
  })

  it('moved away and back before anything else was told: nothing is repeated', () => {
    const first = delivery({ occurrenceKey: `${uuid(2)}/start/2026-03-10T14:00:00.000Z`, sentAt: longAgo })
    const [verdict] = plan(
      moved,
      [hoursBefore(48)],
      organization(),
      { deliveries: [first], suppressions: [] },
      at('2026-03-09T11:00-04:00'),
    )
    expect(verdict).toMatchObject({ verdict: 'done', reason: 'alreadySent' })
  })
})
