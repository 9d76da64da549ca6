import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Timing } from '../../domain/action.ts'
import { decide } from '../../domain/decide.ts'
import type { ActionFacts, CareEventFacts, Decided, OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import type { QuietHours } from '../../domain/organization.ts'
import { plan } from '../../domain/plan.ts'
import type { Verdict } from '../../domain/verdict.ts'
import {
  action,
  appointment,
  at,
  delivery,
  facility,
  longAgo,
  nothingDecided,
  organization,
  patient,
  recall,
  staff,
  uuid,
} from './build.ts'
import { intlClock } from './intlClock.ts'

interface Case {
  careEvent: CareEventFacts
  action: ActionFacts
  organization: OrganizationFacts
  decided: Decided
  now: Instant
  later: Instant
}

const zone = fc.constantFrom(
  'America/New_York',
  'America/Los_Angeles',
  'America/Phoenix',
  'Pacific/Honolulu',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Havana',
  'Asia/Kathmandu',
)
const time = fc
  .tuple(fc.nat(23), fc.constantFrom('00', '30'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`)
const hours = fc.option(fc.record({ from: time, to: time }), { freq: 4 })
const night = fc.constantFrom(
  { from: '20:00', to: '09:00' },
  { from: '22:30', to: '06:00' },
  { from: '00:00', to: '08:00' },
)
const quietHours: fc.Arbitrary<QuietHours> = fc.oneof(
  {
    weight: 3,
    arbitrary: night.map((each) => ({
      enabled: true,
      monday: each,
      tuesday: each,
      wednesday: each,
      thursday: each,
      friday: each,
      saturday: each,
      sunday: each,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      enabled: fc.constant(true),
      monday: hours,
      tuesday: hours,
      wednesday: hours,
      thursday: hours,
      friday: hours,
      saturday: hours,
      sunday: hours,
    }),
  },
)
const date = (from: string, days: number) => new Date(at(from) + days * dayMs).toISOString().slice(0, 10)
const closures = fc.array(
  fc.record({ first: fc.nat(60), length: fc.nat(2) }).map(({ first, length }) => ({
    facilityId: null,
    from: date('2026-02-15T00:00Z', first),
    to: date('2026-02-15T00:00Z', first + length),
    name: 'Closed',
  })),
  { maxLength: 3 },
)
const timing: fc.Arbitrary<Partial<Timing>> = fc
  .record({
    direction: fc.constantFrom('before' as const, 'after' as const),
    unit: fc.constantFrom('days' as const, 'hours' as const, 'minutes' as const),
    offset: fc.nat(72),
    timeOfDay: fc.option(time),
    ifBlocked: fc.constantFrom('moveEarlier' as const, 'skip' as const),
    ifMoved: fc.constantFrom('again' as const, 'once' as const),
    maxLatenessMinutes: fc.constantFrom(0, 30, 240, 10_080),
    acceptLateDays: fc.constantFrom(0, 3),
  })
  .map(({ timeOfDay, offset, ...rest }) => ({
    ...rest,
    offset: rest.unit === 'days' ? offset % 15 : offset,
    timeOfDay: rest.unit === 'days' ? timeOfDay : null,
  }))

const cases: fc.Arbitrary<Case> = fc
  .record({
    facilityZone: zone,
    patientZone: fc.option(zone),
    addressState: fc.option(fc.constantFrom('TN', 'CA', 'AZ')),
    isRecall: fc.boolean(),
    start: fc.integer({ min: 0, max: 45 * 96 }).map((quarters) => at('2026-02-20T00:00Z') + quarters * 15 * minuteMs),
    quietHours,
    closures,
    sundays: fc.boolean(),
    timing,
    skips: fc.subarray(['quietHours', 'sundays', 'holidays', 'recentEdit'] as const, { maxLength: 2 }),
    category: fc.constantFrom('care' as const, 'outreach' as const),
    toNow: fc.integer({ min: -20 * 24 * 60, max: 3 * 24 * 60 }),
    toLater: fc.oneof(fc.nat(600), fc.nat(10 * 24 * 60)),
    knownBefore: fc.oneof(fc.constant(null), fc.nat(5 * 24 * 60)),
    editedBefore: fc.oneof(fc.constant(null), fc.nat(120)),
    told: fc.boolean(),
    ownHours: fc.option(fc.record({ from: time, to: time }), { freq: 3 }),
  })
  .map((given) => {
    const now = given.start + given.toNow * minuteMs
    const isStaff = given.ownHours !== null
    const own = given.ownHours
    const date = new Date(given.start).toISOString().slice(0, 10)
    const common = {
      facility: facility({ zone: given.facilityZone }),
      patient: patient({ zone: given.patientZone, addressState: given.addressState }),
      anchorKnownSince: given.knownBefore === null ? longAgo : now - given.knownBefore * minuteMs,
    }
    const member = staff({
      zone: given.patientZone,
      ownHours: own && { 1: own, 2: own, 3: own, 4: own, 5: own, 6: null, 7: own },
    })
    return {
      careEvent: given.isRecall
        ? recall({ ...common, dueDate: { date } })
        : appointment({ ...common, start: { at: given.start } }),
      action: action(
        {
          type: given.isRecall ? 'recall' : 'appointment',
          timing: given.timing,
          category: given.category,
          skippedRules: given.skips,
          ...(isStaff && {
            recipients: { kind: 'staff', staffIds: [member.key], roles: [], careEventProviders: false },
          }),
        },
        given.editedBefore === null ? {} : { editedAt: now - given.editedBefore * minuteMs },
      ),
      organization: organization({
        closures: given.closures,
        staff: [member],
        deliveryRules: {
          quietHours: given.quietHours,
          sundays: { enabled: given.sundays },
          holidays: { enabled: true, country: 'ZZ', workedOn: [] },
          recentEdit: { enabled: true, minutes: 60 },
        },
      }),
      decided: given.told
        ? {
            deliveries: [
              delivery({
                recipient: isStaff ? member.key : 'patient',
                occurrenceKey: `${uuid(2)}/start/2026-01-01T00:00:00.000Z`,
                sentAt: longAgo,
              }),
            ],
            suppressions: [],
          }
        : nothingDecided,
      now,
      later: now + given.toLater * minuteMs,
    }
  })

function only({ careEvent, action: one, organization: facts, decided }: Case, now: Instant): Verdict {
  const verdicts = plan(careEvent, [one], facts, decided, now)
  expect(verdicts).toHaveLength(1)
  return verdicts[0] as Verdict
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** What blocks an instant, found out with `Intl` alone, straight from the settings. */
function blockedAt(given: Case, instant: Instant): string | null {
  const { action: one, organization: facts, careEvent } = given
  const skips = (name: 'quietHours' | 'sundays' | 'holidays' | 'recentEdit') =>
    one.definition.skippedRules.includes(name)
  const member = one.definition.recipients.kind === 'staff' ? facts.staff[0] : undefined
  const recipient = member ?? careEvent.patient
  const states: Record<string, string[]> = {
    TN: ['America/Chicago', 'America/New_York'],
    CA: ['America/Los_Angeles'],
    AZ: ['America/Phoenix', 'America/Denver'],
  }
  const facilityZone = careEvent.facility?.zone as string
  const zones = recipient.zone ? [recipient.zone] : (states[recipient.addressState ?? ''] ?? [facilityZone])
  for (const each of zones) {
    const wall = intlClock(each).reads(instant)
    const minutes = (((wall % dayMs) + dayMs) % dayMs) / minuteMs
    const weekday = new Date(wall).getUTCDay()
    const covers = (hours: { from: string; to: string } | null | undefined, daysAgo: 0 | 1) => {
      if (!hours) return false
      const from = minutesOf(hours.from)
      const to = minutesOf(hours.to) + (minutesOf(hours.to) <= from ? 1440 : 0)
      const since = minutes + daysAgo * 1440
      return since >= from && since < to
    }
    if (!skips('quietHours')) {
      const own = member?.ownHours
      if (own) {
        const works = covers(own[weekday || 7], 0) || covers(own[(weekday + 6) % 7 || 7], 1)
        if (!works) return `outside own hours in ${each}`
      } else {
        const quiet = facts.deliveryRules.quietHours
        const today = quiet[weekdays[weekday] as 'monday']
        const yesterday = quiet[weekdays[(weekday + 6) % 7] as 'monday']
        if (covers(today, 0) || covers(yesterday, 1)) return `quiet in ${each}`
      }
    }
    if (one.definition.category === 'outreach' && (minutes < 480 || minutes >= 1260)) return `outreach hours in ${each}`
    if (facts.deliveryRules.sundays.enabled && !skips('sundays') && weekday === 0) return `Sunday in ${each}`
  }
  const facilityDay = new Date(intlClock(facilityZone).reads(instant)).toISOString().slice(0, 10)
  if (!skips('holidays') && facts.closures.some(({ from, to }) => facilityDay >= from && facilityDay <= to))
    return 'closed'
  if (!skips('recentEdit') && instant >= one.editedAt && instant < one.editedAt + hourMs) return 'just edited'
  return null
}

/** Until when a "before" message may go out: its anchor, or the end of its local day. */
function endsAt({ careEvent }: Case): Instant {
  if (careEvent.start && 'at' in careEvent.start) return careEvent.start.at
  const due = careEvent.dueDate as { date: string }
  const clock = intlClock(careEvent.facility?.zone as string)
  const nextDay = Date.parse(`${due.date}T00:00Z`) + dayMs
  let instant = nextDay - 15 * hourMs
  while (clock.reads(instant) < nextDay) instant += 15 * minuteMs
  return instant
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of Object.values(value)) deepFreeze(each)
  }
  return value
}

const runs = { numRuns: 500 }

describe('whatever is asked of it, a plan', () => {
  it('never sends inside a blocked window', () => {
    let planned = 0
    fc.assert(
      fc.property(cases, (given) => {
        const { sendAt } = only(given, given.now)
        if (sendAt === null) return
        planned++
        expect(blockedAt(given, sendAt)).toBeNull()
      }),
      runs,
    )
    expect(planned).toBeGreaterThan(runs.numRuns / 5)
  })

  it('never sends a "before" message at or after its anchor', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { sendAt } = only(given, given.now)
        if (sendAt !== null && given.action.definition.timing.direction === 'before')
          expect(sendAt).toBeLessThan(endsAt(given))
      }),
      runs,
    )
  })

  it('sends an "after" message at the first instant that nothing blocks', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { dueAt, sendAt } = only(given, given.now)
        if (sendAt === null || dueAt === null || given.action.definition.timing.direction === 'before') return
        for (
          let instant = Math.max(dueAt, given.careEvent.anchorKnownSince, given.now);
          instant < sendAt;
          instant += 20 * minuteMs
        )
          expect(blockedAt(given, instant)).not.toBeNull()
      }),
      runs,
    )
  })

  it('says the same each time it is asked', () => {
    fc.assert(
      fc.property(cases, (given) => {
        expect(only(given, given.now)).toEqual(only(structuredClone(given), given.now))
      }),
      runs,
    )
  })

  it('leaves what it is given as it was', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const before = structuredClone(given)
        only(deepFreeze(given), given.now)
        expect(given).toEqual(before)
      }),
      { numRuns: 200 },
    )
  })

  it('asked later, never moves a final time earlier, nor brings back what was skipped', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const first = only(given, given.now).sendAt ?? Number.POSITIVE_INFINITY
        const second = only(given, given.later).sendAt ?? Number.POSITIVE_INFINITY
        expect(second).toBeGreaterThanOrEqual(first)
      }),
      runs,
    )
  })

  it('is kept when its moment comes: waking at the final time sends', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { sendAt, recipient } = only(given, given.now)
        if (sendAt === null || recipient === null) return
        const wake = Math.max(given.now, sendAt)
        const decision = decide(given.careEvent, given.action, recipient, given.organization, given.decided, wake)
        expect(decision.outcome).toBe('send')
      }),
      runs,
    )
  })

  it('is what decide says at the same time', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const verdict = only(given, given.now)
        const key = given.action.definition.recipients.kind === 'staff' ? uuid(40) : 'patient'
        const decision = decide(given.careEvent, given.action, key, given.organization, given.decided, given.now)
        const expected = verdict.sendAt === null ? 'skip' : verdict.sendAt > given.now ? 'postpone' : 'send'
        expect(decision.outcome).toBe(expected)
        if (decision.outcome === 'postpone') expect(decision.until).toBe(verdict.sendAt)
        if (decision.outcome === 'skip') expect(decision.reason).toBe(verdict.reason)
      }),
      runs,
    )
  })

  it('never throws, whatever an EHR or a clerk may have typed', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('2026-02-30', '9999-12-31', 'America/New_York', '-1', 'NaN'))
    const instant = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, 8.64e15, -8.64e15, 1e300))
    const anchor = fc.oneof(
      instant.map((value) => ({ at: value })),
      text.map((value) => ({ date: value })),
    )
    fc.assert(
      fc.property(
        cases,
        fc.record({ anchor, zone: text, birthDate: text, from: text, to: text, code: text }),
        (given, typed) => {
          const careEvent = {
            ...given.careEvent,
            start: typed.anchor,
            dueDate: typed.anchor,
            facility: facility({ zone: typed.zone, state: typed.zone }),
            codes: [{ system: 'icd10' as const, code: typed.code }],
            patient: patient({ zone: typed.zone, addressState: typed.zone, birthDate: typed.birthDate }),
          }
          const closures = [{ facilityId: null, from: typed.from, to: typed.to, name: 'Closed' }]
          const facts = { ...given.organization, timeZone: typed.zone, closures }
          plan(careEvent, [given.action], facts, given.decided, given.now)
        },
      ),
      runs,
    )
  })
})
