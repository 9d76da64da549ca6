import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import supertest from 'supertest'
import { createEhrRouter } from '../../../api/ehr/router.ts'
import { importFile } from '../../../db/queries/inbound/files/importFile.ts'
import type { CsvLayoutInput } from '../../../domain/inbound/csv/settings.ts'
import { type ApiUnderTest, apiUnderTest } from '../../support/api.ts'

const columns = (...names: string[]) => ({ columns: names })
const patientId = columns('Chart')

/** Everything that a practice exports beside its appointments; the patients have a file of their own. */
const layouts: CsvLayoutInput[] = [
  {
    ...{ name: 'patients', files: 'patients*.csv', rows: 'patient' },
    fields: {
      ...{ patientId, patientName: columns('Name'), birthDate: columns('DOB'), mobilePhone: columns('Cell') },
      ...{ language: columns('Language'), active: columns('Active'), deceased: columns('Died') },
    },
  },
  {
    ...{ name: 'recalls', files: 'recalls*.csv', rows: 'recall' },
    fields: {
      id: columns('Recall'),
      patientId,
      dueDate: columns('Due'),
      status: columns('State'),
      origin: columns('Kind'),
    },
  },
  {
    ...{ name: 'procedures', files: 'procedures*.csv', rows: 'procedure' },
    fields: {
      id: columns('Line'),
      patientId,
      procedureDate: columns('Service date'),
      codes: columns('CPT'),
      status: columns('State'),
    },
  },
  {
    ...{ name: 'diagnoses', files: 'diagnoses*.csv', rows: 'diagnosis' },
    fields: {
      id: columns('Problem'),
      patientId,
      diagnosisDate: columns('Noted'),
      codes: columns('Dx', 'Dx 2'),
      status: columns('State'),
    },
  },
]

let api: ApiUnderTest
let ehr: Express
let source: { id: string; secret: string }
beforeAll(async () => {
  api = await apiUnderTest()
  ehr = express().use('/ehr', createEhrRouter(api.deps))
  const settings = { csv: { layouts } }
  source = (await api.call('post', '/api/ehr-sources', { name: 'Export', kind: 'csv', settings }).expect(201)).body
  await take('patients.csv', patients())
})
afterAll(() => api?.drop())

const patients = (cell = '(555) 555-0101') =>
  [
    'Chart,Name,DOB,Cell,Language,Active,Died',
    `quill,"Quill, Zephyrine",2/3/1980,${cell},Spanish,Y,`,
    'marrow,Tobias Marrow,1975-06-07,(555) 555-0102,,N,',
    'vane,"Vane, Odile",3/4/1931,(555) 555-0103,,Y,1/2/2026',
  ].join('\n')

/** Posts a file and imports it; what its page says afterwards. */
async function take(name: string, text: string) {
  api.clock.now += 60_000
  const { body } = await supertest(ehr)
    .post(`/ehr/csv?name=${name}`)
    .set({ 'x-source-id': source.id, authorization: `Bearer ${source.secret}`, 'content-type': 'text/csv' })
    .send(text)
    .expect(202)
  for (const due of await api.database.lookup.dueFiles(api.clock.now, 20)) await importFile(api.deps, due)
  return (await api.call('get', `/api/ehr-files/${body.fileId}`).expect(200)).body
}

const event = async (externalId: string) =>
  (await api.call('get', `/api/care-events?externalId=${externalId}`).expect(200)).body.items[0]

/** An action of a type, sent some days from its anchor at ten in the morning. */
const action = async (type: string, anchor: string, direction: 'before' | 'after', filters: object = {}) =>
  (
    await api
      .call('post', '/api/custom-actions', {
        ...{ type, title: type, status: 'active', recipients: { kind: 'patient' }, filters },
        message: { body: 'Please call us' },
        channels: { override: ['sms'] },
        timing: { offset: 2, unit: 'days', direction, anchor, timeOfDay: '10:00' },
        skippedRules: ['holidays', 'sundays', 'recentEdit'],
      })
      .expect(201)
  ).body.id

/** What is planned for a care event, of one action. */
async function planOf(externalId: string, actionId: string) {
  const { id } = await event(externalId)
  const { items } = (await api.call('get', `/api/care-events/${id}/plan`).expect(200)).body
  return items
    .filter((item: { actionId: string }) => item.actionId === actionId)
    .map(({ verdict, sendAt }: { verdict: string; sendAt: string | null }) =>
      sendAt ? `${verdict} ${sendAt.slice(0, 16)}` : verdict,
    )
}

describe('files of a practice', () => {
  it('of patients make them, as far as they are known', async () => {
    const { items } = (await api.call('get', '/api/patients?limit=50').expect(200)).body
    expect(items).toHaveLength(3)
    const rows = await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(
        `select p.external_id as id, p.first_name as first, p.last_name as last, p.birth_date::text as born, p.language, p.active,
           p.deceased, (select c.address from contact_point c where c.patient_id = p.id and c.channel = 'sms') as sms
         from patient p where p.source_id = $1 order by 1`,
        [source.id],
      ),
    )
    const alive = { active: true, deceased: false }
    expect(rows).toEqual([
      {
        ...{ id: 'marrow', first: 'Tobias', last: 'Marrow', born: '1975-06-07', language: null },
        ...alive,
        active: false,
        sms: '+15555550102',
      },
      {
        ...{ id: 'quill', first: 'Zephyrine', last: 'Quill', born: '1980-02-03', language: 'es' },
        ...alive,
        sms: '+15555550101',
      },
      {
        ...{ id: 'vane', first: 'Odile', last: 'Vane', born: '1931-03-04', language: null },
        active: true,
        deceased: true,
        sms: '+15555550103',
      },
    ])
    expect(await take('patients-2.csv', patients('(555) 555-0104'))).toMatchObject({
      applied: 1,
      unchanged: 2,
      rejected: 0,
    })
  })

  it('of recalls make open ones, which are planned until they are closed', async () => {
    const actionId = await action('recall', 'dueDate', 'before')
    const file = (state: string) =>
      `Recall,Chart,Due,State,Kind\nr-1,quill,12/10/2026,${state},Recall\nr-2,quill,12/17/2026,Due,Referral\nr-3,quill,soon,Due,\nr-4,quill,12/17/2026,Whatever,`
    expect(await take('recalls.csv', file('Due'))).toMatchObject({ state: 'done', applied: 2, rejected: 2 })
    expect(await event('r-1')).toMatchObject({
      kind: 'recall',
      status: 'open',
      dueDate: '2026-12-10',
      origin: 'recall',
    })
    expect(await event('r-2')).toMatchObject({ status: 'open', origin: 'referral' })
    expect(await planOf('r-1', actionId)).toEqual(['planned 2026-12-08T15:00'])
    expect(await take('recalls.csv', file('Done'))).toMatchObject({ applied: 1, unchanged: 1, rejected: 2 })
    expect(await event('r-1')).toMatchObject({ status: 'closed' })
    expect(await planOf('r-1', actionId)).not.toContainEqual(expect.stringContaining('planned'))
  })

  it('of procedures make those with codes, which actions are matched by', async () => {
    const any = await action('procedure', 'procedureDate', 'after', { codes: [{ system: 'cpt', code: '45378' }] })
    const file =
      'Line,Chart,Service date,CPT,State\nl-1,quill,11/9/2026,45378-33,Billed\nl-2,quill,11/9/2026,99213,Billed\nl-3,quill,11/9/2026,45378,Void\nl-4,,11/9/2026,45378,Billed'
    expect(await take('procedures.csv', file)).toMatchObject({ state: 'done', applied: 3, rejected: 1 })
    expect(await event('l-1')).toMatchObject({ kind: 'procedure', status: 'completed', procedureDate: '2026-11-09' })
    expect(await event('l-3')).toMatchObject({ status: 'enteredInError' })
    expect(await planOf('l-1', any)).toEqual(['planned 2026-11-11T15:00'])
    expect(await planOf('l-2', any)).toEqual(['notMatching'])
    expect(await planOf('l-3', any)).not.toContainEqual(expect.stringContaining('planned'))
  })

  it('of diagnoses make those with codes of both systems; a suspicion is none', async () => {
    const diabetes = await action('diagnosis', 'diagnosisDate', 'after', {
      codes: [{ system: 'icd10', code: 'E11.9' }],
    })
    const file =
      'Problem,Chart,Noted,Dx,Dx 2,State\np-1,quill,2026-11-09,E11.9,I10,Active\np-2,quill,2026-11-09,E11.9,,Suspected\np-3,quill,2026-11-09,,I10,Active'
    expect(await take('diagnoses.csv', file)).toMatchObject({ state: 'done', applied: 3, rejected: 0 })
    expect(await event('p-1')).toMatchObject({ kind: 'diagnosis', status: 'active', diagnosisDate: '2026-11-09' })
    expect(await planOf('p-1', diabetes)).toEqual(['planned 2026-11-11T15:00'])
    expect(await planOf('p-2', diabetes)).not.toContainEqual(expect.stringContaining('planned'))
    expect(await planOf('p-3', diabetes)).toEqual(['notMatching'])
  })

  it('of the night after change nothing when they say the same in another order', async () => {
    const again =
      'Problem,Chart,Noted,Dx,Dx 2,State\np-3,quill,2026-11-09,,I10,Active\np-1,quill,2026-11-09,E11.9,I10,Active'
    expect(await take('diagnoses.csv', again)).toMatchObject({ applied: 0, unchanged: 2 })
  })
})
