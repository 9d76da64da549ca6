import { describe, expect, it } from '@jest/globals'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import { defaultSourceSettings, sourceSettingsSchema } from '../../../domain/inbound/sourceSettings.ts'
import { context, entryOf, type Json, outline, recordOf } from './fhirSamples.ts'

const subject = { reference: 'Patient/p-1' }
const cpt = (code: string, system = 'http://www.ama-assn.org/go/cpt') => ({ coding: [{ system, code }] })
const icd = (code: string, system = 'http://hl7.org/fhir/sid/icd-10-cm') => ({ coding: [{ system, code }] })
const day = '2026-05-01'

const procedure = (fields: Json = {}): Json => ({
  resourceType: 'Procedure',
  id: 'pr-1',
  status: 'completed',
  subject,
  code: cpt('45378'),
  performedDateTime: day,
  ...fields,
})
const condition = (fields: Json = {}): Json => ({
  resourceType: 'Condition',
  id: 'c-1',
  subject,
  code: icd('E11.9'),
  recordedDate: day,
  ...fields,
})
const request = (fields: Json = {}): Json => ({
  resourceType: 'ServiceRequest',
  id: 's-1',
  status: 'active',
  intent: 'plan',
  subject,
  code: { coding: [{ code: 'CLEANING', display: 'Cleaning' }] },
  occurrenceDateTime: '2026-08-01',
  ...fields,
})
const content = (resource: Json) => recordOf('careEvent', resource).content
const concept = (code: string) => ({ coding: [{ code }] })

describe('a Procedure', () => {
  it.each([
    ['preparation', 'planned'],
    ['in-progress', 'inProgress'],
    ['not-done', 'notDone'],
    ['on-hold', 'planned'],
    ['stopped', 'notDone'],
    ['completed', 'completed'],
    ['entered-in-error', 'enteredInError'],
    ['unknown', 'completed'],
  ])('that is %s is %s', (status, expected) => {
    expect(content(procedure({ status })).status).toBe(expected)
  })

  it.each<[string, Json, object | null]>([
    ['a day', {}, { date: day }],
    ['an instant', { performedDateTime: '2026-05-01T09:00:00-04:00' }, { at: Date.parse('2026-05-01T13:00:00Z') }],
    [
      'the begin of a period',
      { performedDateTime: undefined, performedPeriod: { start: day, end: '2026-05-03' } },
      { date: day },
    ],
    [
      'the end of a period without a begin',
      { performedDateTime: undefined, performedPeriod: { end: day } },
      { date: day },
    ],
    [
      'a month, ended on a day: not when it ended',
      { performedDateTime: undefined, performedPeriod: { start: '2026-04', end: day } },
      null,
    ],
    ['only a year: no day', { performedDateTime: '2026' }, null],
    ['a time without an offset: its day', { performedDateTime: '2026-05-01T09:00:00' }, { date: day }],
    ['no date at all', { performedDateTime: undefined, performedString: 'last spring' }, null],
    ['what is no day', { performedDateTime: '2026-02-30' }, null],
  ])('was performed at %s', (_what, fields, expected) => {
    expect(content(procedure(fields)).procedureDate).toEqual(expected)
  })

  it('says where, by whom, and during which visit it was', () => {
    const found = content(
      procedure({
        location: { reference: 'Location/l-1' },
        performer: [{ actor: { reference: 'Practitioner/d-1' } }, { actor: { reference: 'Organization/o-1' } }],
        encounter: { reference: 'Encounter/e-1' },
      }),
    )
    expect(found).toMatchObject({
      careEventKind: 'procedure',
      patient: { externalId: 'p-1' },
      facility: { externalId: 'l-1' },
      providers: [{ externalId: 'd-1' }],
      encounter: { externalId: 'e-1' },
    })
  })
})

describe('codes', () => {
  it.each([
    ['http://www.ama-assn.org/go/cpt', 'cpt'],
    ['https://www.ama-assn.org/go/cpt/', 'cpt'],
    ['urn:oid:2.16.840.1.113883.6.12', 'cpt'],
    ['2.16.840.1.113883.6.12', 'cpt'],
    ['CPT', 'cpt'],
    ['C4', 'cpt'],
    ['http://snomed.info/sct', undefined],
    ['http://hl7.org/fhir/sid/icd-10-pcs', undefined],
  ])('of a procedure by %s', (system, expected) => {
    expect(content(procedure({ code: cpt('45378', system) })).codes[0]?.system).toBe(expected)
  })

  it.each([
    ['http://hl7.org/fhir/sid/icd-10-cm', 'E11.9', 'icd10'],
    ['http://hl7.org/fhir/sid/icd-10', 'e11.9', 'icd10'],
    ['urn:oid:2.16.840.1.113883.6.90', 'E119', 'icd10'],
    ['I10', 'E11.9', 'icd10'],
    ['http://hl7.org/fhir/sid/icd-9-cm', '250.00', 'icd9'],
    ['urn:oid:2.16.840.1.113883.6.103', '250.00', 'icd9'],
    ['I9C', '25000', 'icd9'],
    ['urn:oid:2.16.840.1.113883.6.104', '45.23', undefined],
  ])('of a diagnosis by %s', (system, code, expected) => {
    expect(content(condition({ code: icd(code, system) })).codes[0]?.system).toBe(expected)
  })

  it('are several on one event, each once, with what the EHR calls them', () => {
    const coding = [
      { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9', display: 'Type 2 diabetes' },
      { system: 'urn:oid:2.16.840.1.113883.6.90', code: 'e119' },
      { system: 'http://hl7.org/fhir/sid/icd-9-cm', code: '250.00' },
      { system: 'http://snomed.info/sct', code: '44054006' },
    ]
    expect(content(condition({ code: { coding, text: 'Diabetes' } })).codes).toEqual([
      { system: 'icd10', code: 'E11.9', name: 'Type 2 diabetes' },
      { system: 'icd9', code: '250.00', name: 'Diabetes' },
    ])
  })

  it.each<[string, Json, string]>([
    ['one that can be none of its system', procedure({ code: cpt('COLO') }), 'Procedure.code.coding[0].code'],
    ['none that is compared', procedure({ code: { text: 'Colonoscopy' } }), 'Procedure.code'],
    ['a range', condition({ code: icd('E08-E13') }), 'Condition.code.coding[0].code'],
  ])('%s is told and left out', (_what, resource, path) => {
    const entry = entryOf(resource)
    expect(outline(entry)).toContain(`warning unknownCode ${path}`)
    expect(content(resource).codes).toEqual([])
  })
})

describe('a Condition', () => {
  it.each<[string, Json, string]>([
    ['nothing', {}, 'active'],
    ['active', { clinicalStatus: concept('active') }, 'active'],
    ['recurrence', { clinicalStatus: concept('recurrence') }, 'active'],
    ['relapse', { clinicalStatus: concept('relapse') }, 'active'],
    ['inactive', { clinicalStatus: concept('inactive') }, 'inactive'],
    ['remission', { clinicalStatus: concept('remission') }, 'inactive'],
    ['resolved', { clinicalStatus: concept('resolved') }, 'resolved'],
    ['an end and no clinical status', { abatementDateTime: '2026-04-01' }, 'resolved'],
    ['a suspicion', { clinicalStatus: concept('active'), verificationStatus: concept('provisional') }, 'inactive'],
    ['confirmed', { clinicalStatus: concept('active'), verificationStatus: concept('confirmed') }, 'active'],
    ['refuted', { clinicalStatus: concept('active'), verificationStatus: concept('refuted') }, 'refuted'],
    ['entered in error', { verificationStatus: concept('entered-in-error') }, 'enteredInError'],
    ['resolved, as a bare code', { clinicalStatus: 'resolved' }, 'resolved'],
    ['resolved, in a list', { clinicalStatus: [concept('resolved')] }, 'resolved'],
    ['resolved, in words', { clinicalStatus: { text: 'Resolved' } }, 'resolved'],
    ['refuted, as a bare code', { clinicalStatus: 'active', verificationStatus: 'refuted' }, 'refuted'],
    ['entered in error, in words', { verificationStatus: { text: 'Entered in Error' } }, 'enteredInError'],
    ['an end by age', { abatementAge: { value: 40, unit: 'a' } }, 'resolved'],
    ['an end in words', { abatementString: 'last spring' }, 'resolved'],
    ['that it has not ended', { abatementBoolean: false }, 'active'],
  ])('that says %s is %s', (_what, fields, expected) => {
    expect(content(condition(fields)).status).toBe(expected)
  })

  it('counts from its recorded date, and keeps the onset beside it', () => {
    const fields = { onsetDateTime: '2020-01-01', encounter: { reference: 'Encounter/e-1' } }
    expect(content(condition(fields))).toMatchObject({ diagnosisDate: { date: day }, onset: { date: '2020-01-01' } })
    expect(content(condition({ ...fields, recordedDate: undefined }))).toMatchObject({
      diagnosisDate: null,
      onset: { date: '2020-01-01' },
      encounter: { externalId: 'e-1' },
    })
  })
})

describe('what can not be understood', () => {
  it.each<[string, Json, string]>([
    ['a procedure of nobody', procedure({ subject: undefined }), 'error missing Procedure.subject'],
    ['a group', procedure({ subject: { reference: 'Group/g-1' } }), 'error missing Procedure.subject'],
    ['a status of no procedure', procedure({ status: 'done' }), 'error unknownCode Procedure.status'],
    [
      'a status nobody knows',
      condition({ clinicalStatus: concept('poorly') }),
      'error unknownCode Condition.clinicalStatus',
    ],
    ['a request without an intent', request({ intent: undefined }), 'error missing ServiceRequest.intent'],
    [
      'a status in words that nobody knows',
      condition({ clinicalStatus: { text: 'poorly' } }),
      'error unknownCode Condition.clinicalStatus',
    ],
    ['a person related to nobody', { resourceType: 'RelatedPerson', id: 'r-1' }, 'error missing RelatedPerson.patient'],
  ])('%s is kept out, with the reason', (_what, resource, expected) => {
    const entry = entryOf(resource)
    expect(entry.record).toBeNull()
    expect(outline(entry)).toContain(expected)
  })
})

describe('what was called off is gone, even where the rest of it can not be understood', () => {
  const visit = { resourceType: 'Appointment', id: 'a-1', participant: [{ actor: { reference: 'Patient/p-1' } }] }
  it.each<[string, Json, string]>([
    ['a procedure of nobody', procedure({ status: 'entered-in-error', subject: undefined }), 'Procedure.subject'],
    ['a diagnosis of nobody', condition({ verificationStatus: 'refuted', subject: undefined }), 'Condition.subject'],
    ['a plan of nobody', request({ status: 'revoked', subject: undefined }), 'ServiceRequest.subject'],
    ['a visit of nobody', { ...visit, status: 'cancelled', participant: [] }, 'Appointment.participant'],
    ['a visit at no instant', { ...visit, status: 'cancelled', start: '2026-05-11T09:00' }, 'Appointment.start'],
  ])('%s', (_what, resource, path) => {
    const entry = entryOf(resource)
    expect(entry.record).toMatchObject({ kind: 'careEvent', externalId: resource.id, deleted: true })
    expect(outline(entry).map((line) => line.replace(/ [a-zA-Z]+ /, ' '))).toContain(`warning ${path}`)
  })
})

describe('a recall', () => {
  it.each([
    ['active', 'open'],
    ['draft', 'closed'],
    ['on-hold', 'closed'],
    ['completed', 'closed'],
    ['revoked', 'cancelled'],
    ['entered-in-error', 'enteredInError'],
    ['unknown', 'closed'],
  ])('from a request that is %s is %s', (status, expected) => {
    expect(content(request({ status })).status).toBe(expected)
  })

  it.each<[string, Json, object | null]>([
    ['a day', {}, { date: '2026-08-01' }],
    ['a period', { occurrenceDateTime: undefined, occurrencePeriod: { start: '2026-08-02' } }, { date: '2026-08-02' }],
    [
      'an event',
      { occurrenceDateTime: undefined, occurrenceTiming: { event: ['2026-08-03'] } },
      { date: '2026-08-03' },
    ],
    [
      'the bounds of a repetition',
      { occurrenceDateTime: undefined, occurrenceTiming: { repeat: { boundsPeriod: { start: '2026-08-04' } } } },
      { date: '2026-08-04' },
    ],
    ['nothing', { occurrenceDateTime: undefined }, null],
  ])('is due by %s', (_what, fields, expected) => {
    expect(content(request(fields)).dueDate).toEqual(expected)
  })

  it('from a plan names type, place and who is to do it, else who asked', () => {
    const requester = { reference: 'Practitioner/d-9', display: 'Dr. Nadia Okafor' }
    expect(content(request({ requester, locationReference: [{ reference: 'Location/l-1' }] }))).toMatchObject({
      careEventKind: 'recall',
      appointmentType: { externalId: 'CLEANING' },
      facility: { externalId: 'l-1' },
      providers: [{ externalId: 'd-9' }],
      origin: 'recall',
      referredBy: null,
    })
    const performer = [{ reference: 'Practitioner/d-1' }]
    expect(content(request({ requester, performer })).providers).toMatchObject([{ externalId: 'd-1' }])
  })

  it('from a referral says who referred, who is not its provider', () => {
    const category = [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }]
    const requester = { reference: 'Practitioner/d-9', display: 'Dr. Nadia Okafor' }
    expect(content(request({ category, requester }))).toMatchObject({
      origin: 'referral',
      referredBy: 'Dr. Nadia Okafor',
      providers: [],
    })
  })

  it('comes from a CommunicationRequest under an id of its own', () => {
    const record = recordOf('careEvent', {
      resourceType: 'CommunicationRequest',
      id: 'm-1',
      status: 'active',
      subject,
      occurrenceDateTime: '2026-08-01',
      reasonCode: [{ coding: [{ code: 'CLEANING' }] }],
      sender: { reference: 'Practitioner/d-1' },
    })
    expect(record).toMatchObject({ careEventKind: 'recall', externalId: 'CommunicationRequest/m-1' })
    expect(record.content).toMatchObject({
      appointmentType: { externalId: 'CLEANING' },
      providers: [{ externalId: 'd-1' }],
    })
  })

  const proposed = (fields: Json = {}) => ({
    resourceType: 'Appointment',
    id: 'a-1',
    status: 'proposed',
    appointmentType: { coding: [{ code: 'CLEANING' }] },
    requestedPeriod: [{ start: '2026-08-01', end: '2026-09-01' }],
    participant: [{ actor: { reference: 'Patient/p-1' }, status: 'needs-action' }],
    ...fields,
  })
  it('comes from an Appointment that only asks for one', () => {
    const record = recordOf('careEvent', proposed())
    expect(record).toMatchObject({ careEventKind: 'recall', externalId: 'Appointment/a-1' })
    expect(record.content).toMatchObject({ status: 'open', dueDate: { date: '2026-08-01' } })
    expect(recordOf('careEvent', proposed({ start: '2026-08-03T13:00:00Z' }))).toMatchObject({
      careEventKind: 'appointment',
      content: { status: 'proposed' },
    })
  })

  describe('by the settings of its source', () => {
    const become = (settings: object, resource: Json) => {
      const own = { ...context, settings: sourceSettingsSchema.parse({ recalls: settings }) }
      const { record } = parseFhir(resource, own).entries[0] ?? {}
      return record && record.kind === 'careEvent' ? (record.deleted ? 'unwanted' : record.careEventKind) : null
    }
    const category = [{ coding: [{ system: 'urn:clinic', code: 'recare' }] }]
    it.each<[string, object, Json, string]>([
      ['a plan', {}, request(), 'recall'],
      ['a proposal', {}, request({ intent: 'proposal' }), 'recall'],
      ['an order is work to do', {}, request({ intent: 'order' }), 'unwanted'],
      [
        'an order, where they are recalls',
        { serviceRequest: { intents: ['order'] } },
        request({ intent: 'order' }),
        'recall',
      ],
      [
        'of a category that is meant',
        { serviceRequest: { categories: ['urn:clinic|recare'] } },
        request({ category }),
        'recall',
      ],
      ['of another category', { serviceRequest: { categories: ['recall'] } }, request({ category }), 'unwanted'],
      ['that must not be done', {}, request({ doNotPerform: true }), 'unwanted'],
      [
        'a reminder that must not be sent',
        {},
        { ...request({ doNotPerform: true }), resourceType: 'CommunicationRequest' },
        'unwanted',
      ],
      ['where requests are none', { serviceRequest: { enabled: false } }, request(), 'unwanted'],
      ['where proposals are appointments', { proposedAppointment: { enabled: false } }, proposed(), 'appointment'],
    ])('%s', (_what, settings, resource, expected) => {
      expect(become(settings, resource)).toBe(expected)
    })

    it('which are plans and proposals, unless it says otherwise', () => {
      expect(defaultSourceSettings.recalls.serviceRequest).toEqual({
        enabled: true,
        intents: ['proposal', 'plan'],
        categories: null,
      })
    })
  })
})

describe('an Encounter', () => {
  it('says where, with whom and when, and which diagnoses are its own', () => {
    const record = recordOf('encounter', {
      resourceType: 'Encounter',
      id: 'e-1',
      status: 'finished',
      subject,
      period: { start: '2026-05-01T09:00:00-04:00' },
      location: [{ location: { reference: 'Location/l-1' } }],
      participant: [{ individual: { reference: 'Practitioner/d-1' } }],
      diagnosis: [{ condition: { reference: 'Condition/c-1' } }, { condition: { reference: 'Procedure/pr-1' } }],
    })
    expect(record.content).toMatchObject({
      facility: { externalId: 'l-1' },
      providers: [{ externalId: 'd-1' }],
      start: { at: Date.parse('2026-05-01T13:00:00Z') },
      careEvents: [
        { careEventKind: 'diagnosis', externalId: 'c-1' },
        { careEventKind: 'procedure', externalId: 'pr-1' },
      ],
    })
  })
})

describe('a diagnosis that an Encounter contains', () => {
  const visit = (fields: Json = {}): Json => ({
    resourceType: 'Encounter',
    id: 'e-1',
    status: 'finished',
    subject,
    period: { start: '2026-05-01T09:00:00-04:00' },
    ...fields,
  })
  const within = (fields: Json = {}): Json => ({ resourceType: 'Condition', id: 'c', code: icd('E11.9'), ...fields })
  const named = (id: string, fields: Json = {}) => ({ condition: { reference: `#${id}` }, ...fields })
  const contained = (...fields: Json[]) => recordOf('encounter', visit(Object.assign({}, ...fields))).content.contained
  const one = (condition: Json, diagnosis: Json = {}) =>
    contained({ contained: [within(condition)], diagnosis: [named('c', diagnosis)] })[0]

  it('is of its patient and its visit', () => {
    expect(one({})).toMatchObject({
      externalId: 'Encounter/e-1#icd10:E119',
      content: {
        careEventKind: 'diagnosis',
        status: 'active',
        patient: { externalId: 'p-1' },
        encounter: { externalId: 'e-1' },
        diagnosisDate: null,
        codes: [{ system: 'icd10', code: 'E11.9' }],
      },
    })
  })

  it.each<[string, Json, string]>([
    ['its identifier', { identifier: [{ system: 'urn:dx', value: '9' }] }, 'urn:dx|9'],
    ['its first code, however its id changes', { id: 'c' }, 'icd10:E119'],
    ['its id, where it has no code that is compared', { code: { text: 'Diabetes' } }, 'c'],
  ])('is called by %s', (_by, fields, expected) => {
    expect(one(fields)?.externalId).toBe(`Encounter/e-1#${expected}`)
  })

  it.each<[string, Json, Json, string]>([
    ['nothing', {}, {}, 'active'],
    ['billing', {}, { use: concept('billing') }, 'active'],
    ['discharge', {}, { use: concept('DD') }, 'active'],
    ['admission: a suspicion', {}, { use: concept('AD') }, 'inactive'],
    ['chief complaint', {}, { use: concept('CC') }, 'inactive'],
    ['pre-op', {}, { use: concept('pre-op') }, 'inactive'],
    ['admission, and confirmed', { verificationStatus: concept('confirmed') }, { use: concept('AD') }, 'active'],
    ['admission, and resolved', { clinicalStatus: concept('resolved') }, { use: concept('AD') }, 'resolved'],
    ['refuted', { verificationStatus: concept('refuted') }, {}, 'refuted'],
  ])('for %s is so', (_what, condition, diagnosis, expected) => {
    expect(one(condition, diagnosis)?.content.status).toBe(expected)
  })

  it.each(['entered-in-error', 'cancelled'])('never was, where the visit is %s', (status) => {
    const found = contained({ status, contained: [within()], diagnosis: [named('c')] })
    expect(found.map(({ content: { status } }) => status)).toEqual(['enteredInError'])
  })

  it('counts once, as the one of the first rank says', () => {
    const first = within({ id: 'a', recordedDate: '2026-05-02' })
    const second = within({ id: 'b', recordedDate: '2026-05-01' })
    const found = contained({
      contained: [second, first],
      diagnosis: [named('b', { rank: 2 }), named('a', { rank: 1 })],
    })
    expect(found.map((each) => each.content.diagnosisDate)).toEqual([{ date: '2026-05-02' }])
  })

  it('may be a procedure', () => {
    const procedureWithin = { resourceType: 'Procedure', id: 'c', status: 'completed', code: cpt('45378') }
    expect(contained({ contained: [procedureWithin], diagnosis: [named('c')] })).toMatchObject([
      { externalId: 'Encounter/e-1#cpt:45378', content: { careEventKind: 'procedure', status: 'completed' } },
    ])
  })

  it('is only a copy where an entry beside it carries its identifier', () => {
    const identifier = [{ system: 'urn:dx', value: '9' }]
    const resources = [
      condition({ identifier }),
      visit({ contained: [within({ identifier })], diagnosis: [named('c')] }),
    ]
    const { entries } = parseFhir(
      { resourceType: 'Bundle', type: 'batch', entry: resources.map((resource) => ({ resource })) },
      context,
    )
    expect(entries[1]?.record?.content).toMatchObject({
      contained: [],
      careEvents: [{ careEventKind: 'diagnosis', externalId: 'c-1' }],
    })
  })

  it('that can not be read is left out, and the visit is taken', () => {
    const resource = visit({
      contained: [within({ clinicalStatus: concept('poorly') }), within({ id: 'd', code: icd('I10') })],
      diagnosis: [named('c'), named('d'), named('gone')],
    })
    const entry = entryOf(resource)
    expect(entry.record?.content).toMatchObject({ contained: [{ externalId: 'Encounter/e-1#icd10:I10' }] })
    expect(outline(entry)).toEqual([
      'warning unknownCode Encounter.contained[0].clinicalStatus',
      'warning unresolvedReference Encounter.diagnosis[2].condition.reference',
    ])
  })

  it('and that no diagnosis names is none', () => {
    expect(contained({ contained: [within()] })).toEqual([])
  })
})

describe('a RelatedPerson', () => {
  const person = (code: string, more: Json = {}): Json => ({
    resourceType: 'RelatedPerson',
    id: 'r-1',
    patient: { reference: 'Patient/p-1' },
    relationship: [{ coding: [{ code }] }],
    name: [{ family: 'Quill', given: ['Orla'] }],
    telecom: [{ system: 'phone', use: 'mobile', value: '+15555550102' }],
    ...more,
  })
  it.each([
    ['MTH', true],
    ['GUARD', true],
    ['SIB', false],
  ])('who is %s answers for the patient: %s', (code, guardian) => {
    expect(recordOf('patientContact', person(code)).content).toMatchObject({
      guardian,
      firstName: 'Orla',
      patient: { externalId: 'p-1' },
      contactPoints: [{ address: '+15555550102' }],
    })
  })

  it.each<[Json, boolean]>([
    [{}, true],
    [{ active: false }, false],
    [{ period: { end: '2026-01-01' } }, false],
  ])('with %j counts: %s', (more, active) => {
    expect(recordOf('patientContact', person('MTH', more)).content.active).toBe(active)
  })
})
