import { describe, expect, it } from '@jest/globals'
import { actor, appointmentResource, entryOf, type Json, outline, recordOf } from './fhirSamples.ts'

const content = (fields = {}) => recordOf('careEvent', appointmentResource(fields)).content

describe('an Appointment', () => {
  it('becomes a care event that names patient, facility, provider and type', () => {
    expect(
      recordOf('careEvent', appointmentResource({ meta: { versionId: '7', lastUpdated: '2026-05-01T00:00:00Z' } })),
    ).toMatchObject({
      kind: 'careEvent',
      careEventKind: 'appointment',
      externalId: 'a-1',
      sourceVersion: { lastUpdated: Date.parse('2026-05-01T00:00:00Z'), versionId: '7' },
      content: {
        status: 'booked',
        patient: { externalId: 'p-1' },
        facility: { externalId: 'l-1' },
        providers: [{ externalId: 'd-1' }],
        appointmentType: { externalId: 'FOLLOWUP', display: 'Follow up' },
        start: { at: Date.parse('2026-05-11T13:00:00Z') },
        end: Date.parse('2026-05-11T13:30:00Z'),
        durationMinutes: 30,
      },
    })
  })

  it.each([
    ['proposed', 'proposed'],
    ['pending', 'pending'],
    ['booked', 'booked'],
    ['arrived', 'arrived'],
    ['fulfilled', 'fulfilled'],
    ['cancelled', 'cancelled'],
    ['noshow', 'noShow'],
    ['entered-in-error', 'enteredInError'],
    ['checked-in', 'checkedIn'],
    ['waitlist', 'waitlist'],
  ])('status %s is %s', (wire, expected) => {
    expect(content({ status: wire }).status).toBe(expected)
  })

  it.each([
    ['proposed', true],
    ['pending', true],
    ['waitlist', true],
    ['cancelled', true],
    ['noshow', true],
    ['entered-in-error', true],
    ['booked', false],
    ['arrived', false],
    ['checked-in', false],
    ['fulfilled', false],
  ])('with status %s may lack a start: %s', (status, may) => {
    const entry = entryOf(appointmentResource({ status, start: undefined, end: undefined }))
    expect(entry.record !== null).toBe(may)
    expect(outline(entry)).toEqual(may ? [] : ['error missing Appointment.start'])
  })

  it.each<[Json, string[], string]>([
    [{ start: '2026-02-30T25:00' }, ['error invalidInstant Appointment.start'], 'a day that does not exist'],
    [{ start: '2026-05-11T09:00:00' }, ['error invalidInstant Appointment.start'], 'an instant needs its offset'],
    [{ start: 1778500800000 }, ['error wrongType Appointment.start'], 'a number is no FHIR instant'],
    [{ end: 'later' }, ['error invalidInstant Appointment.end'], 'an end that is none'],
    [{ status: 'rescheduled' }, ['error unknownCode Appointment.status'], 'not one of the ten'],
    [{ status: undefined }, ['error missing Appointment.status'], 'no status'],
    [{ status: 'toString' }, ['error unknownCode Appointment.status'], 'not a property of objects either'],
    [{ participant: undefined }, ['error missing Appointment.participant'], 'nobody takes part'],
    [{ participant: [actor('Practitioner/d-1')] }, ['error missing Appointment.participant'], 'no patient takes part'],
    [{ id: undefined }, ['error missing Appointment.id'], 'nothing to know it by'],
    [
      { meta: { lastUpdated: 'yesterday' } },
      ['error invalidInstant Appointment.meta.lastUpdated'],
      'its order would be wrong',
    ],
    [
      { participant: [actor('urn:uuid:7f0c2a51-0000-4000-8000-000000000001')] },
      [
        'warning unresolvedReference Appointment.participant[0].actor.reference',
        'error missing Appointment.participant',
      ],
      'a patient that nothing identifies',
    ],
    [
      { start: undefined, participant: [] },
      ['error missing Appointment.start', 'error missing Appointment.participant'],
      'all errors at once',
    ],
  ])('with %j is refused as %j: %s', (fields, expected) => {
    const entry = entryOf(appointmentResource(fields))
    expect(entry.record).toBeNull()
    expect(outline(entry)).toEqual(expected)
  })

  it('says in every refusal what would be right', () => {
    const { reasons } = entryOf(appointmentResource({ start: '2026-02-30T25:00' }))
    expect(reasons[0]?.message).toContain('such as 2026-03-09T14:30:00-04:00')
  })

  it('takes a lastUpdated in the far future for no order at all', () => {
    const entry = entryOf(appointmentResource({ meta: { lastUpdated: '2199-01-01T00:00:00Z' } }))
    expect(entry.record?.sourceVersion.lastUpdated).toBeNull()
    expect(outline(entry)).toEqual(['warning inconsistent Appointment.meta.lastUpdated'])
  })

  it.each([
    [
      'appointmentType before serviceType',
      { serviceType: [{ coding: [{ code: '52' }] }] },
      { externalId: 'FOLLOWUP', display: 'Follow up' },
    ],
    [
      'serviceType where there is no appointmentType',
      { appointmentType: undefined, serviceType: [{ coding: [{ system: 'urn:s', code: '52', display: 'Talk' }] }] },
      { externalId: 'urn:s|52', display: 'Talk' },
    ],
    [
      'the text where there is no code',
      { appointmentType: { text: 'Annual visit' } },
      { externalId: 'Annual visit', display: 'Annual visit' },
    ],
    [
      'the text rather than the display as name',
      { appointmentType: { text: 'Annual', coding: [{ code: 'A', display: 'Annual visit (long)' }] } },
      { externalId: 'A', display: 'Annual' },
    ],
    [
      'the first coding that has a code',
      { appointmentType: { coding: [{ display: 'no code' }, { code: 'B' }] } },
      { externalId: 'B', display: 'B' },
    ],
    [
      'a HealthcareService that takes part',
      { appointmentType: undefined, participant: [actor('Patient/p-1'), actor('HealthcareService/h-1')] },
      { externalId: 'HealthcareService/h-1' },
    ],
    ['none at all', { appointmentType: undefined }, null],
  ])('takes its type from %s', (_where, fields, expected) => {
    const type = content(fields).appointmentType
    expected === null ? expect(type).toBeNull() : expect(type).toMatchObject(expected)
  })

  it.each([
    ['the end, as given', { end: '2026-05-11T10:00:00-04:00' }, '2026-05-11T14:00:00.000Z', 60],
    ['minutesDuration, where there is no end', { end: undefined, minutesDuration: 45 }, '2026-05-11T13:45:00.000Z', 45],
    ['nothing', { end: undefined }, null, null],
    ['nothing, if it lasts longer than a year', { end: undefined, minutesDuration: 10 ** 15 }, null, null],
    ['neither, if the end lies before the start', { end: '2026-05-10T10:00:00Z' }, null, null],
  ])('takes its length from %s', (_what, fields, end, minutes) => {
    const { end: at, durationMinutes } = content(fields)
    expect([at === null ? null : new Date(at).toISOString(), durationMinutes]).toEqual([end, minutes])
  })

  it.each([
    ['2026-04-01T10:00:00Z', { at: Date.parse('2026-04-01T10:00:00Z') }],
    ['2026-04-01', { date: '2026-04-01' }],
    ['2026-04', null],
    [undefined, null],
  ])('created %s is %j', (created, expected) => {
    expect(content({ created }).created).toEqual(expected)
  })

  it('leaves out providers who declined, and repeated ones', () => {
    const participant = [
      actor('Patient/p-1', { status: 'declined' }),
      actor('Practitioner/d-1', { status: 'declined' }),
      actor('Practitioner/d-2'),
      actor('Practitioner/d-2'),
      { actor: { display: 'Phone call' }, status: 'accepted' },
    ]
    expect(content({ participant })).toMatchObject({
      patient: { externalId: 'p-1' },
      providers: [{ externalId: 'd-2' }],
    })
    expect(content({ participant }).providers).toHaveLength(1)
  })

  it('is of the patient who comes, not of one who declined', () => {
    const participant = [actor('Patient/p-1', { status: 'declined' }), actor('Patient/p-2')]
    const entry = entryOf(appointmentResource({ participant }))
    expect(entry.record?.content).toMatchObject({ patient: { externalId: 'p-2' } })
    expect(entry.reasons).toEqual([])
  })

  it('is not with those who only referred, translate or are to be called', () => {
    const as = (code: string) => ({ type: [{ coding: [{ code }] }] })
    const participant = [
      actor('Practitioner/d-9', as('REF')),
      actor('Practitioner/d-8', as('translator')),
      actor('PractitionerRole/d-7', as('CALLBCK')),
      actor('Patient/p-1', as('REF')),
      actor('Practitioner/d-1', as('ATND')),
    ]
    expect(content({ participant })).toMatchObject({
      patient: { externalId: 'p-1' },
      providers: [{ externalId: 'd-1' }],
    })
  })

  it('keeps a practitioner and a role of the same id apart', () => {
    const participant = [actor('Patient/p-1'), actor('Practitioner/x'), actor('PractitionerRole/x')]
    expect(content({ participant }).providers.map((provider) => provider.externalId)).toEqual([
      'x',
      'PractitionerRole/x',
    ])
  })

  it('reads the patient instruction and the link of a virtual service', () => {
    const url = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService'
    const virtual = (link: string) => [{ url, extension: [{ url: 'addressUrl', valueUrl: link }] }]
    expect(
      content({ patientInstruction: 'Bring your card', extension: virtual('https://video.example/1') }),
    ).toMatchObject({
      instructions: 'Bring your card',
      videoLink: 'https://video.example/1',
    })
    expect(content({ extension: virtual('javascript:alert(1)') }).videoLink).toBeNull()
  })
})
