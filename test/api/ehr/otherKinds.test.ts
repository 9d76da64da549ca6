import { describe, expect, it } from '@jest/globals'
import { listFeed } from '../../../db/queries/feed.ts'
import { bundle, type Ehr, openBeforeEach } from './postedEhr.ts'

let ehr: Ehr
openBeforeEach((opened) => {
  ehr = opened
})

type Json = Record<string, unknown>
const subject = { reference: 'Patient/p-1' }
const encounterReference = { encounter: { reference: 'Encounter/e-1' } }
const without = (json: Json) => Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined))
const procedure = (fields: Json = {}) =>
  without({
    resourceType: 'Procedure',
    id: 'pr-1',
    status: 'completed',
    subject,
    code: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '45378', display: 'Colonoscopy' }] },
    performedDateTime: '2026-05-01',
    location: { reference: 'Location/l-1' },
    performer: [{ actor: { reference: 'Practitioner/d-1' } }],
    ...fields,
  })
const condition = (fields: Json = {}) =>
  without({
    resourceType: 'Condition',
    id: 'c-1',
    subject,
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
    recordedDate: '2026-05-01',
    ...fields,
  })
const encounter = (fields: Json = {}) =>
  without({
    resourceType: 'Encounter',
    id: 'e-1',
    status: 'finished',
    subject,
    period: { start: '2026-04-30T09:00:00-04:00' },
    location: [{ location: { reference: 'Location/l-2' } }],
    participant: [{ individual: { reference: 'Practitioner/d-2' } }],
    ...fields,
  })
const version = (second: number) => ({ meta: { lastUpdated: `2026-05-02T00:00:${10 + second}Z` } })

interface Row {
  kind: string
  status: string
  deleted: boolean
  procedure_date: string | null
  diagnosis_date: string | null
  diagnosis_at: Date | null
  facility: string | null
  providers: string[] | null
  codes: string[] | null
  encounter_id: string | null
}
const careEvents = (externalId: string) =>
  ehr.rows<Row>(
    `select c.kind, c.status, c.deleted, c.procedure_date, c.diagnosis_date, c.diagnosis_at, c.encounter_id,
       (select f.external_id from facility f where f.id = c.facility_id) as facility,
       (select array_agg(r.external_id order by 1) from provider r where r.id = any(c.provider_ids)) as providers,
       (select array_agg(k.system || ' ' || k.normalized || ' ' || coalesce(k.name, '') order by k.position)
          from care_event_code k where k.care_event_id = c.id) as codes
     from care_event c where c.external_id = $1`,
    [externalId],
  )
const careEvent = async (externalId: string) => (await careEvents(externalId))[0]

describe('a procedure and a diagnosis', () => {
  it('are stored with their codes, places and people, and touched', async () => {
    expect((await ehr.post(procedure())).status).toBe(201)
    expect((await ehr.post(condition())).status).toBe(201)
    expect(await careEvent('pr-1')).toMatchObject({
      kind: 'procedure',
      status: 'completed',
      procedure_date: '2026-05-01',
      facility: 'l-1',
      providers: ['d-1'],
      codes: ['cpt 45378 Colonoscopy'],
    })
    expect(await careEvent('c-1')).toMatchObject({
      kind: 'diagnosis',
      diagnosis_date: '2026-05-01',
      codes: ['icd10 E119 '],
    })
    expect(await ehr.touched()).toEqual(['c-1', 'pr-1'])
  })

  it('of equal ids are two care events', async () => {
    await ehr.post(procedure({ id: 'x' }))
    await ehr.post(condition({ id: 'x' }))
    expect((await careEvents('x')).map((row) => row.kind).sort()).toEqual(['diagnosis', 'procedure'])
  })

  it('that come again wake nobody; other codes do, and replace the ones before', async () => {
    await ehr.post(procedure(version(1)))
    await ehr.touched()
    expect((await ehr.post(procedure(version(2)))).body.issue[0].details.text).toContain('nothing changed')
    expect(await ehr.touched()).toEqual([])
    const coding = [{ system: 'CPT', code: '45380' }]
    await ehr.post(procedure({ ...version(3), code: { coding } }))
    expect((await careEvent('pr-1'))?.codes).toEqual(['cpt 45380 '])
    expect(await ehr.touched()).toEqual(['pr-1'])
    await ehr.post(procedure({ ...version(4), code: { text: 'Something' } }))
    expect((await careEvent('pr-1'))?.codes).toBeNull()
  })

  it.each([
    ['older', 1, 'enteredInError'],
    ['as old', 2, 'enteredInError'],
    ['newer', 3, 'completed'],
  ])('that was voided is brought back only by something newer: %s', async (_what, second, expected) => {
    await ehr.post(procedure({ ...version(2), status: 'entered-in-error' }))
    await ehr.post(procedure(version(second)))
    expect((await careEvent('pr-1'))?.status).toBe(expected)
  })

  it.each(['Procedure/pr-1', 'Condition/c-1', 'ServiceRequest/s-1'])('%s is deleted by its tombstone', async (url) => {
    const recall = { resourceType: 'ServiceRequest', id: 's-1', status: 'active', intent: 'plan', subject }
    await ehr.post(bundle('batch', [{ resource: procedure() }, { resource: condition() }, { resource: recall }]))
    await ehr.touched()
    await ehr.post(bundle('batch', [{ request: { method: 'DELETE', url } }]))
    const id = url.split('/')[1] as string
    expect((await careEvent(id))?.deleted).toBe(true)
    expect(await ehr.touched()).toEqual([id])
  })
})

describe('an encounter says what is left open', () => {
  const open = { location: undefined, performer: undefined, performedDateTime: undefined, ...encounterReference }
  const filled = {
    procedure_date: null,
    facility: 'l-2',
    providers: ['d-2'],
  }
  const started = async (externalId: string) =>
    (
      await ehr.rows<{ at: Date | null }>(
        'select coalesce(procedure_at, diagnosis_at) as at from care_event where external_id = $1',
        [externalId],
      )
    )[0]?.at?.toISOString()

  it.each([
    ['first', [encounter(), procedure(open)]],
    ['last', [procedure(open), encounter()]],
    [
      'in the same Bundle',
      [
        bundle(
          'batch',
          [procedure(open), encounter()].map((resource) => ({ resource })),
        ),
      ],
    ],
  ])('when it comes %s', async (_when, posts) => {
    for (const post of posts) expect((await ehr.post(post)).status).toBeLessThan(300)
    expect(await careEvent('pr-1')).toMatchObject(filled)
    expect(await started('pr-1')).toBe('2026-04-30T13:00:00.000Z')
  })

  it('and never what the record says itself', async () => {
    await ehr.post(encounter())
    await ehr.post(procedure(encounterReference))
    expect(await careEvent('pr-1')).toMatchObject({
      procedure_date: '2026-05-01',
      facility: 'l-1',
      providers: ['d-1'],
    })
  })

  it('of a diagnosis: recorded before the encounter before the onset', async () => {
    const onset = { recordedDate: undefined, onsetDateTime: '2020-01-01', ...encounterReference }
    await ehr.post(condition(onset))
    expect((await careEvent('c-1'))?.diagnosis_date).toBe('2020-01-01')
    await ehr.touched()
    await ehr.post(encounter())
    expect(await careEvent('c-1')).toMatchObject({ diagnosis_date: null })
    expect(await started('c-1')).toBe('2026-04-30T13:00:00.000Z')
    expect(await ehr.touched()).toEqual(['c-1'])
    await ehr.post(condition(encounterReference))
    expect((await careEvent('c-1'))?.diagnosis_date).toBe('2026-05-01')
  })

  it('also where only the encounter names the diagnosis, before or after it', async () => {
    const named = (...ids: string[]) => ({
      diagnosis: ids.map((id) => ({ condition: { reference: `Condition/${id}` } })),
    })
    await ehr.post(condition({ id: 'c-0' }))
    await ehr.post(encounter(named('c-0', 'c-1')))
    await ehr.post(condition())
    expect(await careEvent('c-0')).toMatchObject({ facility: 'l-2', providers: ['d-2'] })
    expect(await careEvent('c-1')).toMatchObject({ facility: 'l-2', providers: ['d-2'] })
  })

  it('again when it changes, and no more when it is deleted', async () => {
    await ehr.post(encounter())
    await ehr.post(procedure(open))
    await ehr.touched()
    await ehr.post(encounter({ location: [{ location: { reference: 'Location/l-3' } }] }))
    expect((await careEvent('pr-1'))?.facility).toBe('l-3')
    expect(await ehr.touched()).toEqual(['pr-1'])
    await ehr.post(encounter({ location: [{ location: { reference: 'Location/l-3' } }], length: { value: 2 } }))
    expect(await ehr.touched()).toEqual([])
    await ehr.post(bundle('batch', [{ request: { method: 'DELETE', url: 'Encounter/e-1' } }]))
    expect(await careEvent('pr-1')).toMatchObject({ facility: null, providers: null })
    expect(await started('pr-1')).toBeUndefined()
  })
})

describe('a diagnosis that an encounter contains', () => {
  const within = (code: string, id = 'x') => ({
    resourceType: 'Condition',
    id,
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] },
  })
  const holding = (second: number, ...contained: Json[]) =>
    encounter({
      ...version(second),
      contained,
      diagnosis: contained.map(({ id }) => ({ condition: { reference: `#${id}` } })),
    })
  const diagnoses = async () =>
    (
      await ehr.rows<{ external_id: string }>(
        "select external_id from care_event where kind = 'diagnosis' and not deleted order by 1",
      )
    ).map((row) => row.external_id)
  const diabetes = 'Encounter/e-1#icd10:E119'
  const own = (fields: Json = {}) => condition({ ...encounterReference, ...fields })

  it('is stored with what the encounter says of it, and touched', async () => {
    expect((await ehr.post(holding(1, within('E11.9')))).status).toBe(201)
    expect(await careEvent(diabetes)).toMatchObject({
      status: 'active',
      facility: 'l-2',
      providers: ['d-2'],
      codes: ['icd10 E119 '],
      diagnosis_at: new Date('2026-04-30T13:00:00Z'),
    })
    expect(await ehr.touched()).toEqual([diabetes])
  })

  it('that comes again in another place wakes nobody; one that is there no more goes', async () => {
    await ehr.post(holding(1, within('E11.9', '1'), within('I10', '2')))
    await ehr.touched()
    await ehr.post(holding(2, within('I10', '1'), within('E11.9', '2')))
    expect(await ehr.touched()).toEqual([])
    await ehr.post(holding(3, within('I10', '1')))
    expect(await ehr.touched()).toEqual([diabetes])
    expect(await diagnoses()).toEqual(['Encounter/e-1#icd10:I10'])
    await ehr.post(holding(4, within('I10'), within('E11.9', '2')))
    expect(await diagnoses()).toEqual([diabetes, 'Encounter/e-1#icd10:I10'])
    await ehr.post(bundle('batch', [{ request: { method: 'DELETE', url: 'Encounter/e-1' } }]))
    expect(await diagnoses()).toEqual([])
  })

  it('of an older version does not come back', async () => {
    await ehr.post(holding(3, within('I10')))
    await ehr.post(holding(2, within('I10'), within('E11.9', '2')))
    expect(await diagnoses()).toEqual(['Encounter/e-1#icd10:I10'])
  })

  it.each<[string, (() => Json)[]]>([
    ['before it', [own, () => holding(1, within('E11.9'))]],
    ['after it', [() => holding(1, within('E11.9')), own]],
    [
      'in the same Bundle',
      [
        () =>
          bundle(
            'transaction',
            [own(), holding(1, within('E11.9'))].map((resource) => ({ resource })),
          ),
      ],
    ],
    [
      'before it, and again',
      [own, () => holding(1, within('E11.9')), () => holding(2, within('E11.9'), within('I10', '2'))],
    ],
  ])('gives way to a record of its own that comes %s', async (_when, posts) => {
    for (const post of posts) expect((await ehr.post(post())).status).toBeLessThan(300)
    expect((await diagnoses()).filter((id) => !id.endsWith('I10'))).toEqual(['c-1'])
  })

  it.each<[string, Json]>([
    ['has another code', { code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' }] } }],
    ['is of another visit', { encounter: { reference: 'Encounter/e-2' } }],
    ['was entered in error', { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }],
  ])('and not to one that %s', async (_what, fields) => {
    await ehr.post(own(fields))
    await ehr.post(holding(1, within('E11.9')))
    await ehr.post(own({ ...fields, recordedDate: '2026-05-02' }))
    expect(await diagnoses()).toEqual([diabetes, 'c-1'])
  })

  it('is told of by the encounter’s messages in the feed', async () => {
    await ehr.post(holding(1, within('E11.9')))
    const [event] = await ehr.rows<{ id: string }>('select id from care_event where external_id = $1', [diabetes])
    const found = await ehr.database.inOrganization(ehr.organizationId, (tx) =>
      listFeed(tx, { careEventId: event?.id, limit: 10 }),
    )
    expect(found.items).toHaveLength(1)
  })
})

describe('a person related to a patient', () => {
  const mother = (fields: Json = {}) => ({
    resourceType: 'RelatedPerson',
    id: 'r-1',
    patient: subject,
    relationship: [{ coding: [{ code: 'MTH' }] }],
    name: [{ family: 'Quill', given: ['Orla'] }],
    telecom: [{ system: 'phone', use: 'mobile', value: '+15555550102' }],
    ...fields,
  })
  const contacts = () =>
    ehr.rows(
      `select k.role, k.first_name, k.active, p.external_id as patient,
         (select array_agg(c.channel || ' ' || c.address order by c.rank) from contact_point c where c.patient_contact_id = k.id) as points
       from patient_contact k join patient p on p.id = k.patient_id`,
    )

  it('is a guardian with numbers of their own, also before the patient arrives', async () => {
    expect((await ehr.post(mother())).status).toBe(201)
    expect(await contacts()).toEqual([
      {
        role: 'guardian',
        first_name: 'Orla',
        active: true,
        patient: 'p-1',
        points: ['sms +15555550102', 'voice +15555550102'],
      },
    ])
  })

  it('touches what waits for the patient, and only when something changed', async () => {
    await ehr.post(condition({ recordedDate: '2026-05-03' }))
    await ehr.touched()
    await ehr.post(mother())
    expect(await ehr.touched()).toEqual(['c-1'])
    await ehr.post(mother())
    expect(await ehr.touched()).toEqual([])
    await ehr.post(mother({ telecom: [] }))
    expect(await ehr.touched()).toEqual(['c-1'])
    expect(await contacts()).toMatchObject([{ points: null }])
  })

  it('that the EHR deletes answers for nobody', async () => {
    await ehr.post(mother())
    await ehr.post(bundle('batch', [{ request: { method: 'DELETE', url: 'RelatedPerson/r-1' } }]))
    expect(await contacts()).toMatchObject([{ active: false }])
    await ehr.post(mother())
    expect(await contacts()).toMatchObject([{ active: true }])
  })
})
