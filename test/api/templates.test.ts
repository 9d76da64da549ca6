import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { undeleteCustomAction } from '../../db/queries/undeleteCustomAction.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
let careEvent: string
beforeAll(async () => {
  api = await apiUnderTest()
  careEvent = (await seedVisit(api)).careEvent
})
afterAll(() => api.drop())

const path = '/api/templates'
const moved = { name: 'Your visit moved', message: { body: 'New time: {{ appointment.start | time }}' } }
const written = async (more: object = {}) => (await api.call('post', path, { ...moved, ...more }).expect(201)).body
const edited = (template: { id: string; version: number }, edit: object) =>
  api.call('patch', `${path}/${template.id}`, edit, { 'if-match': `"${template.version}"` })
const extraReminder = (templateId: string, more: object = {}) => ({
  ...reminder,
  type: 'extraReminder',
  title: 'After a change',
  message: null,
  templateId,
  timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'updated' },
  ...more,
})
/** Without how far the planning anew of its messages is. */
const settled = ({ replanning: _replanning, ...action }: Record<string, unknown> & { id: string; version: number }) =>
  action
const user = async (templateId: string, more: object = {}) =>
  settled((await api.call('post', '/api/custom-actions', extraReminder(templateId, more)).expect(201)).body)
const action = async (id: string) => settled((await api.call('get', `/api/custom-actions/${id}`).expect(200)).body)

describe('a message template', () => {
  it('is written, listed by name, read and found by a part of its name', async () => {
    const template = await written({ name: 'zebra crossing' })
    const other = await written({ name: 'Aardvark' })
    expect(template).toMatchObject({
      version: 1,
      usedBy: [],
      message: { ...moved.message, subject: null, containsPhi: false },
    })
    expect((await api.call('get', `${path}/${template.id}`).expect(200)).body).toEqual(template)
    const { body: first } = await api.call('get', `${path}?limit=1`).expect(200)
    expect(first.items).toEqual([other])
    const { body: rest } = await api.call('get', `${path}?cursor=${first.nextCursor}`).expect(200)
    expect(rest.items.at(-1)).toEqual(template)
    expect((await api.call('get', `${path}?q=BRA+cros`).expect(200)).body.items).toEqual([template])
  })

  const refused: [string, object, string, RegExp, object?][] = [
    ['no name', { name: ' ' }, 'name', /needs a name/],
    ['no text', { message: { body: '' } }, 'message.body', /needs a text/],
    [
      'a misspelt squiggly',
      { message: { body: 'Hi\n{{ patient.nickname }}' } },
      'message.body',
      /nickname/,
      { line: 2, column: 4 },
    ],
    [
      'a squiggly of another type',
      { message: { body: '{{ recall.dueDate }}' } },
      'message.body',
      /recall/,
      { line: 1 },
    ],
    [
      'an unfinished placeholder in the subject',
      { message: { subject: '{{ practice.name', body: 'x' } },
      'message.subject',
      /./,
    ],
    ['a field that there is not', { colour: 'red' }, 'colour', /no such field/],
  ]
  it.each(refused)('is refused with %s, at its place', async (_what, more, at, message, place = {}) => {
    const { body } = await api.call('post', path, { ...moved, ...more }).expect(422)
    expect(body.errors).toEqual([
      expect.objectContaining({ path: at, message: expect.stringMatching(message), ...place }),
    ])
  })

  it('is edited in part, from the version that was read', async () => {
    const template = await written({ message: { subject: 'News', body: 'Hello' } })
    const { body } = await edited(template, { message: { body: 'Good day' } }).expect(200)
    expect(body).toMatchObject({ version: 2, message: { subject: 'News', body: 'Good day' } })
    await edited(template, { name: 'Too late' }).expect(412)
    await api.call('patch', `${path}/${template.id}`, { name: 'From nowhere' }).expect(428)
    await edited({ id: newId(), version: 1 }, { name: 'Nobody' }).expect(404)
  })

  it('leaves a trail of who changed it', async () => {
    const template = await written()
    await edited(template, { name: 'Another name' }).expect(200)
    await api.call('delete', `${path}/${template.id}`).expect(204)
    const { body } = await api.call('get', `/api/audit?subject=template&subjectId=${template.id}`).expect(200)
    expect(body.items.map(({ action: verb }: { action: string }) => verb)).toEqual(['deleted', 'edited', 'created'])
  })
})

describe('a template in use', () => {
  it('names the actions that send it, and cannot be deleted while there is one', async () => {
    const template = await written()
    const one = await user(template.id)
    const { body: listed } = await api.call('get', `${path}/${template.id}`).expect(200)
    expect(listed.usedBy).toEqual([{ id: one.id, title: 'After a change', type: 'extraReminder', status: 'active' }])
    const { body } = await api.call('delete', `${path}/${template.id}`).expect(409)
    expect(body.detail).toContain('“After a change”')
    await api.call('delete', `/api/custom-actions/${one.id}`).expect(204)
    await api.call('delete', `${path}/${template.id}`).expect(204)
    await api.call('get', `${path}/${template.id}`).expect(404)
  })

  it('carries an edit of its text to its actions: version, recent edit, history and what waits', async () => {
    const template = await written()
    const before = await user(template.id)
    await api.touched()
    api.clock.now += 60_000
    await edited(template, { message: { body: 'Another text' } }).expect(200)
    const after = await action(before.id)
    expect(after).toEqual({ ...before, version: 2, editedAt: new Date(api.clock.now).toISOString() })
    expect(await api.touched()).toEqual([careEvent])
    const { body: history } = await api.call('get', `/api/custom-actions/${before.id}/versions`).expect(200)
    expect(history.items.map((item: { templateMessage: { body: string } }) => item.templateMessage.body)).toEqual([
      'Another text',
      moved.message.body,
    ])
    const configuration = await api.database.inOrganization(api.organizationId, (tx) => api.deps.configuration.read(tx))
    const facts = configuration.actions.find(({ id }) => id === before.id)
    expect([facts?.definition.message?.body, facts?.editedAt]).toEqual(['Another text', api.clock.now])
  })

  it('changes nothing of its actions by a new name, or by the same text again', async () => {
    const template = await written()
    const before = await user(template.id)
    await api.touched()
    api.clock.now += 60_000
    const named = (await edited(template, { name: 'Other name' }).expect(200)).body
    const same = (await edited(named, { message: { body: moved.message.body } }).expect(200)).body
    expect([named.version, same.version]).toEqual([2, 2])
    expect(await action(before.id)).toEqual(before)
    expect(await api.touched()).toEqual([])
  })

  it('comes back with the last action that used it, when that is undeleted', async () => {
    const template = await written()
    const one = await user(template.id)
    await api.call('delete', `/api/custom-actions/${one.id}`).expect(204)
    await api.call('delete', `${path}/${template.id}`).expect(204)
    const by = { now: api.clock.now, who: { userId: null, apiKeyId: null } }
    await api.database.inOrganization(api.organizationId, (tx) => undeleteCustomAction(tx, one.id, by))
    expect((await api.call('get', `${path}/${template.id}`).expect(200)).body.usedBy).toHaveLength(1)
  })
})

describe('an action that sends a template', () => {
  const refused: [string, () => object, string][] = [
    ['names none', () => extraReminder(newId(), { templateId: null }), 'templateId'],
    ['names one that there is not', () => extraReminder(newId()), 'templateId'],
    ['has a text of its own beside it', () => extraReminder(newId(), { message: { body: 'x' } }), 'message'],
    ['is of a type with texts of its own', () => ({ ...reminder, templateId: newId() }), 'templateId'],
  ]
  it.each(refused)('is refused when it %s', async (_what, definition, at) => {
    const { body } = await api.call('post', '/api/custom-actions', definition()).expect(422)
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(at)
  })

  it('is refused with a template that was deleted', async () => {
    const template = await written()
    await api.call('delete', `${path}/${template.id}`).expect(204)
    await api.call('post', '/api/custom-actions', extraReminder(template.id)).expect(422)
  })

  it('is previewed with the text of its template', async () => {
    const template = await written()
    const { body } = await api
      .call('post', '/api/custom-actions/preview', { ...extraReminder(template.id), careEventId: careEvent })
      .expect(200)
    expect(body.messages).toEqual([expect.objectContaining({ channel: 'sms', body: 'New time: 10:00 AM' })])
  })
})
