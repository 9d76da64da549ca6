import { describe, expect, it } from '@jest/globals'
import { entryOf, outline, recordOf } from './fhirSamples.ts'

const zone = (valueCode: string) => [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode }]

describe('a Location', () => {
  const content = (fields: object) => recordOf('facility', { resourceType: 'Location', id: 'l-1', ...fields }).content

  it('becomes a facility with its zone, state, phone and address', () => {
    const location = {
      name: 'Clinic a',
      status: 'active',
      extension: zone('America/New_York'),
      telecom: [
        { system: 'fax', value: '555-555-0188' },
        { system: 'phone', value: '555-555-0199' },
      ],
      address: { line: ['1 Main St'], city: 'Albany', state: 'New York', postalCode: '12207', country: 'US' },
    }
    expect(content(location)).toEqual({
      name: 'Clinic a',
      zone: 'America/New_York',
      state: 'NY',
      phone: '+15555550199',
      address: { lines: ['1 Main St'], city: 'Albany', state: 'NY', postalCode: '12207', country: 'US' },
      active: true,
    })
  })

  it.each([
    [{ status: 'inactive' }, { active: false }],
    [{ status: 'suspended' }, { active: true }],
    [{ alias: ['South wing'] }, { name: 'South wing' }],
    [{ telecom: [{ system: 'phone', value: '2328' }] }, { phone: '2328' }],
    [{ address: { state: 'Vic' } }, { state: null }],
    [{}, { name: null, zone: null, state: null, phone: null, address: null }],
  ])('%j gives %j', (fields, expected) => {
    expect(content(fields)).toMatchObject(expected)
  })

  it('reports a zone that does not exist', () => {
    const entry = entryOf({ resourceType: 'Location', id: 'l-1', name: 'Clinic', extension: zone('America/Nowhere') })
    expect(outline(entry)).toEqual(['warning unknownZone Location.extension[0].valueCode'])
    expect(entry.record).toMatchObject({ content: { zone: null } })
  })
})

describe('who provides', () => {
  it.each([
    [{ prefix: ['Dr'], given: ['Ada'], family: 'Strange' }, 'Dr. Ada Strange'],
    [{ prefix: ['Dr.'], given: ['Ada', 'Mae'], family: 'Strange' }, 'Dr. Ada Strange'],
    [{ given: ['Ada'], family: 'Strange', suffix: ['MD'] }, 'Ada Strange'],
    [{ text: 'Ada Strange, MD' }, 'Ada Strange, MD'],
  ])('a Practitioner named %j is %s', (name, expected) => {
    expect(recordOf('provider', { resourceType: 'Practitioner', id: 'd-1', name: [name] }).content.name).toBe(expected)
  })

  it('a PractitionerRole points at its practitioner', () => {
    const role = {
      resourceType: 'PractitionerRole',
      id: 'x',
      practitioner: { reference: 'Practitioner/x', display: 'Dr. Ada Strange' },
    }
    expect(recordOf('provider', role)).toMatchObject({
      externalId: 'PractitionerRole/x',
      content: { name: 'Dr. Ada Strange', active: true, practitioner: { externalId: 'x' } },
    })
  })

  it('a HealthcareService is an appointment type', () => {
    const service = { resourceType: 'HealthcareService', id: 'h-1', name: 'Counselling' }
    expect(recordOf('appointmentType', service)).toMatchObject({
      externalId: 'HealthcareService/h-1',
      content: { name: 'Counselling' },
    })
  })
})
