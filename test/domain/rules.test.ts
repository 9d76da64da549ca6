import { describe, expect, it } from '@jest/globals'
import type { ActionDefinition } from '../../domain/action.ts'
import type { OrganizationFacts, PatientFacts, StaffFacts } from '../../domain/facts.ts'
import { dayMs } from '../../domain/instant.ts'
import { defaultDeliveryRules, type QuietHours } from '../../domain/organization.ts'
import { blockedBy, nextAllowed, recipientRules, rulesFor } from '../../domain/rules.ts'
import { facilityZone, recipientZones } from '../../domain/zones.ts'
import { appointment, at, facility, longAgo, newYork, organization, patient, staff } from './build.ts'

type RuleChanges = Partial<OrganizationFacts['deliveryRules']>

interface Given {
  rules?: RuleChanges
  recipient?: PatientFacts | StaffFacts
  skipped?: ActionDefinition['skippedRules']
  category?: 'care' | 'outreach'
  editedAt?: number
  careEvent?: ReturnType<typeof appointment>
  organization?: Partial<OrganizationFacts>
}

function rules(given: Given) {
  const facts = organization({ ...given.organization, deliveryRules: { ...defaultDeliveryRules, ...given.rules } })
  const careEvent = given.careEvent ?? appointment()
  const recipient = given.recipient ?? patient()
  const zones = recipientZones(recipient, careEvent, facts).zones
  const shared = recipientRules(recipient, zones, facilityZone(careEvent, facts), careEvent, facts)
  const action = {
    editedAt: given.editedAt ?? longAgo,
    skippedRules: given.skipped ?? [],
    category: given.category ?? ('care' as const),
  }
  return rulesFor(shared, action, facts)
}

/** The first allowed instant, as New York's clock shows it by its offset in the table. */
function next(given: Given, from: string): number | null {
  return nextAllowed(rules(given), at(from), at(from) + 30 * dayMs)
}

const none = { enabled: false } as const
const onlyQuiet = (hours: Partial<QuietHours> = {}): RuleChanges => ({
  quietHours: { ...defaultDeliveryRules.quietHours, ...hours },
  sundays: none,
  holidays: { ...defaultDeliveryRules.holidays, ...none },
})

describe('Delivery rules: quiet hours', () => {
  it.each<[string, Given, string, string]>([
    ['inside, in the evening', { rules: onlyQuiet() }, '2026-03-10T22:00-04:00', '2026-03-11T09:00-04:00'],
    ['inside, after midnight', { rules: onlyQuiet() }, '2026-03-10T03:00-04:00', '2026-03-10T09:00-04:00'],
    ['their first instant is inside', { rules: onlyQuiet() }, '2026-03-10T20:00-04:00', '2026-03-11T09:00-04:00'],
    [
      'the last instant before them is not',
      { rules: onlyQuiet() },
      '2026-03-10T19:59:59.999-04:00',
      '2026-03-10T19:59:59.999-04:00',
    ],
    ['their end is outside', { rules: onlyQuiet() }, '2026-03-10T09:00-04:00', '2026-03-10T09:00-04:00'],
    [
      'over the clock change the wall counts',
      { rules: onlyQuiet() },
      '2026-03-07T21:00-05:00',
      '2026-03-08T09:00-04:00',
    ],
    [
      'within one day',
      { rules: onlyQuiet({ tuesday: { from: '12:00', to: '13:00' }, monday: null }) },
      '2026-03-10T12:30-04:00',
      '2026-03-10T13:00-04:00',
    ],
    [
      'none begin on Monday, so Tuesday morning is free',
      { rules: onlyQuiet({ monday: null }) },
      '2026-03-10T03:00-04:00',
      '2026-03-10T03:00-04:00',
    ],
    [
      'those that began on Monday reach into Tuesday, on which none begin',
      { rules: onlyQuiet({ tuesday: null }) },
      '2026-03-10T03:00-04:00',
      '2026-03-10T09:00-04:00',
    ],
    [
      'two that touch are one',
      { rules: onlyQuiet({ monday: { from: '18:00', to: '00:00' }, tuesday: { from: '00:00', to: '11:00' } }) },
      '2026-03-09T19:00-04:00',
      '2026-03-10T11:00-04:00',
    ],
    [
      'from equal to: a whole day',
      { rules: onlyQuiet({ monday: null, tuesday: { from: '00:00', to: '00:00' } }) },
      '2026-03-10T12:00-04:00',
      '2026-03-11T00:00-04:00',
    ],
    [
      'skipped by the action',
      { rules: onlyQuiet(), skipped: ['quietHours'] },
      '2026-03-10T22:00-04:00',
      '2026-03-10T22:00-04:00',
    ],
    [
      'switched off by the organization',
      { rules: onlyQuiet({ enabled: false }) },
      '2026-03-10T22:00-04:00',
      '2026-03-10T22:00-04:00',
    ],
    [
      "in the patient's own zone, not the facility's",
      { rules: onlyQuiet(), recipient: patient({ zone: 'America/Los_Angeles' }) },
      '2026-03-10T09:00-04:00',
      '2026-03-10T09:00-07:00',
    ],
    [
      'an address in a state with two zones: allowed in both, in the morning',
      { rules: onlyQuiet(), recipient: patient({ addressState: 'TN' }) },
      '2026-03-10T09:30-04:00',
      '2026-03-10T09:00-05:00',
    ],
    [
      'an address in a state with two zones: allowed in both, in the evening',
      { rules: onlyQuiet(), recipient: patient({ addressState: 'TN' }) },
      '2026-03-10T19:30-05:00',
      '2026-03-11T09:00-05:00',
    ],
  ])('%s', (_, given, from, expected) => {
    expect(next(given, from)).toBe(at(expected))
  })

  it('asked on Thursday night, "weekdays from 20:00 in New York" does not skip Friday', () => {
    // A peer's calendar gave Monday here: messages allowed on weekdays from 20:00 to 21:00 only.
    const night = { from: '21:00', to: '20:00' }
    const weekdays = onlyQuiet({ monday: night, tuesday: night, wednesday: night, thursday: night, friday: null })
    const given = { rules: { ...weekdays, sundays: { enabled: true } } }
    expect(next(given, '2026-03-05T21:30-05:00')).toBe(at('2026-03-06T20:00-05:00'))
  })

  it('quiet around the clock every day leaves no time at all', () => {
    const always = { from: '00:00', to: '00:00' }
    const week = { monday: always, tuesday: always, wednesday: always, thursday: always, friday: always }
    expect(
      next({ rules: onlyQuiet({ ...week, saturday: always, sunday: always }) }, '2026-03-10T12:00-04:00'),
    ).toBeNull()
  })
})

describe('Delivery rules: staff get messages within their own hours', () => {
  const day = { from: '08:00', to: '16:00' }
  const office = { 1: day, 2: day, 3: day, 4: day, 5: day, 6: null, 7: null }
  const night = { from: '22:00', to: '06:00' }
  const nights = { 1: night, 2: night, 3: night, 4: night, 5: null, 6: null, 7: null }
  it.each<[string, Given['recipient'], string, string]>([
    ['before them', staff({ ownHours: office }), '2026-03-10T07:00-04:00', '2026-03-10T08:00-04:00'],
    [
      'within them, although quiet hours end at 09:00',
      staff({ ownHours: office }),
      '2026-03-10T08:30-04:00',
      '2026-03-10T08:30-04:00',
    ],
    ['after them', staff({ ownHours: office }), '2026-03-10T16:00-04:00', '2026-03-11T08:00-04:00'],
    ['over days off', staff({ ownHours: office }), '2026-03-06T17:00-05:00', '2026-03-09T08:00-04:00'],
    ['a night shift', staff({ ownHours: nights }), '2026-03-10T03:00-04:00', '2026-03-10T03:00-04:00'],
    ['after a night shift', staff({ ownHours: nights }), '2026-03-10T06:00-04:00', '2026-03-10T22:00-04:00'],
    ["none set: the organization's quiet hours", staff(), '2026-03-10T07:00-04:00', '2026-03-10T09:00-04:00'],
    [
      'in their own zone',
      staff({ ownHours: office, zone: 'America/Denver' }),
      '2026-03-10T08:00-04:00',
      '2026-03-10T08:00-06:00',
    ],
  ])('%s', (_, recipient, from, expected) => {
    expect(next({ rules: onlyQuiet(), ...(recipient && { recipient }) }, from)).toBe(at(expected))
  })

  it('no hours at all leave no time', () => {
    expect(next({ rules: onlyQuiet(), recipient: staff({ ownHours: {} }) }, '2026-03-10T12:00-04:00')).toBeNull()
  })
})

const onlyCalendar = (more: RuleChanges = {}): RuleChanges => ({
  quietHours: { ...defaultDeliveryRules.quietHours, enabled: false },
  ...more,
})

describe('Delivery rules: Sundays', () => {
  it.each<[string, Given, string, string]>([
    ['the whole local Sunday', { rules: onlyCalendar() }, '2026-03-08T00:00-05:00', '2026-03-09T00:00-04:00'],
    ['its last instant', { rules: onlyCalendar() }, '2026-03-08T23:59:59.999-04:00', '2026-03-09T00:00-04:00'],
    ['Saturday is none', { rules: onlyCalendar() }, '2026-03-07T23:59-05:00', '2026-03-07T23:59-05:00'],
    [
      'where the patient lives: still Sunday in Honolulu',
      { rules: onlyCalendar(), recipient: patient({ zone: 'Pacific/Honolulu' }) },
      '2026-03-09T04:00-04:00',
      '2026-03-09T00:00-10:00',
    ],
    [
      'skipped by the action',
      { rules: onlyCalendar(), skipped: ['sundays'] },
      '2026-03-08T12:00-04:00',
      '2026-03-08T12:00-04:00',
    ],
    ['switched off', { rules: onlyCalendar({ sundays: none }) }, '2026-03-08T12:00-04:00', '2026-03-08T12:00-04:00'],
    ['with quiet hours after them: a fixpoint', {}, '2026-03-07T21:00-05:00', '2026-03-09T09:00-04:00'],
  ])('%s', (_, given, from, expected) => {
    expect(next(given, from)).toBe(at(expected))
  })
})

const closure = (facilityId: string | null) => ({
  facilityId,
  from: '2026-03-10',
  to: '2026-03-11',
  name: 'Staff training',
})
const independence = '07-04 and if sunday then next monday if saturday then previous friday'

describe('Delivery rules: holidays and closures', () => {
  it.each<[string, Given, string, string]>([
    [
      'a national holiday, the whole day',
      { rules: onlyCalendar() },
      '2026-11-26T00:00-05:00',
      '2026-11-27T00:00-05:00',
    ],
    [
      'a holiday of the state of the facility',
      { rules: onlyCalendar(), careEvent: appointment({ facility: facility({ state: 'MA' }) }) },
      '2026-04-20T12:00-04:00',
      '2026-04-21T00:00-04:00',
    ],
    [
      'which another state does not have',
      { rules: onlyCalendar() },
      '2026-04-20T12:00-04:00',
      '2026-04-20T12:00-04:00',
    ],
    [
      "without a facility: the organization's state",
      { rules: onlyCalendar(), careEvent: appointment({ facility: null }), organization: { state: 'MA' } },
      '2026-04-20T12:00-04:00',
      '2026-04-21T00:00-04:00',
    ],
    [
      'the substitute day too, then the day itself and Sunday',
      { rules: onlyCalendar() },
      '2026-07-03T12:00-04:00',
      '2026-07-06T00:00-04:00',
    ],
    [
      'a substitute day in the year before, the day itself, Sunday',
      { rules: onlyCalendar() },
      '2027-12-31T00:00-05:00',
      '2028-01-03T00:00-05:00',
    ],
    [
      'a holiday the practice works on, with its substitute',
      { rules: onlyCalendar({ holidays: { enabled: true, country: 'US', workedOn: [independence] } }) },
      '2026-07-03T12:00-04:00',
      '2026-07-03T12:00-04:00',
    ],
    [
      'a day that is only observed is none',
      { rules: onlyCalendar() },
      '2026-11-27T12:00-05:00',
      '2026-11-27T12:00-05:00',
    ],
    [
      'unless the practice keeps it',
      {
        rules: onlyCalendar({
          holidays: {
            enabled: true,
            country: 'US',
            workedOn: [],
            alsoClosedOn: ['friday after 4th thursday in November'],
          },
        }),
      },
      '2026-11-27T12:00-05:00',
      '2026-11-28T00:00-05:00',
    ],
    [
      "by the facility's day: the patient's clock in Honolulu still shows the holiday, New York's does not",
      { rules: onlyCalendar(), recipient: patient({ zone: 'Pacific/Honolulu' }) },
      '2026-11-27T01:00-05:00',
      '2026-11-27T01:00-05:00',
    ],
    [
      'a closure of the organization, both days',
      { rules: onlyCalendar(), organization: { closures: [closure(null)] } },
      '2026-03-10T12:00-04:00',
      '2026-03-12T00:00-04:00',
    ],
    [
      'a closure of the facility',
      { rules: onlyCalendar(), organization: { closures: [closure(facility().id)] } },
      '2026-03-11T12:00-04:00',
      '2026-03-12T00:00-04:00',
    ],
    [
      'a closure of another facility does not block',
      { rules: onlyCalendar(), organization: { closures: [closure('another')] } },
      '2026-03-10T12:00-04:00',
      '2026-03-10T12:00-04:00',
    ],
    [
      'skipped by the action, closures too',
      { rules: onlyCalendar(), skipped: ['holidays'], organization: { closures: [closure(null)] } },
      '2026-03-10T12:00-04:00',
      '2026-03-10T12:00-04:00',
    ],
    [
      'a country the calendar does not know has no holidays',
      { rules: onlyCalendar({ holidays: { enabled: true, country: 'ZZ', workedOn: [] } }) },
      '2026-12-25T12:00-05:00',
      '2026-12-25T12:00-05:00',
    ],
    [
      'Puerto Rico has days of its own',
      {
        rules: onlyCalendar(),
        careEvent: appointment({ facility: facility({ state: 'PR', zone: 'America/Puerto_Rico' }) }),
      },
      '2026-01-06T12:00-04:00',
      '2026-01-07T00:00-04:00',
    ],
  ])('%s', (_, given, from, expected) => {
    expect(next(given, from)).toBe(at(expected))
  })
})

describe('Delivery rules: a recent edit', () => {
  const edited = { editedAt: at('2026-03-10T12:00-04:00') }
  it.each<[string, Given, string, string]>([
    ['within the hour', edited, '2026-03-10T12:30-04:00', '2026-03-10T13:00-04:00'],
    ['at the edit', edited, '2026-03-10T12:00-04:00', '2026-03-10T13:00-04:00'],
    ['after the hour', edited, '2026-03-10T13:00-04:00', '2026-03-10T13:00-04:00'],
    ['before the edit', edited, '2026-03-10T11:59-04:00', '2026-03-10T11:59-04:00'],
    [
      'skipped by the action',
      { ...edited, skipped: ['recentEdit'] },
      '2026-03-10T12:30-04:00',
      '2026-03-10T12:30-04:00',
    ],
    [
      'other minutes',
      { ...edited, rules: { recentEdit: { enabled: true, minutes: 90 } } },
      '2026-03-10T12:30-04:00',
      '2026-03-10T13:30-04:00',
    ],
    [
      'switched off',
      { ...edited, rules: { recentEdit: { enabled: false, minutes: 60 } } },
      '2026-03-10T12:30-04:00',
      '2026-03-10T12:30-04:00',
    ],
    [
      'into quiet hours, and on to their end',
      { editedAt: at('2026-03-10T19:30-04:00') },
      '2026-03-10T19:45-04:00',
      '2026-03-11T09:00-04:00',
    ],
  ])('%s', (_, given, from, expected) => {
    expect(next(given, from)).toBe(at(expected))
  })
})

describe('Consent: outreach never goes out from 21:00 to 08:00', () => {
  const outreach = { category: 'outreach', skipped: ['quietHours', 'sundays', 'holidays', 'recentEdit'] } as const
  const given: Given = { category: outreach.category, skipped: [...outreach.skipped] }
  it.each<[string, Given, string, string]>([
    ['although the action skips every rule', given, '2026-03-10T21:00-04:00', '2026-03-11T08:00-04:00'],
    ['before 08:00', given, '2026-03-11T07:59-04:00', '2026-03-11T08:00-04:00'],
    ['at 20:59 it may', given, '2026-03-10T20:59-04:00', '2026-03-10T20:59-04:00'],
    [
      "in the recipient's zone",
      { ...given, recipient: patient({ zone: 'America/Los_Angeles' }) },
      '2026-03-11T08:00-04:00',
      '2026-03-11T08:00-07:00',
    ],
    ['care may', { ...given, category: 'care' }, '2026-03-10T21:00-04:00', '2026-03-10T21:00-04:00'],
  ])('%s', (_, facts, from, expected) => {
    expect(next(facts, from)).toBe(at(expected))
  })
})

describe('what blocks is said in words', () => {
  it.each<[string, Given, string, string]>([
    ['quiet hours', {}, '2026-03-10T22:00-04:00', 'in quiet hours 8:00 PM to 9:00 AM'],
    ['Sundays', {}, '2026-03-08T12:00-04:00', 'on a Sunday'],
    ['holidays', {}, '2026-11-26T12:00-05:00', 'on Thanksgiving Day (Thu, Nov 26)'],
    [
      'closures',
      { organization: { closures: [closure(null)] } },
      '2026-03-10T12:00-04:00',
      'on Staff training (Tue, Mar 10)',
    ],
  ])('%s', (_, given, from, expected) => {
    expect(blockedBy(rules(given), at(from))?.saw).toBe(expected)
  })

  it('nothing, when all rules allow it', () => {
    expect(blockedBy(rules({}), at('2026-03-10T12:00-04:00'))).toBeNull()
    expect(newYork).toBe(facilityZone(appointment(), organization()))
  })
})
