import { describe, expect, it } from '@jest/globals'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import { defaultSourceSettings, sourceSettingsSchema } from '../../../domain/inbound/sourceSettings.ts'
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

describe('a reference to another server', () => {
  const settings = sourceSettingsSchema.parse({ pull: { baseUrl: 'https://ehr.example/fhir' } })
  const pulled = { ...context, settings }
  const booked = (participant: unknown, more = {}) =>
    appointmentResource({ participant: [{ actor: participant }], ...more })
  const patientsOf = (json: unknown, where = pulled) =>
    parseFhir(json, where).entries.map(({ record }) =>
      record?.kind === 'careEvent' && !record.deleted
        ? record.content.patient.externalId
        : (record?.externalId ?? null),
    )

  it.each<[string, string | null, string]>([
    ['https://ehr.example/fhir/Patient/7', '7', 'its own'],
    ['http://EHR.example:80/fhir/Patient/7/_history/2', '7', 'its own, written otherwise'],
    ['Patient/7', '7', 'relative'],
    ['https://other.example/fhir/Patient/7', null, 'of another host'],
    ['https://ehr.example/other/fhir/Patient/7', null, 'of another practice on the same host'],
    ['https://ehr.example/Patient/7', null, 'above it'],
    ['https://other.example/fhir/Patient?identifier=urn:mrn|123', null, 'of another host, conditional'],
    ['https://ehr.example/fhir/Patient?identifier=urn:mrn|123', 'urn:mrn|123', 'its own, conditional'],
  ])('%s names %s: %s', (reference, expected) => {
    expect(patientsOf(booked({ reference }))).toEqual([expected])
  })

  it('says so, and keeps out what would be about nobody', () => {
    const [entry] = parseFhir(booked({ reference: 'https://other.example/fhir/Patient/7' }), pulled).entries
    expect(entry?.reasons.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning unresolvedReference',
      'error missing',
    ])
    expect(entry?.reasons[0]?.message).toContain('on another server')
  })

  it('is known by the identifier that it has beside it', () => {
    const identifier = { system: 'urn:mrn', value: '123' }
    expect(patientsOf(booked({ reference: 'https://other.example/fhir/Patient/7', identifier }))).toEqual([
      'urn:mrn|123',
    ])
  })

  it('is believed where it is not known which server is the own one', () => {
    const told = { ...context, settings: defaultSourceSettings }
    expect(patientsOf(booked({ reference: 'https://other.example/fhir/Patient/7' }), told)).toEqual(['7'])
  })

  it('does not take a record that another server has for one of its own', () => {
    const fullUrl = 'https://other.example/fhir/Patient/7'
    const entries = [
      { fullUrl: 'https://ehr.example/fhir/Appointment/a-1', resource: booked({ reference: fullUrl }) },
      { fullUrl, resource: patientResource({ id: '7', identifier: [{ value: '1' }] }) },
      { resource: booked({ type: 'Patient', identifier: { value: '1' } }, { id: 'a-2' }) },
      { request: { method: 'DELETE', url: 'https://other.example/fhir/Patient/8' } },
      { fullUrl: 'https://other.example/fhir/Patient/9', request: { method: 'DELETE', url: 'Patient/9' } },
    ]
    expect(patientsOf(bundle('history', entries))).toEqual([null, null, '1', null, null])
  })

  it('is its own where a server behind a proxy calls itself otherwise throughout', () => {
    const inner = 'http://10.0.0.7:8080/fhir'
    const entries = [
      { fullUrl: `${inner}/Appointment/a-1`, resource: booked({ reference: `${inner}/Patient/7` }) },
      { fullUrl: `${inner}/Patient/7`, resource: patientResource({ id: '7' }) },
    ]
    expect(patientsOf(bundle('searchset', entries))).toEqual(['7', '7'])
  })
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
