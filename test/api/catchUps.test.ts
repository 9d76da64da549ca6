import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, monday, seedVisit } from '../support/api.ts'

const recallAction = {
  type: 'recall',
  title: 'Time for your cleaning',
  status: 'active',
  recipients: { kind: 'patient' },
  message: { body: 'Hi {{ patient.firstName }}, your visit is due' },
  timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'dueDate' },
}

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
let recalls: string[]
beforeAll(async () => {
  api = await apiUnderTest()
  visit = await seedVisit(api)
})
afterAll(() => api.drop())
beforeEach(async () => {
  await api.database.inOrganization(api.organizationId, async (tx) => {
    await tx.query('delete from catch_up')
    await tx.query(`delete from care_event where kind = 'recall'`)
    recalls = []
    for (let n = 1; n <= 7; n += 1) {
      recalls.push(newId())
      await tx.query(
        `insert into care_event (organization_id, id, external_id, kind, patient_id, facility_id, status, due_date,
           anchor_known_since, first_seen_at, created_at, updated_at)
         values ($1, $2, $3, 'recall', $4, $5, 'open', $6, $7, $7, $7, $7)`,
        [
          tx.organizationId,
          recalls.at(-1),
          `recall-${n}`,
          visit.patient,
          visit.facility,
          `2026-10-0${n}`,
          new Date(monday),
        ],
      )
    }
  })
  api.clock.now = monday
})

const create = async (more: object = {}): Promise<string> =>
  (await api.call('post', '/api/custom-actions', { ...recallAction, ...more }).expect(201)).body.id
const asked = { overdueDays: 60, perDay: 3 }

describe('catching up with overdue recalls', () => {
  it('goes on after the practice paused, or the action was inactive for a while', async () => {
    const id = await create()
    await api.call('post', `/api/custom-actions/${id}/catch-ups`, asked).expect(201)
    // While nothing may go out, workflows end and nothing is planned.
    const off = () =>
      api.database.inOrganization(api.organizationId, async (tx) => {
        await tx.query('delete from planned_message')
        await tx.query('update care_event set wake_at = null')
      })
    const edits: [path: string, off: object, on: object][] = [
      ['/api/organization', { paused: true }, { paused: false }],
      [`/api/custom-actions/${id}`, { status: 'inactive' }, { status: 'active' }],
      ['/api/organization', { enabledActionTypes: [] }, { enabledActionTypes: ['recall'] }],
    ]
    for (const [path, stop, goOn] of edits) {
      await api.call('patch', path, stop, { 'If-Match': '*' }).expect(200)
      await off()
      await api.touched()
      await api.call('patch', path, goOn, { 'If-Match': '*' }).expect(200)
      expect((await api.touched()).filter((each) => recalls.includes(each)).sort()).toEqual([...recalls].sort())
    }
  })

  it('shows whom and when before, the same after, and stores nothing by showing', async () => {
    const id = await create()
    const path = `/api/custom-actions/${id}/catch-ups`
    const { body: shown } = await api.call('post', `${path}/preview`, asked).expect(200)
    expect(shown).toEqual({
      recalls: 7,
      byDay: [
        { date: '2026-11-09', count: 3 },
        { date: '2026-11-10', count: 3 },
        { date: '2026-11-12', count: 1 },
      ],
      undeliverable: [],
    })
    expect((await api.call('get', path).expect(200)).body).toEqual({ items: [] })
    await api.touched()
    const { body: started } = await api.call('post', path, asked).expect(201)
    expect(started).toMatchObject({
      ...asked,
      state: 'running',
      recalls: 7,
      sent: 0,
      firstDay: '2026-11-09',
      lastDay: '2026-11-12',
    })
    expect((await api.touched()).sort()).toEqual([...recalls].sort())
    const { body: plan } = await api.call('get', `/api/care-events/${recalls[6]}/plan`).expect(200)
    expect(plan.items.find((each: { actionId: string }) => each.actionId === id)).toMatchObject({
      verdict: 'planned',
      sendAt: '2026-11-12T15:00:00.000Z',
    })
  })

  it('is for one at a time, and can be cancelled once', async () => {
    const path = `/api/custom-actions/${await create()}/catch-ups`
    const { body } = await api.call('post', path, asked).expect(201)
    await api.call('post', path, asked).expect(409)
    expect((await api.call('post', `${path}/${body.id}/cancel`).expect(200)).body).toMatchObject({
      state: 'cancelled',
      waiting: 0,
    })
    // Once for its start and once for its end.
    expect(await api.touched()).toHaveLength(14)
    await api.call('post', `${path}/${body.id}/cancel`).expect(409)
    const { body: plan } = await api.call('get', `/api/care-events/${recalls[6]}/plan`).expect(200)
    expect(JSON.stringify(plan)).toContain('beforeActivation')
    await api.call('post', path, asked).expect(201)
  })

  it('two that are asked for at once: one starts', async () => {
    const path = `/api/custom-actions/${await create()}/catch-ups`
    const both = await Promise.all([api.call('post', path, asked), api.call('post', path, asked)])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it('shows it for an action that is not active yet, and starts it only when it is', async () => {
    const path = `/api/custom-actions/${await create({ status: 'inactive' })}/catch-ups`
    expect((await api.call('post', `${path}/preview`, asked).expect(200)).body).toMatchObject({ recalls: 7 })
    expect((await api.call('post', path, asked).expect(409)).body.detail).toMatch(/activate it first/)
  })

  const refused: [string, object, object, string][] = [
    ['before the due date', { timing: { ...recallAction.timing, direction: 'before' } }, asked, 'timing.direction'],
    ['no day overdue', {}, { ...asked, overdueDays: 0 }, 'overdueDays'],
    ['none a day', {}, { ...asked, perDay: 0 }, 'perDay'],
    ['something else', {}, { ...asked, from: 1 }, 'from'],
  ]
  it.each(refused)('refuses %s', async (_, definition, body, path) => {
    const id = await create(definition)
    const answer = await api.call('post', `/api/custom-actions/${id}/catch-ups`, body).expect(422)
    expect(answer.body.errors.map((each: { path: string }) => each.path)).toEqual([path])
  })

  it('is not for other types, for staff of the practice, or when nothing is overdue', async () => {
    const appointment = await create({ type: 'appointment', timing: { ...recallAction.timing, anchor: 'start' } })
    await api.call('post', `/api/custom-actions/${appointment}/catch-ups`, asked).expect(422)
    const id = await create()
    await api.call('post', `/api/custom-actions/${id}/catch-ups`, asked, {}, 'staff').expect(403)
    await api.call('post', `/api/custom-actions/${id}/catch-ups`, { overdueDays: 5, perDay: 1 }).expect(409)
    await api.call('post', `/api/custom-actions/${newId()}/catch-ups`, asked).expect(404)
  })
})
