import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { receiveReply } from '../../../db/receiveReply.ts'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../../support/csvFiles.ts'
import { appointment, type Ehr, location, openEhr, participants, patient } from './postedEhr.ts'

// One person and her visit, as three systems of a practice tell of them, each by the same ids.
let ehr: Ehr
let hl7: { id: string; secret: string }
let files: Awaited<ReturnType<typeof csvSource>>
let control = 0

const pid = (id: string, name: string) => `PID|1||${id}^^^^MR||${name}||19800203|||||||5555550101^PRN^CP`
const msh = (type: string, minute: string) =>
  `MSH|^~\\&|EHR|Clinic|CA|Practice|20260504${minute}||${type}|c${++control}|P|2.5`
const postHl7 = async (segments: readonly string[]) => {
  const { body } = await ehr.postHl7(segments, hl7)
  expect(String(body)).toContain('MSA|AA|')
}
const visit = ['SCH||a-1||||||FOLLOWUP^Follow up', 'AIS|1||SVC|202605110900|||30|MIN', 'AIL|1||l-1']
const line = (cells: object = {}) =>
  appointmentLine('a-1', { Date: '5/11/2026', Time: '9:00 AM', Chart: 'p-1', Location: 'l-1', ...cells })
const postFile = async (minute: string, cells?: object) => {
  ehr.at(`2026-05-04T${minute}:00Z`)
  await files.store(appointmentFile([line(cells)]))
  expect(await files.work()).toEqual(['done'])
}

beforeAll(async () => {
  ehr = await openEhr()
  hl7 = await ehr.addSource('active', 'hl7v2')
  files = await csvSource({ ...ehr, clock: ehr.clock }, [appointmentLayout])
  for (const resource of [
    location(),
    patient(),
    appointment({ start: '2026-05-11T13:00:00Z', ...participants('Patient/p-1', 'Location/l-1') }),
  ])
    expect((await ehr.post(resource)).status).toBe(201)
  await postHl7([msh('SIU^S12', '0805'), ...visit, pid('p-1', 'Quill^Zephyrine')])
  await postFile('12:06')
})
afterAll(() => ehr.drop())

const sourceName = `case e.source_id when $1 then 'FHIR' when $2 then 'HL7' else 'CSV' end`
const ids = () => [ehr.source.id, hl7.id]
const visits = () =>
  ehr.rows<{ source: string }>(
    `select ${sourceName} as source, e.external_id as id, e.status, p.external_id as patient, p.first_name as name,
       p.source_id = e.source_id and f.source_id = e.source_id as own
     from care_event e join patient p on p.id = e.patient_id join facility f on f.id = e.facility_id order by 1`,
    ids(),
  )
const usual = { id: 'a-1', status: 'booked', patient: 'p-1', name: 'Zephyrine', own: true }
const merged = () =>
  ehr.rows<{ source: string; id: string }>(
    `select ${sourceName} as source, external_id as id from patient e where merged_into is not null order by 1, 2`,
    ids(),
  )

describe('the same patient from several sources', () => {
  it('is one of each, with visits and facilities of its own, whatever the ids', async () => {
    expect(await visits()).toEqual(['CSV', 'FHIR', 'HL7'].map((source) => ({ source, ...usual })))
    expect(await ehr.rows('select 1 from patient')).toHaveLength(3)
    expect(await merged()).toEqual([])
  })

  it('has one phone: a STOP from it plans the visits of all sources anew', async () => {
    await ehr.touched()
    const reply = { channel: 'sms', from: '+15555550101', body: 'STOP', providerId: null, at: ehr.clock() } as const
    await ehr.database.inOrganization(ehr.organizationId, (tx) => receiveReply(tx, ehr.encryption, reply))
    expect(await ehr.touched()).toEqual(['a-1', 'a-1', 'a-1'])
  })

  it('is changed by its own source alone', async () => {
    await postHl7([msh('ADT^A08', '0810'), pid('p-1', 'Quill^Zoe')])
    await postHl7([msh('SIU^S15', '0811'), 'SCH||a-1', pid('p-1', 'Quill^Zoe')])
    expect(await visits()).toEqual([
      { source: 'CSV', ...usual },
      { source: 'FHIR', ...usual },
      { source: 'HL7', ...usual, status: 'cancelled', name: 'Zoe' },
    ])
    await postFile('12:12', { Status: 'No Show', First: 'Zelda' })
    expect((await visits()).slice(0, 2)).toEqual([
      { source: 'CSV', ...usual, status: 'noShow', name: 'Zelda' },
      { source: 'FHIR', ...usual },
    ])
  })

  it('is merged by its own source alone', async () => {
    await postHl7([msh('ADT^A40', '0820'), pid('p-2', 'Quill^Zoe'), 'MRG|p-1^^^^MR'])
    expect(await merged()).toEqual([{ source: 'HL7', id: 'p-1' }])
    const patients = async () => Object.fromEntries((await visits()).map((each) => [each.source, each]))
    expect(await patients()).toMatchObject({
      ...{ HL7: { patient: 'p-2' }, FHIR: { patient: 'p-1' }, CSV: { patient: 'p-1' } },
    })
    await ehr.post(patient({ link: [{ other: { reference: 'Patient/p-3' }, type: 'replaced-by' }] }))
    expect(await merged()).toEqual([
      { source: 'FHIR', id: 'p-1' },
      { source: 'HL7', id: 'p-1' },
    ])
    expect(await patients()).toMatchObject({
      ...{ HL7: { patient: 'p-2' }, FHIR: { patient: 'p-3' }, CSV: { patient: 'p-1' } },
    })
  })
})
