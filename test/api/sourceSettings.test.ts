import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import supertest from 'supertest'
import { createEhrRouter } from '../../api/ehr/router.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

let api: ApiUnderTest
let ehr: Express
beforeAll(async () => {
  api = await apiUnderTest()
  ehr = express().use('/ehr', createEhrRouter(api.deps))
})
afterAll(() => api?.drop())

const order = {
  resourceType: 'ServiceRequest',
  id: 'order-1',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p-1' },
  occurrenceDateTime: '2026-12-01',
}
const recalls = async () => (await api.call('get', '/api/care-events?kind=recall').expect(200)).body.items

describe('what a source sends as recalls', () => {
  it('is shown, and changed for that source at once', async () => {
    const { body: source } = await api.call('post', '/api/ehr-sources', { name: 'EHR' }).expect(201)
    expect(source.settings.recalls).toEqual({
      serviceRequest: { enabled: true, intents: ['proposal', 'plan'], categories: null },
      communicationRequest: { enabled: true, categories: null },
      proposedAppointment: { enabled: true },
    })
    const post = () =>
      supertest(ehr)
        .post('/ehr/fhir')
        .set({ 'x-source-id': source.id, authorization: `Bearer ${source.secret}` })
        .set('content-type', 'application/fhir+json')
        .send(JSON.stringify(order))
        .expect(({ status }) => expect(status).toBeLessThan(300))
    await post()
    expect(await recalls()).toEqual([])
    const { settings } = source
    settings.recalls.serviceRequest.intents = ['order']
    const edited = await api
      .call('patch', `/api/ehr-sources/${source.id}`, { settings }, { 'if-match': `${source.version}` })
      .expect(200)
    expect(edited.body.settings).toEqual(settings)
    await post()
    expect(await recalls()).toMatchObject([{ externalId: 'order-1', dueDate: '2026-12-01', origin: 'recall' }])
  })

  it.each([
    [{ recalls: { serviceRequest: { intents: [] } } }, 'settings.recalls.serviceRequest.intents'],
    [{ recalls: { serviceRequest: { intents: ['wish'] } } }, 'settings.recalls.serviceRequest.intents.0'],
    [{ recalls: { communicationRequest: { categories: [] } } }, 'settings.recalls.communicationRequest.categories'],
    [{ recalls: { carePlan: {} } }, 'settings.recalls.carePlan'],
  ])('is refused as %j, with the path', async (settings, path) => {
    const { body } = await api.call('post', '/api/ehr-sources', { name: 'EHR', settings }).expect(422)
    expect(body.errors[0].path).toBe(path)
  })

  it('finds a recall by its id with or without the resource type that it came as', async () => {
    const { body: source } = await api.call('post', '/api/ehr-sources', { name: 'EHR' }).expect(201)
    const request = { ...order, resourceType: 'CommunicationRequest', id: 'call-1', intent: undefined }
    await supertest(ehr)
      .post('/ehr/fhir')
      .set({ 'x-source-id': source.id, authorization: `Bearer ${source.secret}` })
      .set('content-type', 'application/fhir+json')
      .send(JSON.stringify(request))
      .expect(201)
    for (const id of ['call-1', 'CommunicationRequest/call-1']) {
      const { body } = await api.call('get', `/api/care-events?externalId=${encodeURIComponent(id)}`).expect(200)
      expect(body.items).toMatchObject([{ kind: 'recall', externalId: 'CommunicationRequest/call-1' }])
    }
  })
})
