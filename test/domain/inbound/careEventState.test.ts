import { describe, expect, it } from '@jest/globals'
import {
  type CareEventState,
  deletedCareEventState,
  nextCareEventState,
} from '../../../domain/inbound/careEventState.ts'
import { bareCareEvent, type CareEventContent } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'

const at = (text: string) => Date.parse(text)
const now = at('2026-05-04T12:00:00Z')
const later = at('2026-05-05T12:00:00Z')
const start = at('2026-05-11T13:00:00Z')
const arrival = { now, loading: false, zone: 'America/New_York' }
const resolved = { patientId: 'p', facilityId: 'f', providerIds: ['a', 'b'], appointmentTypeId: 't', encounter: null }
const reference = { externalId: 'x', identifier: null, display: null }

const content = (fields: Partial<CareEventContent> = {}): CareEventContent => ({
  ...bareCareEvent('appointment', 'booked', reference),
  facility: reference,
  providers: [reference],
  appointmentType: reference,
  start: { at: start },
  end: start + 1_800_000,
  durationMinutes: 30,
  ...fields,
})
const stored = (fields: Partial<CareEventState> = {}): CareEventState => ({
  ...nextCareEventState(null, content(), resolved, arrival),
  ...fields,
})
const changed = (
  fields: Partial<CareEventContent>,
  more: { stored?: Partial<CareEventState>; resolved?: object; loading?: boolean } = {},
) =>
  nextCareEventState(
    stored(more.stored),
    content(fields),
    { ...resolved, ...more.resolved },
    { ...arrival, now: later, loading: more.loading ?? false },
  )

describe('the first arrival of a care event', () => {
  it.each<[string, CareEventContent['created'], boolean, number | null]>([
    ['no booking instant: it was booked when it arrived', null, false, now],
    ['the EHR says when', { at: now - 1000 }, false, now - 1000],
    ['the message that books it says when', { at: now - 1000, byMessage: true }, false, now - 1000],
    ['a booking after its arrival is no booking', { at: later }, false, now],
    ['only a day, today: it was booked when it arrived', { date: '2026-05-04' }, false, now],
    ['only a day, long ago: by its end', { date: '2026-04-01' }, false, at('2026-04-02T03:59:59.999Z')],
    ['history was booked at no instant that counts', { at: now - 1000 }, true, null],
    ['history, without one', null, true, null],
  ])('%s', (_why, created, loading, expected) => {
    expect(nextCareEventState(null, content({ created }), resolved, { ...arrival, loading }).createdAt).toBe(expected)
  })

  it('knows its anchor from then on, and was never updated', () => {
    expect(stored()).toMatchObject({
      anchorKnownSince: now,
      firstSeenAt: now,
      updatedAt: null,
      confirmation: 'none',
      previousStart: null,
    })
  })
})

describe('a later version', () => {
  const moved = { at: start + 3_600_000 }
  it.each<[string, Partial<CareEventContent>, object, boolean]>([
    ['the same', {}, {}, false],
    ['another start', { start: moved }, {}, true],
    ['another status', { status: 'arrived' }, {}, true],
    ['another facility', {}, { facilityId: 'g' }, true],
    ['another provider', {}, { providerIds: ['a', 'c'] }, true],
    ['the same providers in another order', {}, { providerIds: ['b', 'a'] }, false],
    ['another type', {}, { appointmentTypeId: 'u' }, true],
    ['another end', { end: start + 3_600_000 }, {}, false],
    ['other instructions', { instructions: 'Bring your card' }, {}, false],
  ])('with %s', (_what, fields, references, counts) => {
    expect(changed(fields, { resolved: references }).updatedAt).toBe(counts ? later : null)
  })

  it('counts as no update while a source loads its history', () => {
    expect(changed({ start: moved }, { loading: true }).updatedAt).toBeNull()
  })

  it.each<[string, Partial<CareEventContent>, string, number | null, number]>([
    ['survives what leaves the start alone', { status: 'arrived', instructions: 'x' }, 'confirmed', null, now],
    ['is cleared when the start moves', { start: moved }, 'none', start, later],
    ['is cleared when the start goes', { status: 'pending', start: null }, 'none', start, later],
  ])('a confirmation %s', (_what, fields, confirmation, previousStart, anchorKnownSince) => {
    expect(changed(fields, { stored: { confirmation: 'confirmed' } })).toMatchObject({
      confirmation,
      previousStart,
      anchorKnownSince,
    })
  })

  it.each<[string, Partial<CareEventState>, CareEventContent['created'], number | null]>([
    ['keeps the first arrival where nothing is said', {}, null, now],
    ['takes the booking instant that is said later', {}, { at: now - 5000 }, now - 5000],
    ['is not moved behind the first arrival', {}, { at: later }, now],
    ['is not changed by a day', {}, { date: '2026-01-01' }, now],
    [
      'is not changed by a message that says it again',
      { createdAt: now - 9000 },
      { at: later, byMessage: true },
      now - 9000,
    ],
    ['stays away from history', { createdAt: null }, { at: now - 5000 }, null],
  ])('createdAt %s', (_what, before, created, expected) => {
    expect(changed({ created }, { stored: before }).createdAt).toBe(expected)
  })

  it.each(['cancelled', 'noShow', 'enteredInError'] as const)(
    'that is %s and says nothing of the visit keeps it as it was known',
    (status) => {
      const next = changed(
        { status, start: null, end: null },
        { resolved: { facilityId: null, providerIds: [], appointmentTypeId: null } },
      )
      expect(next).toMatchObject({
        status,
        start: { at: start },
        facilityId: 'f',
        providerIds: ['a', 'b'],
        appointmentTypeId: 't',
        updatedAt: later,
      })
    },
  )

  it('of what was deleted brings it back, as an update', () => {
    expect(
      nextCareEventState(deletedCareEventState(stored()), content(), resolved, { ...arrival, now: later }),
    ).toMatchObject({ deleted: false, updatedAt: later })
  })

  it('does not change what it is given', () => {
    const before = Object.freeze(stored())
    expect(() =>
      nextCareEventState(before, Object.freeze(content({ start: moved })), Object.freeze({ ...resolved }), arrival),
    ).not.toThrow()
  })
})

describe('order of versions', () => {
  const version = (lastUpdated: number | null) => ({ lastUpdated, versionId: null })
  it.each<[number | null, number | null, boolean, boolean, string]>([
    [null, null, false, false, 'no order at all: arrival counts'],
    [10, null, false, false, 'no order in what arrives: arrival counts'],
    [null, 10, false, false, 'no order in what is stored: arrival counts'],
    [10, 9, false, true, 'older'],
    [10, 10, false, false, 'as old: a second change in the same second'],
    [10, 11, false, false, 'newer'],
    [10, 10, true, true, 'as old as the cancel: does not bring it back'],
    [10, 11, true, false, 'newer than the cancel'],
    [10, null, true, false, 'no order: arrival counts, A→B→A is three changes'],
  ])('stored %s, arriving %s, reviving %s: older %s (%s)', (before, incoming, revives, expected) => {
    expect(isOlder(before, version(incoming), revives)).toBe(expected)
  })

  it.each([
    [null, null, null],
    [10, null, 10],
    [null, 10, 10],
    [10, 11, 11],
  ])('%s and then %s leave %s', (before, incoming, expected) => {
    expect(newerOf(before, version(incoming))).toBe(expected)
  })
})
