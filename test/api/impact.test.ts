import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { replanFree } from '../../db/replan.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
let actionId: string
let templateId: string

const impact = (body: object, role: 'admin' | 'manager' | 'staff' = 'manager', headers = {}) =>
  api.call('post', '/api/custom-actions/impact', body, headers, role)
const nothing = { stay: 0, move: 0, added: 0, dropped: 0, goNow: 0, lost: 0 }
const timing = { offset: 1, unit: 'days', direction: 'before', anchor: 'start' }

/** A visit on Wednesday at ten with a reminder on Tuesday, and an extra one that goes out half an hour from now. */
beforeAll(async () => {
  api = await apiUnderTest()
  visit = await seedVisit(api)
  api.clock.now -= 5 * 3_600_000
  const made = await api.call('post', '/api/custom-actions', { ...reminder, timing }).expect(201)
  actionId = made.body.id
  const template = await api.call('post', '/api/templates', { name: 'Parking', message: { body: 'Hello' } }).expect(201)
  templateId = template.body.id
  const extra = {
    ...{ type: 'extraReminder', title: 'Parking', status: 'active', templateId, recipients: { kind: 'patient' } },
    timing: { ...timing, offset: 2_850, unit: 'minutes' },
  }
  await api.call('post', '/api/custom-actions', extra).expect(201)
  api.clock.now += 5 * 3_600_000
  await api.database.inOrganization(api.organizationId, (tx) =>
    replanFree(tx, api.deps.configuration, [visit.careEvent], api.clock.now),
  )
})
afterAll(() => api?.drop())

describe('POST /api/custom-actions/impact', () => {
  it('shows what moves, with the times before and after', async () => {
    const { body } = await impact({ kind: 'edit', id: actionId, changes: { timing: { timeOfDay: '14:00' } } }).expect(
      200,
    )
    expect(body).toMatchObject({ ...nothing, move: 1, judged: 1, of: 1, exact: true })
    expect(body.samples).toEqual([
      {
        outcome: 'move',
        careEventId: visit.careEvent,
        patientId: visit.patient,
        patientName: 'Zephyrine Quill',
        actionId,
        recipient: 'patient',
        before: '2026-11-10T15:00:00.000Z',
        after: '2026-11-10T19:00:00.000Z',
        reason: null,
      },
    ])
  })

  it.each<[string, (ids: { actionId: string; templateId: string }) => object, object]>([
    ['nothing, for a title', (ids) => ({ kind: 'edit', id: ids.actionId, changes: { title: 'Other' } }), {}],
    [
      'the same times, for a rule that did not count',
      (ids) => ({ kind: 'bulk', ids: [ids.actionId], skippedRules: ['sundays'] }),
      { stay: 1 },
    ],
    ['what is switched off', (ids) => ({ kind: 'bulk', ids: [ids.actionId], status: 'inactive' }), { dropped: 1 }],
    ['what is deleted', (ids) => ({ kind: 'delete', id: ids.actionId }), { dropped: 1 }],
    [
      'what is due before it could be sent',
      (ids) => ({ kind: 'edit', id: ids.actionId, changes: { timing: { offset: 3 } } }),
      { lost: 1 },
    ],
    [
      'what a new action adds',
      () => ({ kind: 'create', definition: { ...reminder, timing: { ...timing, offset: 3, unit: 'hours' } } }),
      { added: 1 },
    ],
    [
      'what nobody asked for: an inactive one',
      () => ({ kind: 'create', definition: { ...reminder, timing, status: 'inactive' } }),
      {},
    ],
    [
      'a template’s new text, which holds its messages for an hour',
      (ids) => ({ kind: 'template', id: ids.templateId, message: { body: 'Park behind' } }),
      { move: 1 },
    ],
    ['a template’s text as it is', (ids) => ({ kind: 'template', id: ids.templateId, message: { body: 'Hello' } }), {}],
    ['a pause', () => ({ kind: 'organization', changes: { paused: true } }), { dropped: 2 }],
    [
      'rules, of which the rest stays',
      () => ({ kind: 'organization', changes: { deliveryRules: { sundays: { enabled: false } } } }),
      { stay: 2 },
    ],
    [
      'a type that is switched off',
      () => ({ kind: 'organization', changes: { enabledActionTypes: ['extraReminder'] } }),
      { dropped: 1, stay: 1 },
    ],
  ])('counts %s', async (_, edit, expected) => {
    const { body } = await impact(edit({ actionId, templateId })).expect(200)
    const { samples: _samples, judged: _judged, of: _of, exact, ...counts } = body
    expect({ ...counts, exact }).toEqual({ ...nothing, ...expected, exact: true })
  })

  it('changes nothing by being asked', async () => {
    const { body } = await api.call('get', `/api/custom-actions/${actionId}`).expect(200)
    expect(body.version).toBe(1)
  })

  it.each<[string, number, object, Record<string, string>]>([
    ['an action that is not there', 404, { kind: 'delete', id: newId() }, {}],
    [
      'an edit made from an old version',
      412,
      { kind: 'edit', id: 'ACTION', changes: { title: 'x' } },
      { 'if-match': '"7"' },
    ],
    ['what saving would refuse', 422, { kind: 'edit', id: 'ACTION', changes: { timing: { anchor: 'dueDate' } } }, {}],
    ['a kind that does not exist', 422, { kind: 'closure' }, {}],
    ['a field too many', 422, { kind: 'delete', id: 'ACTION', also: true }, {}],
  ])('refuses %s', async (_, status, body, headers) => {
    await impact(JSON.parse(JSON.stringify(body).replace('ACTION', actionId)), 'manager', headers).expect(status)
  })

  it('says of a sample that it is one', async () => {
    const more = await seedVisit(api, { phone: '+15555550102', startAt: api.clock.now + 50 * 3_600_000 })
    await api.database.inOrganization(api.organizationId, (tx) =>
      replanFree(tx, api.deps.configuration, [more.careEvent], api.clock.now),
    )
    const { body } = await impact({ kind: 'delete', id: actionId, judgeAtMost: 1 }).expect(200)
    expect(body).toMatchObject({ ...nothing, dropped: 2, judged: 1, of: 2, exact: false })
  })
})
