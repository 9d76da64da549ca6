import { describe, expect, it } from '@jest/globals'
import { ageOn, agesOn } from '../../domain/age.ts'
import { eligibility, reachable } from '../../domain/eligibility.ts'
import type { ActionFacts, CareEventFacts, OrganizationFacts } from '../../domain/facts.ts'
import { isSecure } from '../../domain/phi.ts'
import {
  action,
  appointment,
  contactPoint,
  definition,
  diagnosis,
  facility,
  organization,
  patient,
  provider,
  staff,
  uuid,
} from './build.ts'

const day = '2026-03-10'
const about = (who: Parameters<typeof patient>[0], more: Partial<CareEventFacts> = {}) =>
  appointment({ patient: patient(who), ...more })
const sensitive = { facility: facility({ sensitive: true }) }
const ill = (birthDate: string) => diagnosis({ patient: patient({ birthDate }) })
const illBornIn = (bornIn: string) => diagnosis({ patient: patient({ birthDate: null, bornIn }) })
const ofDiagnosis = action({ type: 'diagnosis' })

describe('PHI: may a staff member get a secure message', () => {
  const secure = action({ message: { ...definition().message, containsPhi: true } as never })
  it.each([
    ['one who signs in', true, secure, null],
    ['one whom nobody signs in as', false, secure, 'noSignIn'],
    ['a plain one, whoever signs in', false, action(), null],
  ] as const)('%s', (_, signsIn, one, expected) => {
    expect(eligibility(staff({ signsIn }), one, about({}), organization(), day).reason).toBe(expected)
  })
})

describe('Who and where: may the patient be written to', () => {
  it.each<[string, CareEventFacts, ActionFacts, Partial<OrganizationFacts>, string | null]>([
    ['alive and active', about({}), action(), {}, null],
    ['deceased', about({ deceased: true }), action(), {}, 'patientDeceased'],
    ['not active', about({ active: false }), action(), {}, 'patientInactive'],
    ['muted', about({ muted: true }), action(), {}, 'patientMuted'],
    ['opted out or unreachable', about({ contactPoints: [] }), action(), {}, 'noContactPoint'],
    ['an opt-in is asked for', about({}), action(), { requireOptIn: true }, 'noConsent'],
    ['a child, about a diagnosis: to the guardian', ill('2015-03-10'), ofDiagnosis, {}, null],
    ['12 today, about a diagnosis', ill('2014-03-10'), ofDiagnosis, {}, 'minorReview'],
    ['17, about a diagnosis', ill('2008-03-11'), ofDiagnosis, {}, 'minorReview'],
    ['18 today', ill('2008-03-10'), ofDiagnosis, {}, null],
    ['perhaps 12, perhaps 11: only the year is known', illBornIn('2014'), ofDiagnosis, {}, 'minorReview'],
    ['certainly not 12 yet: only the month is known', illBornIn('2014-04'), ofDiagnosis, {}, 'noBirthDate'],
    ['perhaps 17: only the month is known', illBornIn('2008-03'), ofDiagnosis, {}, 'minorReview'],
    ['certainly 18: only the month is known', illBornIn('2008-02'), ofDiagnosis, {}, 'noBirthDate'],
    ['17, enabled by the organization', ill('2008-03-11'), ofDiagnosis, { minorReview: true }, null],
    ['17, about an appointment', about({ birthDate: '2008-03-11' }), action(), {}, null],
    [
      '17, about an appointment at a sensitive place',
      about({ birthDate: '2008-03-11' }, sensitive),
      action(),
      {},
      'minorReview',
    ],
    ['a secure message without a birth date', about({ birthDate: null }, sensitive), action(), {}, 'noBirthDate'],
    [
      'a secure message with one that is none',
      about({ birthDate: '1980-02-30' }, sensitive),
      action(),
      {},
      'noBirthDate',
    ],
    [
      'a secure message with the year of birth only',
      about({ birthDate: null, bornIn: '1980' }, sensitive),
      action(),
      {},
      'noBirthDate',
    ],
    ['a plain message without a birth date', about({ birthDate: null }), action(), {}, null],
  ])('%s', (_, careEvent, one, more, expected) => {
    expect(eligibility(careEvent.patient, one, careEvent, organization(more), day).reason).toBe(expected)
  })

  it('staff get nothing about a deceased patient, but something about a muted one', () => {
    const to = (careEvent: CareEventFacts) => eligibility(staff(), action(), careEvent, organization(), day).reason
    expect(to(about({ deceased: true }))).toBe('patientDeceased')
    expect(to(about({ muted: true, birthDate: null }, sensitive))).toBeNull()
  })

  it('says nothing of addresses or names in the trail', () => {
    const careEvent = about({})
    const { trail } = eligibility(careEvent.patient, action(), careEvent, organization(), day)
    expect(trail.map(({ check, saw }) => `${check}: ${saw}`)).toEqual(['patient: active', 'channels: sms'])
  })
})

describe("Who and where: a minor's contact points", () => {
  const guardian = [contactPoint({ id: uuid(35), address: '+15555550135' })]
  it.each([
    ['under 18: the guardian', patient({ birthDate: '2010-01-01', guardianContactPoints: guardian }), '+15555550135'],
    ['of age: their own', patient({ guardianContactPoints: guardian }), '+15555550101'],
    [
      'no guardian known: what is on the chart',
      patient({ birthDate: '2010-01-01', guardianContactPoints: [] }),
      '+15555550101',
    ],
    [
      'perhaps under 18, born in that year: the guardian',
      patient({ birthDate: null, bornIn: '2008', guardianContactPoints: guardian }),
      '+15555550135',
    ],
    [
      'certainly of age, born in that year: their own',
      patient({ birthDate: null, bornIn: '2007', guardianContactPoints: guardian }),
      '+15555550101',
    ],
    ['no birth date: their own', patient({ birthDate: null, guardianContactPoints: guardian }), '+15555550101'],
  ])('%s', (_, who, expected) => {
    expect(reachable(who, day).contactPoints.map((point) => point.address)).toEqual([expected])
  })
})

describe('age', () => {
  it.each([
    ['2008-03-10', '2026-03-09', 17],
    ['2008-03-10', '2026-03-10', 18],
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
  ])('born %s, on %s: %d', (birthDate, on, expected) => {
    expect(ageOn(birthDate, on)).toBe(expected)
  })
})

describe('the ages that somebody can have', () => {
  it.each([
    ['2008-03-10', null, '2026-03-09', { least: 17, most: 17 }],
    [null, '2008-03', '2026-03-15', { least: 17, most: 18 }],
    [null, '2008-03', '2026-03-31', { least: 18, most: 18 }],
    [null, '2008-02', '2026-02-28', { least: 17, most: 18 }],
    [null, '2008-12', '2026-12-30', { least: 17, most: 18 }],
    [null, '2008', '2026-12-30', { least: 17, most: 18 }],
    [null, '2008', '2026-12-31', { least: 18, most: 18 }],
    ['2008-03-10', '1990', '2026-03-10', { least: 18, most: 18 }],
    ['1980-02-30', null, '2026-03-10', null],
    [null, 'long ago', '2026-03-10', null],
    [null, '2008-13', '2026-03-10', null],
    [null, null, '2026-03-10', null],
  ] as const)('born %s, or in %s, on %s', (birthDate, bornIn, on, expected) => {
    expect(agesOn({ birthDate, bornIn }, on)).toEqual(expected)
  })
})

describe('PHI: secure messages', () => {
  const message = { subject: null, body: 'Results', channels: {}, translations: {}, containsPhi: true }
  const type = { id: uuid(70), name: 'Therapy', enabled: true, sensitive: true }
  it.each<[string, CareEventFacts, ReturnType<typeof definition>, boolean]>([
    ['plain', appointment(), definition(), false],
    ['contains PHI', appointment(), definition({ message }), true],
    ['set to secure', appointment(), definition({ channels: { override: null, secure: true } }), true],
    [
      'a sensitive facility forces it',
      appointment(sensitive),
      definition({ channels: { override: null, secure: false } }),
      true,
    ],
    ['a sensitive provider forces it', appointment({ providers: [provider({ sensitive: true })] }), definition(), true],
    ['a sensitive type forces it', appointment({ appointmentType: type }), definition(), true],
    ['a diagnosis, by default', diagnosis(), definition({ type: 'diagnosis' }), true],
  ])('%s', (_, careEvent, given, expected) => {
    expect(isSecure(given, careEvent)).toBe(expected)
  })
})
