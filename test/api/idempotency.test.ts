import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest, reminder } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

const path = '/api/custom-actions'
const post = (key: string, body: object = reminder, role: 'admin' | 'manager' = 'admin') =>
  api.call('post', path, body, { 'idempotency-key': key }, role)
const count = async () => (await api.call('get', path)).body.items.length

describe('Idempotency-Key', () => {
  it('answers a repeat as the first time, and does nothing', async () => {
    const before = await count()
    const first = await post('a').expect(201)
    const again = await post('a').expect(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers['etag']).toBe(first.headers['etag'])
    expect(await count()).toBe(before + 1)
  })

  it('makes one of several that come at once', async () => {
    const before = await count()
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('b')))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(await count()).toBe(before + 1)
  })

  it('refuses another body under the same key', async () => {
    await post('c').expect(201)
    const { body } = await post('c', { ...reminder, title: 'Another' }).expect(422)
    expect(body.detail).toMatch(/Idempotency-Key/)
  })

  it('may be used again after a request that failed', async () => {
    await post('d', { ...reminder, title: '' }).expect(422)
    await post('d').expect(201)
  })

  it('is each caller’s own', async () => {
    const [one, two] = [await post('e').expect(201), await post('e', reminder, 'manager').expect(201)]
    expect(one.body.id).not.toBe(two.body.id)
  })

  it('sends a test text once', async () => {
    const body = { type: 'appointment', message: { body: 'Hi {{ patient.firstName }}' }, to: '+15555550155' }
    const send = () => api.call('post', `${path}/test-send`, body, { 'idempotency-key': 'f' })
    const [one, two] = [await send().expect(200), await send().expect(200)]
    expect(two.body).toEqual(one.body)
    const messages = (await api.call('get', '/api/simulator/messages?to=%2B15555550155')).body.items
    expect(messages).toMatchObject([{ body: 'Hi Maria', deliveryId: null }])
  })

  it('keeps no secret that an answer showed', async () => {
    const key = { 'idempotency-key': 'g' }
    const first = (await api.call('post', '/api/api-keys', { name: 'Once', role: 'staff' }, key).expect(201)).body
    const again = (await api.call('post', '/api/api-keys', { name: 'Once', role: 'staff' }, key).expect(201)).body
    expect(again.key).toBe(first.key)
    const stored = await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query('select response from idempotency_key'),
    )
    expect(JSON.stringify(stored)).not.toContain(first.key)
  })
})
