import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
let actionId: string
beforeAll(async () => {
  api = await apiUnderTest()
  await seedVisit(api)
  await seedVisit(api, { phone: '+15555550102' })
  actionId = (await api.call('post', '/api/custom-actions', reminder).expect(201)).body.id
  await api.touched()
})
afterAll(() => api?.drop())

const progress = async (path: string) => (await api.call('get', path).expect(200)).body.replanning
const relayOne = () =>
  api.database.inOrganization(api.organizationId, (tx) =>
    tx.query('delete from outbox where id = (select min(id) from outbox)'),
  )

describe('how far the planning anew is', () => {
  it('is told of an action from its edit until the last care event is planned', async () => {
    const path = `/api/custom-actions/${actionId}`
    expect(await progress(path)).toBeUndefined()
    const edited = await api.call('patch', path, { timing: { offset: 90 } }, { 'if-match': '"1"' }).expect(200)
    expect(edited.body.version).toBe(2)
    expect(await progress(path)).toEqual({ total: 2, left: 2 })
    await relayOne()
    expect(await progress(path)).toEqual({ total: 2, left: 1 })
    const { body: list } = await api.call('get', '/api/custom-actions').expect(200)
    expect(list.items[0].replanning).toEqual({ total: 2, left: 1 })
    await relayOne()
    expect(await progress(path)).toBeUndefined()
  })

  it('is told of the organization after a change of its rules', async () => {
    await api.call('patch', '/api/organization', { defaultSendTime: '11:00' }).expect(200)
    expect(await progress('/api/organization')).toEqual({ total: 2, left: 2 })
    await relayOne()
    expect(await progress('/api/organization')).toEqual({ total: 2, left: 1 })
    await api.touched()
    expect(await progress('/api/organization')).toBeUndefined()
  })

  it('is not sent back as an edit', async () => {
    const { body } = await api.call('get', `/api/custom-actions/${actionId}`).expect(200)
    const headers = { 'if-match': `"${body.version}"` }
    await api.call('patch', `/api/custom-actions/${actionId}`, { ...body, title: 'Other' }, headers).expect(200)
  })
})
