import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import supertest from 'supertest'
import { createEhrRouter } from '../../../api/ehr/router.ts'
import { importFile } from '../../../db/queries/inbound/files/importFile.ts'
import { type ApiUnderTest, apiUnderTest } from '../../support/api.ts'
import { appointmentFile, appointmentLayout, appointmentLine } from '../../support/csvFiles.ts'

let api: ApiUnderTest
let ehr: Express
beforeAll(async () => {
  api = await apiUnderTest()
  ehr = express().use('/ehr', createEhrRouter(api.deps))
})
afterAll(() => api?.drop())

const said = '(555) 555-0101'
const posts = {
  fhir: {
    type: 'application/fhir+json',
    body: JSON.stringify({
      ...{ resourceType: 'Patient', id: 'quill', name: [{ family: 'Quill', given: ['Zephyrine'] }] },
      telecom: [{ system: 'phone', use: 'mobile', value: said }],
    }),
  },
  hl7v2: {
    type: 'x-application/hl7-v2+er7',
    body: `MSH|^~\\&|EHR|Clinic|CA|Practice|20261109090000||ADT^A08|c-1|P|2.5\rPID|1||quill^^^^MR||Quill^Zephyrine||19800203|||||||${said}^PRN^CP\r`,
  },
  csv: { type: 'text/csv', body: appointmentFile([appointmentLine('a-1', { Cell: said })]) },
} as const
type Kind = keyof typeof posts

/** The number that a source of a kind makes of a national one. */
async function numberOf(kind: Kind, phoneCountry?: string): Promise<string[]> {
  const settings = { ...(phoneCountry && { phoneCountry }), csv: { layouts: [appointmentLayout] } }
  const { body: source } = await api.call('post', '/api/ehr-sources', { name: kind, kind, settings }).expect(201)
  const { type, body } = posts[kind]
  await supertest(ehr)
    .post(`/ehr/${kind}`)
    .set({ 'x-source-id': source.id, authorization: `Bearer ${source.secret}`, 'content-type': type })
    .send(body)
    .expect(({ status }) => expect(status).toBeLessThan(300))
  for (const due of await api.database.lookup.dueFiles(api.clock.now, 20)) await importFile(api.deps, due)
  const rows = await api.database.inOrganization(api.organizationId, (tx) =>
    tx.query<{ address: string }>(
      `select distinct c.address from contact_point c join patient p on p.id = c.patient_id where p.source_id = $1`,
      [source.id],
    ),
  )
  return rows.map(({ address }) => address)
}

describe('a phone number that names no country', () => {
  it.each<[Kind, string | undefined, string]>([
    ['fhir', undefined, '+15555550101'],
    ['hl7v2', undefined, '+15555550101'],
    ['csv', undefined, '+15555550101'],
    ['fhir', 'GB', '+445555550101'],
    ['hl7v2', 'GB', '+445555550101'],
    ['csv', ' gb ', '+445555550101'],
  ])('that %s brings is of the country that the source names (%s)', async (kind, country, number) => {
    expect(await numberOf(kind, country)).toEqual([number])
  })

  it.each(['UK', 'USA', '', 'XX', 44])('is of no country %j', async (phoneCountry) => {
    const { body } = await api.call('post', '/api/ehr-sources', { name: 'EHR', settings: { phoneCountry } }).expect(422)
    expect(body.errors).toMatchObject([{ path: 'settings.phoneCountry' }])
  })
})
