import { describe, expect, it } from '@jest/globals'
import { countsAsUpdate, createdAnchor, diagnosisAnchor } from '../../domain/anchor.ts'
import type { AnchorValue } from '../../domain/careEvent.ts'
import { dueTime, timingText } from '../../domain/dueTime.ts'
import { hourMs } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import {
  action,
  appointment,
  at,
  definition,
  diagnosis,
  newYork,
  nothingDecided,
  organization,
  procedure,
  recall,
} from './build.ts'

type TimingChanges = NonNullable<Parameters<typeof definition>[0]>['timing']

const due = (timing: TimingChanges, anchor: AnchorValue, zone = newYork) =>
  dueTime(definition({ timing: { ...timing } }).timing, anchor, zone, '10:00')

const start = { at: at('2026-03-09T09:00-04:00') }

describe('Due time: minutes and hours are elapsed time, days are calendar days', () => {
  it.each<[string, NonNullable<TimingChanges>, string, string]>([
    ['48 hours before', { offset: 48, unit: 'hours' }, '2026-03-07T08:00-05:00', 'elapsed, over the clock change'],
    ['2 days before', { offset: 2, unit: 'days' }, '2026-03-07T09:00-05:00', 'same wall time, over the clock change'],
    ['90 minutes before', { offset: 90, unit: 'minutes' }, '2026-03-09T07:30-04:00', 'elapsed'],
    ['0 minutes after', { offset: 0, unit: 'minutes', direction: 'after' }, '2026-03-09T09:00-04:00', 'at the anchor'],
    ['1 day after', { offset: 1, unit: 'days', direction: 'after' }, '2026-03-10T09:00-04:00', 'same wall time'],
    ['730 days before', { offset: 730, unit: 'days' }, '2024-03-09T09:00-05:00', 'the longest offset'],
    [
      '1 day before into the gap',
      { offset: 1, unit: 'days', timeOfDay: '02:30' },
      '2026-03-08T03:30-04:00',
      'moves forward',
    ],
  ])('%s Monday 9 March 09:00 (%p) is %s: %s', (_, timing, expected) => {
    expect(due(timing, start).dueAt).toBe(at(expected))
  })

  it('in the zone of the facility, not of UTC: the same wall time in Los Angeles', () => {
    const anchor = { at: at('2026-11-01T23:00-08:00') }
    expect(due({ offset: 1, unit: 'days' }, anchor, 'America/Los_Angeles').dueAt).toBe(at('2026-10-31T23:00-07:00'))
  })
})

describe('Due time: a time of day', () => {
  it.each<[string, NonNullable<TimingChanges>, string, string]>([
    ['2 days before, at 10:00', { offset: 2, timeOfDay: '10:00' }, '2026-03-07T10:00-05:00', 'that day at 10:00'],
    [
      '0 days before, at 08:00',
      { offset: 0, timeOfDay: '08:00' },
      '2026-03-09T08:00-04:00',
      'the same day, before the anchor',
    ],
    [
      '0 days after, at 12:00',
      { offset: 0, direction: 'after', timeOfDay: '12:00' },
      '2026-03-09T12:00-04:00',
      'later that day',
    ],
    [
      '0 days after, at 09:00',
      { offset: 0, direction: 'after', timeOfDay: '09:00' },
      '2026-03-09T09:00-04:00',
      'at the anchor',
    ],
    [
      '0 days after, at 08:00',
      { offset: 0, direction: 'after', timeOfDay: '08:00' },
      '2026-03-10T08:00-04:00',
      'earlier: the next day',
    ],
    [
      '1 day after, at 08:00',
      { offset: 1, direction: 'after', timeOfDay: '08:00' },
      '2026-03-10T08:00-04:00',
      'already a day later',
    ],
  ])('%s (%p) is %s: %s', (_, timing, expected) => {
    expect(due({ unit: 'days', ...timing }, start).dueAt).toBe(at(expected))
  })
})

describe('Due time: a date without a time', () => {
  const date = { date: '2026-03-10' }
  it.each<[string, NonNullable<TimingChanges>, string, string]>([
    ['1 day before', { offset: 1 }, '2026-03-09T10:00-04:00', "the organization's default send time"],
    ['0 days after', { offset: 0, direction: 'after' }, '2026-03-10T10:00-04:00', 'on the day itself'],
    [
      '0 days after, at 08:00',
      { offset: 0, direction: 'after', timeOfDay: '08:00' },
      '2026-03-10T08:00-04:00',
      'no time to be earlier than',
    ],
    [
      '3 days after, at 16:00',
      { offset: 3, direction: 'after', timeOfDay: '16:00' },
      '2026-03-13T16:00-04:00',
      'its own time',
    ],
    ['2 hours before', { offset: 2, unit: 'hours' }, '2026-03-10T08:00-04:00', 'counted from the default send time'],
  ])('%s 10 March (%p) is %s: %s', (_, timing, expected) => {
    expect(due({ unit: 'days', ...timing }, date).dueAt).toBe(at(expected))
  })

  it('ends with its local day, also one of 23 hours', () => {
    expect(due({}, { date: '2026-03-08' }).endsAt).toBe(at('2026-03-09T00:00-04:00'))
  })

  it('an instant ends when it begins', () => {
    expect(due({}, start).endsAt).toBe(start.at)
  })
})

describe('Due time: half of the offset is measured by', () => {
  it.each<[string, NonNullable<TimingChanges>, number, string]>([
    ['2 days', { offset: 2, unit: 'days' }, 48, 'two whole days, over a clock change too'],
    ['5 hours', { offset: 5, unit: 'hours' }, 5, 'itself'],
    ['1 day at 10:00', { offset: 1, unit: 'days', timeOfDay: '10:00' }, 24, 'the offset, whatever the time of day'],
    [
      '0 days at 08:00',
      { offset: 0, unit: 'days', timeOfDay: '08:00' },
      1,
      'what lies between that time and the anchor',
    ],
    ['0 days at 10:00', { offset: 0, unit: 'days', timeOfDay: '10:00' }, 0, 'nothing: it is past the anchor'],
  ])('%s before Monday 9 March 09:00 (%p): %d hours, %s', (_, timing, hours) => {
    expect(due(timing, start).leadMs).toBe(hours * hourMs)
  })
})

describe('Due time: created and updated', () => {
  it('an update counts once it has been quiet for 10 minutes', () => {
    const updated = { at: at('2026-03-09T12:00-04:00') }
    const dueAfter = (offset: number, unit: 'minutes' | 'days') =>
      due({ anchor: 'updated', direction: 'after', offset, unit }, updated).dueAt
    expect(dueAfter(0, 'minutes')).toBe(at('2026-03-09T12:10-04:00'))
    expect(dueAfter(5, 'minutes')).toBe(at('2026-03-09T12:10-04:00'))
    expect(dueAfter(30, 'minutes')).toBe(at('2026-03-09T12:30-04:00'))
    expect(dueAfter(1, 'days')).toBe(at('2026-03-10T12:00-04:00'))
  })

  it.each([
    ['booked by the EHR', at('2026-03-01T10:00Z'), false, at('2026-03-01T10:00Z')],
    ['not said by the EHR: its first arrival', null, false, at('2026-03-02T10:00Z')],
    ['loaded as history', at('2026-03-01T10:00Z'), true, null],
  ])('created, %s', (_, booked, loading, expected) => {
    expect(createdAnchor(booked, at('2026-03-02T10:00Z'), loading)).toBe(expected)
  })

  const facts = { start: { at: 1 }, facilityId: 'f', providerIds: ['a', 'b'], appointmentTypeId: 't', status: 'booked' }
  it.each([
    ['start', { ...facts, start: { at: 2 } }, true],
    ['facility', { ...facts, facilityId: 'g' }, true],
    ['provider', { ...facts, providerIds: ['a', 'c'] }, true],
    ['type', { ...facts, appointmentTypeId: null }, true],
    ['status', { ...facts, status: 'arrived' }, true],
    ['nothing', { ...facts }, false],
    ['only the order of providers', { ...facts, providerIds: ['b', 'a'] }, false],
  ])('a change of %s moves the updated anchor: %p → %p', (_, after, expected) => {
    expect(countsAsUpdate(facts, after)).toBe(expected)
  })
})

describe('Due time: a diagnosis counts from', () => {
  const [recorded, encounter, onset] = [{ date: '2026-03-03' }, { date: '2026-03-02' }, { date: '2026-03-01' }]
  it.each([
    ['its recorded date', { recorded, encounter, onset }, recorded],
    ["else the encounter's", { recorded: null, encounter, onset }, encounter],
    ['else onset', { recorded: null, encounter: null, onset }, onset],
    ['else nothing', { recorded: null, encounter: null, onset: null }, null],
  ])('%s', (_, dates, expected) => {
    expect(diagnosisAnchor(dates)).toEqual(expected)
  })
})

describe('Due time: no anchor, no message', () => {
  const now = at('2026-03-01T12:00Z')
  it.each([
    ['an appointment without a start', appointment({ start: null }), action()],
    ['a start that is no number', appointment({ start: { at: Number.NaN } }), action()],
    ['a start far outside every calendar', appointment({ start: { at: 8.6e15 } }), action()],
    ['a start that is a placeholder', appointment({ start: { at: at('9999-12-31T00:00Z') } }), action()],
    ['a date that is a placeholder', recall({ dueDate: { date: '0001-01-01' } }), action({ type: 'recall' })],
    ['a start as a date that is none', appointment({ start: { date: '2026-02-30' } }), action()],
    ['a recall without a due date', recall({ dueDate: null }), action({ type: 'recall' })],
    ['a procedure without a date', procedure({ procedureDate: null }), action({ type: 'procedure' })],
    ['a diagnosis without a date', diagnosis({ diagnosisDate: null }), action({ type: 'diagnosis' })],
    [
      'an appointment of history, for a message about its booking',
      appointment({ createdAt: null }),
      action({ type: 'extraReminder', timing: { anchor: 'created', direction: 'after' } }),
    ],
    [
      'an appointment that never changed, for a message about its change',
      appointment({ updatedAt: null }),
      action({ type: 'extraReminder', timing: { anchor: 'updated', direction: 'after' } }),
    ],
  ])('%s is skipped, never sent "now"', (_, careEvent, given) => {
    const [verdict] = plan(careEvent, [given], organization(), nothingDecided, now)
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      reason: 'noAnchor',
      dueAt: null,
      sendAt: null,
      occurrenceKey: null,
    })
  })
})

describe('a timing in words', () => {
  it.each<[NonNullable<TimingChanges>, string]>([
    [{ offset: 1, unit: 'days', timeOfDay: '10:00' }, '1 day before the appointment at 10:00'],
    [{ offset: 30, unit: 'minutes', direction: 'after' }, '30 minutes after the appointment'],
  ])('%p: %s', (timing, expected) => {
    expect(timingText(definition({ timing }).timing)).toBe(expected)
  })
})
