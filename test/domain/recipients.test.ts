import { describe, expect, it } from '@jest/globals'
import type { Recipients } from '../../domain/action.ts'
import type { CareEventFacts } from '../../domain/facts.ts'
import { recipientsOf } from '../../domain/recipients.ts'
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
