import { describe, expect, it } from '@jest/globals'
import type { Recipients } from '../../domain/action.ts'
import type { CareEventFacts } from '../../domain/facts.ts'
import { mayGoTo, recipientAs, recipientsOf } from '../../domain/recipients.ts'
import { appointment, facility, organization, provider, staff, uuid } from './build.ts'

const here = facility().id
const nurse = staff({ key: uuid(41), roles: ['nurse'], facilityIds: [here] })
const nurseElsewhere = staff({ key: uuid(42), roles: ['nurse'], facilityIds: [uuid(11)] })
const doctor = staff({ key: uuid(43), roles: ['doctor'], facilityIds: [here] })
const former = staff({ key: uuid(44), roles: ['nurse'], facilityIds: [here], active: false })
const members = [nurse, nurseElsewhere, doctor, former]

const to = (more: Partial<Extract<Recipients, { kind: 'staff' }>>): Recipients => ({
  kind: 'staff',
  staffIds: [],
  roles: [],
  careEventProviders: false,
  ...more,
})
const treating = appointment({ providers: [provider({ staffMemberId: doctor.key })] })

describe('Who and where: recipients', () => {
  it.each<[string, Recipients, CareEventFacts, string[]]>([
    ['the patient', { kind: 'patient' }, appointment(), ['patient']],
    [
      'staff by name',
      to({ staffIds: [doctor.key, nurseElsewhere.key] }),
      appointment(),
      [nurseElsewhere.key, doctor.key],
    ],
    ['a role at the facility', to({ roles: ['nurse'] }), appointment(), [nurse.key]],
    ['a role, however it is spelled', to({ roles: ['NURSE'] }), appointment(), [nurse.key]],
    [
      'a role and a name, each once, wherever the named one is',
      to({ roles: ['nurse'], staffIds: [nurseElsewhere.key] }),
      appointment(),
      [nurse.key, nurseElsewhere.key],
    ],
    ['a role that nobody has', to({ roles: ['porter'] }), appointment(), []],
    [
      "each of the care event's own providers",
      to({ careEventProviders: true }),
      appointment({
        providers: [provider({ staffMemberId: doctor.key }), provider({ id: uuid(21), staffMemberId: nurse.key })],
      }),
      [nurse.key, doctor.key],
    ],
    [
      'a provider who left',
      to({ careEventProviders: true }),
      appointment({ providers: [provider({ staffMemberId: former.key })] }),
      [],
    ],
    [
      'a role without a facility: all who have it',
      to({ roles: ['nurse'] }),
      appointment({ facility: null }),
      [nurse.key, nurseElsewhere.key],
    ],
    ["the care event's own provider", to({ careEventProviders: true }), treating, [doctor.key]],
    ['a provider who is not staff', to({ careEventProviders: true }), appointment({ providers: [provider()] }), []],
    [
      'named twice, once',
      to({ staffIds: [doctor.key], roles: ['doctor'], careEventProviders: true }),
      treating,
      [doctor.key],
    ],
    ['nobody who left', to({ staffIds: [former.key] }), appointment(), []],
  ])('%s', (_, recipients, careEvent, expected) => {
    const found = recipientsOf(recipients, careEvent, organization({ staff: members }))
    expect(found.map((recipient) => recipient.key)).toEqual(expected)
  })
})

describe('Who and where: as what they get it', () => {
  it.each<[string, Recipients, string]>([
    ['by name', to({ staffIds: [doctor.key], roles: ['doctor'] }), 'named in the action'],
    ['as the provider', to({ roles: ['doctor'], careEventProviders: true }), "the care event's own provider"],
    ['by role', to({ roles: ['porter', 'Doctor'] }), 'Doctor at the facility'],
  ])('%s', (_, recipients, expected) => {
    expect(recipientAs(recipients, doctor, treating)).toBe(expected)
  })
})

describe('Whose change may concern an action', () => {
  const member = { id: uuid(45), roles: ['Nurse'], providerId: uuid(20) }
  it.each<[string, Recipients, typeof member | { id: string; roles: string[]; providerId: null }, boolean]>([
    ['nobody of the staff, when it goes to the patient', { kind: 'patient' }, member, false],
    ['whom it names', to({ staffIds: [member.id] }), member, true],
    ['who has its role', to({ roles: ['nurse'] }), member, true],
    ['who is a provider, when it goes to those', to({ careEventProviders: true }), member, true],
    ['not who is none', to({ careEventProviders: true }), { ...member, providerId: null }, false],
    ['not who has another role', to({ roles: ['doctor'] }), member, false],
  ])('%s', (_, recipients, changed, expected) => {
    expect(mayGoTo(recipients, changed)).toBe(expected)
  })
})
