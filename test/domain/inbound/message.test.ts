import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { maxBundleEntries, parseFhir } from '../../../domain/inbound/fhir.ts'
import {
  actor,
  appointmentResource,
  arrival,
  bundle,
  context,
  entryOf,
  outline,
  patientResource,
} from './fhirSamples.ts'

describe('a Bundle', () => {
  it.each(['transaction', 'batch', 'collection', 'history', 'searchset'])(
    'of type %s gives an entry for each of its own',
    (type) => {
      const { entries, reasons } = parseFhir(
        bundle(type, [{ resource: patientResource() }, { resource: appointmentResource() }]),
        context,
      )
      expect(reasons).toEqual([])
      expect(entries.map((entry) => [entry.index, entry.resource, entry.record?.kind])).toEqual([
        [0, 'Patient/p-1', 'patient'],
        [1, 'Appointment/a-1', 'careEvent'],
      ])
    },
  )

  it('keeps what is right beside what is wrong', () => {
    const { entries } = parseFhir(
      bundle('batch', [
        { resource: appointmentResource({ start: 'x' }) },
        { resource: patientResource() },
        { resource: { resourceType: 'Observation', id: 'o' } },
      ]),
      context,
    )
    expect(entries.map((entry) => entry.record?.kind ?? outline(entry))).toEqual([
      ['error invalidInstant Bundle.entry[0].resource.start'],
      'patient',
      ['error unsupportedResource Bundle.entry[2].resource.resourceType'],
    ])
  })

  it.each([
    ['Appointment', 'careEvent', 'a-1'],
    ['Patient', 'patient', 'a-1'],
    ['Location', 'facility', 'a-1'],
    ['Practitioner', 'provider', 'a-1'],
    ['PractitionerRole', 'provider', 'PractitionerRole/a-1'],
    ['HealthcareService', 'appointmentType', 'HealthcareService/a-1'],
  ])('with a DELETE of %s has its tombstone', (type, kind, externalId) => {
    const response = { lastModified: '2026-05-01T00:00:00Z', etag: 'W/"5"' }
    const { entries } = parseFhir(
      bundle('history', [{ request: { method: 'DELETE', url: `https://ehr.example/fhir/${type}/a-1` }, response }]),
      context,
    )
    expect(entries[0]?.record).toMatchObject({
      kind,
      externalId,
      deleted: true,
      content: null,
      sourceVersion: { lastUpdated: Date.parse('2026-05-01T00:00:00Z'), versionId: '5' },
    })
  })

  it('dates a deletion without a date by its arrival', () => {
    const { entries } = parseFhir(bundle('batch', [{ request: { method: 'DELETE', url: 'Appointment/a-1' } }]), context)
    expect(entries[0]?.record?.sourceVersion.lastUpdated).toBe(arrival)
  })

  it('dates a deletion without a date before what brought the record back, where a history has it', () => {
    const gone = { request: { method: 'DELETE', url: 'Appointment/a-1' } }
    const of = (lastUpdated: string, id = 'a-1') => ({ resource: appointmentResource({ id, meta: { lastUpdated } }) })
    const dates = (...entry: object[]) =>
      parseFhir(bundle('history', entry), context).entries.map(({ record }) => record?.sourceVersion.lastUpdated)
    const [back, first] = ['2026-05-03T00:00:00Z', '2026-05-01T00:00:00Z'] as const
    const [at, from] = [Date.parse(back), Date.parse(first)]
    expect(dates(of(back), of(back, 'a-2'), gone, of(first))).toEqual([at, at, at - 1, from])
    expect(dates(of(back, 'a-2'), gone, of(first))).toEqual([at, arrival, from])
  })

  it.each([
    [{ request: { method: 'DELETE', url: 'Appointment?identifier=1' } }, 'error missing Bundle.entry[0].request.url'],
    [{ request: { method: 'DELETE', url: 'Observation/1' } }, 'error unsupportedResource Bundle.entry[0].request.url'],
    [
      { request: { method: 'PATCH', url: 'Patient/1' }, resource: patientResource() },
      'error unsupportedRequest Bundle.entry[0].request.method',
    ],
    [{}, 'error malformed Bundle.entry[0].resource'],
    [null, 'error malformed Bundle.entry[0]'],
    ['Patient/1', 'error malformed Bundle.entry[0]'],
    [[{}], 'error malformed Bundle.entry[0]'],
    [{ resource: patientResource({ id: undefined }) }, 'error missing Bundle.entry[0].resource.id'],
  ])('with the entry %j refuses it: %s', (entry, expected) => {
    const [first] = parseFhir(bundle('batch', [entry]), context).entries
    expect(first?.record).toBeNull()
    expect(first && outline(first)).toEqual([expected])
  })

  it.each([
    [bundle('message', []), 'error unsupportedRequest Bundle.type'],
    [{ resourceType: 'Bundle' }, 'error unsupportedRequest Bundle.type'],
    [
      bundle(
        'batch',
        Array.from({ length: maxBundleEntries + 1 }, () => ({})),
      ),
      'error tooLong Bundle.entry',
    ],
  ])('that is wrong as a whole has no entries (%#)', (json, expected) => {
    const message = parseFhir(json, context)
    expect(message.entries).toEqual([])
    expect(outline(message)).toContain(expected)
  })
})

describe('whatever arrives', () => {
  const wellFormed = (json: unknown) => {
    const message = parseFhir(json, context)
    for (const entry of message.entries) {
      const failed = entry.reasons.some((reason) => reason.severity === 'error')
      expect(entry.record === null).toBe(failed)
    }
    expect(message.entries.length > 0 || message.reasons.length > 0 || message.bundleType !== null).toBe(true)
    expect(JSON.stringify(message)).not.toContain('\\u0000')
  }

  it('any JSON gives records or reasons, never a throw', () => {
    fc.assert(fc.property(fc.jsonValue(), wellFormed), { numRuns: 500 })
  })

  it('any JSON under a known resource type does so too', () => {
    const types = [
      'Patient',
      'Appointment',
      'Location',
      'Practitioner',
      'PractitionerRole',
      'HealthcareService',
      'Bundle',
    ]
    const resource = fc.record(
      {
        resourceType: fc.constantFrom(...types),
        id: fc.oneof(fc.string(), fc.jsonValue()),
        status: fc.constantFrom('booked', 'cancelled', 1, null),
        start: fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        participant: fc.oneof(fc.jsonValue(), fc.constant([{ actor: { reference: 'Patient/1' } }])),
        name: fc.jsonValue(),
        telecom: fc.jsonValue(),
        address: fc.jsonValue(),
        extension: fc.jsonValue(),
        link: fc.jsonValue(),
        type: fc.oneof(fc.constantFrom('batch', 'history'), fc.jsonValue()),
        entry: fc.jsonValue(),
        meta: fc.jsonValue(),
        communication: fc.jsonValue(),
        identifier: fc.jsonValue(),
        contained: fc.jsonValue(),
      },
      { requiredKeys: ['resourceType'] },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          resource,
          fc.array(resource).map((entries) =>
            bundle(
              'batch',
              entries.map((one) => ({ resource: one })),
            ),
          ),
        ),
        wellFormed,
      ),
      { numRuns: 500 },
    )
  })

  it('a good message with any one value replaced does so too', () => {
    const good = bundle('transaction', [
      {
        fullUrl: 'urn:uuid:1',
        resource: patientResource({
          telecom: [{ system: 'phone', value: '555-555-0101' }],
          communication: [{ language: { coding: [{ code: 'en' }] } }],
        }),
      },
      { resource: appointmentResource({ meta: { lastUpdated: '2026-05-01T00:00:00Z' } }) },
      { request: { method: 'DELETE', url: 'Appointment/2' } },
    ])
    const paths = allPaths(good)
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', '\u0000', '\ud800')),
        (path, value) => {
          wellFormed(replaced(good, path, value))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['a list far too long', Array(5_000).fill('A'), ['warning tooLong Patient.name[0].given']],
    [
      'a list full of mistakes',
      Array(5_000).fill(5),
      ['warning tooLong Patient.name[0].given', 'warning wrongType Patient.name[0].given[0].item'],
    ],
  ])('%s is read in part, with as many warnings as one can read', (_what, given, first) => {
    const { reasons } = entryOf(patientResource({ name: [{ family: 'Quill', given }] }))
    expect(outline({ reasons }).slice(0, first.length)).toEqual(first)
    expect(reasons.length).toBeLessThanOrEqual(101)
  })

  it('an error is told after any number of warnings', () => {
    const participant = [...Array(150).fill({ actor: { reference: 'nobody' } }), actor('Patient/p-1')]
    const entry = entryOf(appointmentResource({ participant, end: 'later' }))
    expect(entry.record).toBeNull()
    expect(entry.reasons.slice(99).map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'points at nothing that this message or its source could tell'],
      ['warning', 'is not the last: only 100 warnings are told'],
      ['error', expect.stringContaining('is no instant')],
    ])
  })
})

function allPaths(value: unknown, prefix: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [prefix]
  return [prefix, ...Object.entries(value).flatMap(([key, child]) => allPaths(child, [...prefix, key]))]
}

function replaced(root: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const copy: Record<string, unknown> | unknown[] = Array.isArray(root) ? [...root] : { ...(root as object) }
  const fields = copy as Record<string, unknown>
  fields[key] = replaced(fields[key], rest, value)
  return copy
}
