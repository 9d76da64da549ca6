import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, monday, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

const path = '/api/custom-actions'
const created = async (more: object = {}) => (await api.call('post', path, { ...reminder, ...more }).expect(201)).body
const edited = (action: { id: string; version: number }, edit: object) =>
  api.call('patch', `${path}/${action.id}`, edit, { 'if-match': `"${action.version}"` })
const minute = 60_000

describe('creating an action', () => {
  it('stores it with defaults, active since now, and touches the appointments it may be about', async () => {
    const visit = await seedVisit(api)
    await api.touched()
    const { body, headers } = await api.call('post', path, reminder).expect(201)
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
    expect(headers['etag']).toBe('"1"')
    expect(await api.touched()).toEqual([visit.careEvent])
    expect((await api.call('get', `${path}/${body.id}`).expect(200)).body).toEqual(body)
  })

  it('is inactive unless it says otherwise', async () => {
    const { status: _status, ...rest } = reminder
    const { body } = await api.call('post', path, rest).expect(201)
    expect(body).toMatchObject({ status: 'inactive', activatedAt: null })
  })
})

describe('editing an action', () => {
  const moves: [string, object, boolean][] = [
    ['text', { message: { body: 'See you on {{ appointment.start | weekday }}' } }, true],
    ['timing', { timing: { offset: 90 } }, true],
    ['filters', { filters: { confirmation: ['none'] } }, true],
    ['channels', { channels: { override: null } }, true],
    ['title', { title: 'Another title' }, false],
    ['skipped rules', { skippedRules: ['sundays'] }, false],
    ['switching off', { status: 'inactive' }, false],
    ['the same again', { title: 'Reminder' }, false],
  ]
  it.each(moves)('%s: moves editedAt as the recentEdit rule counts it', async (_what, edit, moved) => {
    const action = await created()
    api.clock.now += minute
    const { body } = await edited(action, edit).expect(200)
    expect(body.editedAt).toBe(moved ? new Date(api.clock.now).toISOString() : action.editedAt)
  })

  it('plans anew what waits, but not for a title', async () => {
    const action = await created()
    await api.touched()
    const titled = (await edited(action, { title: 'For people' }).expect(200)).body
    expect(await api.touched()).toEqual([])
    await edited(titled, { skippedRules: [] }).expect(200)
    expect(await api.touched()).toHaveLength(1)
  })

  it('plans anew what it was about when it becomes one of another type', async () => {
    const action = await created()
    const { careEvent } = await seedVisit(api)
    await api.touched()
    const timing = { offset: 1, unit: 'days', direction: 'before', anchor: 'dueDate' }
    await edited(action, { type: 'recall', timing }).expect(200)
    expect(await api.touched()).toContain(careEvent)
  })

  it('keeps what a partial edit leaves out', async () => {
    const action = await created()
    const { body } = await edited(action, { timing: { offset: 90 } }).expect(200)
    expect(body).toEqual({ ...action, version: 2, editedAt: body.editedAt, timing: { ...action.timing, offset: 90 } })
  })

  it('takes back the whole action that a client has read, but not what only the server sets', async () => {
    const action = await created()
    const { items } = (await api.call('get', `${path}?limit=200`)).body
    const listed = items.find(({ id }: { id: string }) => id === action.id)
    const { body } = await edited(action, { ...listed, title: 'Sent back' }).expect(200)
    expect(body).toEqual({ ...action, version: 2, title: 'Sent back' })
    const refused = await edited(body, { createdAt: '2020-01-01T00:00:00.000Z', id: newId() }).expect(422)
    expect(refused.body.errors.map(({ path: at }: { path: string }) => at)).toEqual(['id', 'createdAt'])
  })

  it('activates now, however old the action is', async () => {
    const action = await created({ status: 'inactive' })
    api.clock.now += minute
    const { body } = await edited(action, { status: 'active' }).expect(200)
    expect(body.activatedAt).toBe(new Date(api.clock.now).toISOString())
    expect(body.editedAt).toBe(body.activatedAt)
  })

  it('wants the version that was edited, and refuses a stale one', async () => {
    const action = await created()
    await api.call('patch', `${path}/${action.id}`, { title: 'No version' }).expect(428)
    await edited(action, { title: 'First' }).expect(200)
    await edited(action, { title: 'Second' }).expect(412)
    expect((await api.call('get', `${path}/${action.id}`)).body).toMatchObject({ title: 'First', version: 2 })
  })

  it('lets exactly one of several edits made at once win', async () => {
    for (let round = 0; round < 8; round++) {
      const action = await created()
      const answers = await Promise.all(['A', 'B', 'C', 'D'].map((title) => edited(action, { title })))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412])
      const { items } = (await api.call('get', `${path}/${action.id}/versions`).expect(200)).body
      expect(items.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    }
  })
})

describe('history', () => {
  it('restores an earlier version as the newest, without switching the action on or off', async () => {
    const action = await created({ status: 'inactive' })
    const second = (await edited(action, { title: 'Changed', status: 'active' }).expect(200)).body
    const { body } = await api.call('post', `${path}/${action.id}/restore`, { version: 1 }).expect(200)
    expect(body).toMatchObject({ title: 'Reminder', status: 'active', version: 3, activatedAt: second.activatedAt })
    await api.call('post', `${path}/${action.id}/restore`, { version: 9 }).expect(404)
  })

  it('duplicates as an inactive copy', async () => {
    const action = await created()
    const { body } = await api.call('post', `${path}/${action.id}/duplicate`).expect(201)
    expect(body).toMatchObject({ title: 'Reminder (copy)', status: 'inactive', version: 1 })
    expect(body.id).not.toBe(action.id)
  })

  it('forgets a deleted action, but not its versions', async () => {
    const action = await created()
    await api.call('delete', `${path}/${action.id}`, undefined, { 'if-match': '"7"' }).expect(412)
    await api.call('delete', `${path}/${action.id}`).expect(204)
    await api.call('get', `${path}/${action.id}`).expect(404)
    await api.call('delete', `${path}/${action.id}`).expect(404)
    expect((await api.call('get', `${path}/${action.id}/versions`).expect(200)).body.items).toHaveLength(1)
  })
})

describe('many at once', () => {
  it('changes those it can, and says of each what became of it', async () => {
    const [one, two] = [await created(), await created({ status: 'inactive' })]
    const missing = newId()
    const ids = [one.id, missing, two.id]
    const { body } = await api.call('post', `${path}/bulk`, { ids, status: 'inactive' }).expect(200)
    expect(body.items).toEqual([
      { id: one.id, outcome: 'changed', version: 2, errors: [] },
      { id: missing, outcome: 'notFound', version: null, errors: [] },
      { id: two.id, outcome: 'unchanged', version: 1, errors: [] },
    ])
    await api.call('post', `${path}/bulk`, { ids }).expect(422)
  })
})

describe('the list', () => {
  it('filters, searches, sorts and pages without losing or repeating one', async () => {
    const group = (await api.call('post', '/api/groups', { name: 'Listed' }).expect(201)).body
    const titles = ['apple', 'Banana', 'cherry', 'Date', 'elder 50%']
    for (const title of titles)
      await created({ title, groupId: group.id, status: title === 'Date' ? 'inactive' : 'active' })
    const list = async (query: string) =>
      (await api.call('get', `${path}?groupId=${group.id}&${query}`).expect(200)).body
    const names = async (query: string) => (await list(query)).items.map(({ title }: { title: string }) => title)

    expect(await names('sort=title')).toEqual(titles)
    expect(await names('sort=-title')).toEqual([...titles].reverse())
    expect(await names('q=AN')).toEqual(['Banana'])
    expect(await names('q=50%25')).toEqual(['elder 50%'])
    expect(await names('status=inactive')).toEqual(['Date'])
    expect(await names('type=recall')).toEqual([])

    const first = await list('sort=title&limit=2')
    const second = await list(`sort=title&limit=2&cursor=${first.nextCursor}`)
    const third = await list(`sort=title&limit=2&cursor=${second.nextCursor}`)
    expect([...first.items, ...second.items, ...third.items].map(({ title }) => title)).toEqual(titles)
    expect(third.nextCursor).toBeNull()
  })
})

describe('groups', () => {
  it('keep their order when one is added, moved or deleted; actions of a deleted one stay', async () => {
    const names = async () =>
      (await api.call('get', '/api/groups').expect(200)).body.items.map(
        ({ name, position }: { name: string; position: number }) => [position, name],
      )
    for (const { id } of (await api.call('get', '/api/groups')).body.items)
      await api.call('delete', `/api/groups/${id}`).expect(204)
    const add = async (name: string, position?: number) =>
      (await api.call('post', '/api/groups', { name, position }).expect(201)).body
    const [a, b] = [await add('A'), await add('B')]
    const c = await add('C', 0)
    expect(await names()).toEqual([
      [0, 'C'],
      [1, 'A'],
      [2, 'B'],
    ])
    expect((await api.call('patch', `/api/groups/${c.id}`, { position: 1, name: 'See' }).expect(200)).body).toEqual({
      id: c.id,
      name: 'See',
      position: 1,
    })
    expect(await names()).toEqual([
      [0, 'A'],
      [1, 'See'],
      [2, 'B'],
    ])
    await api.call('patch', `/api/groups/${b.id}`, { position: 0 }).expect(200)
    expect(await names()).toEqual([
      [0, 'B'],
      [1, 'A'],
      [2, 'See'],
    ])
    const action = await created({ groupId: a.id })
    await api.call('delete', `/api/groups/${a.id}`).expect(204)
    expect((await api.call('get', `${path}/${action.id}`)).body).toMatchObject({ groupId: null, version: 2 })
  })
})
