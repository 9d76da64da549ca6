import { describe, expect, it } from '@jest/globals'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import {
  actor,
  appointmentResource,
  bundle,
  context,
  entryOf,
  outline,
  patientResource,
  recordOf,
} from './fhirSamples.ts'

const patientOf = (reference: unknown, more = {}) =>
  recordOf('careEvent', appointmentResource({ participant: [{ actor: reference }], ...more })).content.patient

describe('a reference to a patient', () => {
  it.each<[object, string, string]>([
    [{ reference: 'Patient/x' }, 'x', 'relative'],
    [{ reference: 'Patient/x/_history/2' }, 'x', 'of one version'],
    [{ reference: 'https://ehr.example/fhir/Patient/x' }, 'x', 'absolute'],
    [{ reference: 'https://ehr.example/fhir/Patient/x/_history/2' }, 'x', 'absolute, of one version'],
    [{ reference: 'Patient?identifier=urn:mrn|123' }, 'urn:mrn|123', 'conditional'],
    [{ reference: 'Patient?identifier=urn%3Amrn%7C123' }, 'urn:mrn|123', 'conditional, encoded'],
    [{ type: 'Patient', identifier: { system: 'urn:mrn', value: '123' } }, 'urn:mrn|123', 'logical'],
    [{ type: 'Patient', identifier: { value: '123' } }, '123', 'logical, without a system'],
  ])('%j is %s: %s', (reference, expected) => {
    expect(patientOf(reference).externalId).toBe(expected)
  })

  it('keeps the bare identifier, by which the patient may be known already', () => {
    expect(patientOf({ type: 'Patient', identifier: { system: 'urn:mrn', value: '123' } }).identifier).toBe('123')
  })

  it.each([
    ['SS', null],
    ['MC', null],
    ['MR', '123'],
  ])('keeps no other number of the patient for the chart: %s', (code, expected) => {
    const identifier = { system: 'urn:x', value: '123', type: { coding: [{ code }] } }
    expect(patientOf({ type: 'Patient', identifier }).identifier).toBe(expected)
  })

  it('may leave out that it is one, where nothing else is meant', () => {
    const identifier = { system: 'urn:mrn', value: '123' }
    const entry = entryOf({ resourceType: 'Procedure', id: 'x', status: 'completed', subject: { identifier } })
    expect(entry.record?.content).toMatchObject({ patient: { externalId: 'urn:mrn|123' } })
  })

  it('keeps the display for a stub', () => {
    expect(patientOf({ reference: 'Patient/x', display: 'Zephyrine Quill' }).display).toBe('Zephyrine Quill')
  })

  it.each([
    ['with an identifier', [{ resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:mrn', value: '9' }] }], []],
    ['without one', [{ resourceType: 'Patient', id: 'p' }], ['warning unresolvedReference', 'error missing']],
    ['that is not there', [], ['warning unresolvedReference', 'error missing']],
  ])('may be contained %s', (_how, contained, expected) => {
    const entry = entryOf(appointmentResource({ contained, participant: [actor('#p')] }))
    expect(outline(entry).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(expected)
    if (expected.length === 0) expect(entry.record).toMatchObject({ content: { patient: { externalId: 'urn:mrn|9' } } })
  })

  it.each(['urn:uuid:1', 'patient', 'https://ehr.example/', 'Patient/', '../../etc/passwd', ' '])(
    'can not be %j',
    (reference) => {
      expect(entryOf(appointmentResource({ participant: [actor(reference)] })).record).toBeNull()
    },
  )
})

describe('a reference inside a Bundle', () => {
  const uuid = 'urn:uuid:0b0c2a51-0000-4000-8000-000000000001'
  const booked = (reference: unknown) => ({ resource: appointmentResource({ participant: [{ actor: reference }] }) })
  const patientIn = (patient: object, reference: unknown) => {
    const { entries } = parseFhir(bundle('collection', [patient, booked(reference)]), context)
    const record = entries[1]?.record
    return record?.kind === 'careEvent' ? record.content?.patient.externalId : null
  }

  it.each([
    ['urn:uuid of an entry', { fullUrl: uuid, resource: patientResource({ id: 'p-7' }) }, { reference: uuid }, 'p-7'],
    [
      'a full URL of no usual form',
      { fullUrl: 'https://ehr.example/r?7', resource: patientResource({ id: 'p-7' }) },
      { reference: 'https://ehr.example/r?7' },
      'p-7',
    ],
    [
      'an identifier that an entry carries',
      { resource: patientResource({ id: 'p-7', identifier: [{ system: 'urn:mrn', value: '1' }] }) },
      { type: 'Patient', identifier: { system: 'urn:mrn', value: '1' } },
      'p-7',
    ],
    [
      'an entry without id, by its identifier',
      { fullUrl: uuid, resource: patientResource({ id: undefined, identifier: [{ value: '1' }] }) },
      { reference: uuid },
      '1',
    ],
    [
      'an entry without id, by what it is put under',
      { fullUrl: uuid, request: { method: 'PUT', url: 'Patient/p-8' }, resource: patientResource({ id: undefined }) },
      { reference: uuid },
      'p-8',
    ],
  ])('may be %s', (_how, patient, reference, expected) => {
    expect(patientIn(patient, reference)).toBe(expected)
  })

  it('is to nobody where two entries carry what it says', () => {
    const [one, other] = ['p-7', 'p-8'].map((id) => ({
      resource: patientResource({ id, identifier: [{ value: '1' }] }),
    }))
    const reference = { type: 'Patient', identifier: { value: '1' } }
    const { entries } = parseFhir(bundle('collection', [one, other, booked(reference)]), context)
    expect(entries[2]?.record).toBeNull()
    const [alike, second] = ['p-7', 'p-8'].map((id) => ({ fullUrl: uuid, resource: patientResource({ id }) }))
    const named = parseFhir(bundle('collection', [alike, second, booked({ reference: uuid })]), context)
    expect(named.entries[2]?.record).toBeNull()
  })

  it('finds what comes in several versions', () => {
    const versions = ['1', '2'].map((versionId) => ({
      fullUrl: uuid,
      resource: patientResource({ id: 'p-7', meta: { versionId }, identifier: [{ value: '1' }] }),
    }))
    const { entries } = parseFhir(bundle('history', [...versions, booked({ reference: uuid })]), context)
    expect(entries[2]?.record?.content).toMatchObject({ patient: { externalId: 'p-7' } })
  })
})
