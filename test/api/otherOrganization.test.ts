import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { adminRoutes } from '../../api/admin/index.ts'
import { createApiKey } from '../../db/queries/apiKeys.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../support/csvFiles.ts'
import { createOrganization } from '../support/database.ts'
import { startPractice } from '../support/practice.ts'
import { sendPlanned } from '../support/sentDelivery.ts'

let api: ApiUnderTest
/** Of each collection, the id of something that our own organization has. */
let ids: Record<string, string>
/** The key of another organization's admin. */
let strangersKey: string

beforeAll(async () => {
  api = await apiUnderTest()
  const visit = await seedVisit(api)
  const created = async (path: string, body: object) => (await api.call('post', path, body).expect(201)).body.id
  const action = await created('/api/custom-actions', reminder)
  const { deliveryId } = await sendPlanned(api, visit.careEvent)
  ids = {
    'custom-actions': action,
    groups: await created('/api/groups', { name: 'Before the visit' }),
    'care-events': visit.careEvent,
    patients: visit.patient,
    deliveries: deliveryId,
    staff: await created('/api/staff', { firstName: 'Ada', lastName: 'Moss' }),
    templates: await created('/api/templates', { name: 'Moved', message: { body: 'Your visit moved.' } }),
    replies: await created('/api/simulator/replies', { from: '+15555550101', body: 'Where do I park?' }),
    closures: await created('/api/closures', { from: '2026-11-11', to: '2026-11-11', name: 'Training' }),
    facilities: visit.facility,
    providers: visit.provider,
    'appointment-types': visit.type,
    'ehr-sources': await created('/api/ehr-sources', { name: 'Second EHR' }),
    'api-keys': await created('/api/api-keys', { name: 'Reports', role: 'staff' }),
    users: await created('/api/users', {
      email: 'ada@riverside.example',
      name: 'Ada',
      role: 'staff',
      password: 'long enough to be a password',
    }),
  }
  const practice = await startPractice({ ...api.deps, organizationId: api.organizationId })
  await practice.post({ resourceType: 'Location', id: 'harbor', name: 'Harbor Clinic' })
  const files = await csvSource({ ...api.deps, organizationId: api.organizationId }, [appointmentLayout])
  ids['ehr-files'] = (await files.store(appointmentFile([appointmentLine('a-1')]))).fileId
  ids.feed = (await api.call('get', '/api/feed').expect(200)).body.items[0].id
  const stranger = await createOrganization(api.database, 'Hillside Clinic')
  strangersKey = await api.database.inOrganization(
    stranger,
    async (tx) =>
      (
        await createApiKey(
          tx,
          { name: 'theirs', role: 'admin' },
          { now: api.clock.now, who: { userId: null, apiKeyId: null } },
        )
      ).key,
  )
})
afterAll(() => api.drop())

/** What a call needs beside the id to be valid, so that only the id can be what is refused. */
const bodies: Record<string, () => object> = {
  'post /api/care-events/{id}/suppressions': () => ({ actionId: ids['custom-actions'] }),
  'post /api/custom-actions/{id}/restore': () => ({ version: 1 }),
  'post /api/deliveries/{id}/resolve': () => ({ outcome: 'sent' }),
  'post /api/patients/{id}/consents': () => ({ address: '+15555550101' }),
  'patch /api/patients/{id}': () => ({ muted: true }),
  'post /api/custom-actions/{id}/catch-ups': () => ({ overdueDays: 30, perDay: 5 }),
  'post /api/custom-actions/{id}/catch-ups/preview': () => ({ overdueDays: 30, perDay: 5 }),
  'post /api/replies/{id}/answer': () => ({ body: 'Behind the house.' }),
  'patch /api/replies/{id}': () => ({ handled: true }),
  'post /api/ehr-sources/{id}/csv-preview': () => ({ sample: 'YSxiCg==' }),
  'patch /api/api-keys/{id}': () => ({ name: 'Ours now' }),
}

describe('the admin of another organization', () => {
  const routes = adminRoutes({ simulator: true }).filter(({ path }) => path.includes('{id}'))

  it.each(routes)('$method $path: there is no such thing', async ({ method, path }) => {
    const collection = path.split('/')[2] ?? ''
    const id = ids[collection]
    expect([collection, id]).toEqual([collection, expect.any(String)])
    const url = path.replace('{id}', id ?? '').replace('{actionId}', ids['custom-actions'] ?? '')
    const request = supertest(api.app)
      [method](url)
      .set({ authorization: `Bearer ${strangersKey}`, 'if-match': '"1"' })
    const { status, body } = await (method === 'get' || method === 'delete'
      ? request
      : request.send(bodies[`${method} ${path}`]?.() ?? {}))
    expect({ status, errors: body.errors }).toEqual({ status: 404, errors: [] })
  })

  it('sees empty lists', async () => {
    for (const collection of Object.keys(ids).filter((each) => each !== 'api-keys')) {
      const { body } = await supertest(api.app)
        .get(`/api/${collection}`)
        .set({ authorization: `Bearer ${strangersKey}` })
        .expect(200)
      expect([collection, body.items]).toEqual([collection, []])
    }
  })
})
