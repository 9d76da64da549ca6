import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest, monday, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

describe('creating an action', () => {
  it('stores it with defaults, active since now, and touches the appointments it may be about', async () => {
    const visit = await seedVisit(api)
    await api.touched()
    const { body, headers } = await api.call('post', '/api/custom-actions', reminder).expect(201)
    expect(body).toMatchObject({
      ...reminder,
      version: 1,
      category: 'care',
      createdAt: new Date(monday).toISOString(),
      editedAt: new Date(monday).toISOString(),
      activatedAt: new Date(monday).toISOString(),
      timing: {
        ...reminder.timing,
        ifBlocked: 'moveEarlier',
        ifMoved: 'again',
        maxLatenessMinutes: 240,
        acceptLateDays: 0,
      },
      filters: { facilityIds: null, statuses: null, codes: null },
    })
    expect(headers.etag).toBe('"1"')
    expect(await api.touched()).toEqual([visit.careEvent])
    expect((await api.call('get', `/api/custom-actions/${body.id}`).expect(200)).body).toEqual(body)
  })

  it('is inactive unless it says otherwise', async () => {
    const { status: _status, ...rest } = reminder
    const { body } = await api.call('post', '/api/custom-actions', rest).expect(201)
    expect(body).toMatchObject({ status: 'inactive', activatedAt: null })
  })
})
