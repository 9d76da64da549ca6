import { describe, expect, it } from '@jest/globals'
import type { PatientFacts, StaffFacts } from '../../domain/facts.ts'
import { zonesOfState } from '../../domain/stateZones.ts'
import { isZone } from '../../domain/zone.ts'
import { facilityZones, recipientZones } from '../../domain/zones.ts'
import { appointment, facility, newYork, organization, patient, staff } from './build.ts'

const chicago = 'America/Chicago'
const careEventAt = (zone: string | null) => appointment({ facility: facility({ zone }) })

describe("Zones: quiet hours and Sundays use the recipient's", () => {
  it.each<[string, PatientFacts | StaffFacts, string | null, readonly string[], string, string[]]>([
    ["the patient's own", patient({ zone: chicago, addressState: 'CA' }), newYork, [chicago], 'recipient', []],
    ["else the address's", patient({ addressState: 'CA' }), newYork, ['America/Los_Angeles'], 'postalAddress', []],
    ['a state with two zones: both', patient({ addressState: 'TN' }), newYork, [chicago, newYork], 'postalAddress', []],
    ["else the facility's", patient(), chicago, [chicago], 'facility', []],
    ["else the organization's", patient(), null, [newYork], 'organization', []],
    ['a state that is none falls through', patient({ addressState: 'ZZ' }), chicago, [chicago], 'facility', []],
    ["a staff member's own", staff({ zone: chicago }), newYork, [chicago], 'recipient', []],
    ["a staff member without one: the facility's", staff(), chicago, [chicago], 'facility', []],
    [
      'an invalid one falls back and is reported',
      patient({ zone: 'Mars/Base' }),
      chicago,
      [chicago],
      'facility',
      ['Mars/Base'],
    ],
    ['an invalid facility zone too', patient(), 'EST5NOWHERE', [newYork], 'organization', ['EST5NOWHERE']],
  ])('%s', (_, recipient, facilityZone, zones, source, invalid) => {
    expect(recipientZones(recipient, careEventAt(facilityZone), organization())).toEqual({ zones, source, invalid })
  })
})

describe('Zones: appointments, holidays and closures use the facility', () => {
  it.each<[string, ReturnType<typeof appointment>, string, readonly string[], string, string[]]>([
    ["the facility's", careEventAt(chicago), newYork, [chicago], 'facility', []],
    ["no facility: the organization's", appointment({ facility: null }), newYork, [newYork], 'organization', []],
    ['nothing valid: UTC, and it is reported', careEventAt('A/B'), 'C/D', ['UTC'], 'utc', ['A/B', 'C/D']],
  ])('%s', (_, careEvent, timeZone, zones, source, invalid) => {
    expect(facilityZones(careEvent, organization({ timeZone }))).toEqual({ zones, source, invalid })
  })
})

describe('Zones: the states', () => {
  const states =
    'AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY AS GU MP PR VI'
  it.each(states.split(' ').map((state) => [state]))('%s has zones, all of them real', (state) => {
    const zones = zonesOfState(state)
    expect(zones.length).toBeGreaterThan(0)
    expect(zones.filter((zone) => !isZone(zone))).toEqual([])
  })

  it.each([
    [' tn ', 2],
    ['', 0],
    [null, 0],
  ])('%p has %d', (state, count) => {
    expect(zonesOfState(state)).toHaveLength(count)
  })
})
