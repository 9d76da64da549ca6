import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
beforeAll(async () => {
  api = await apiUnderTest()
  visit = await seedVisit(api)
})
afterAll(() => api?.drop())

const timing = { offset: 1, unit: 'days', direction: 'before', anchor: 'start' }
const asked = { type: 'appointment', timing, message: null }
const reach = (body: object) => api.call('post', '/api/custom-actions/reach', body, {}, 'staff')

describe('POST /api/custom-actions/reach', () => {
  it('says who would get a message that has no text yet, and when', async () => {
    const { body } = await reach(asked).expect(200)
    expect(body).toMatchObject({
      careEvents: 1,
      patients: 1,
      staff: 0,
      deliverable: 1,
      undeliverable: [],
      byDay: [{ date: '2026-11-10', count: 1 }],
      estimatedPerWeek: null,
      judged: 1,
      exact: true,
    })
    expect(body.samples).toEqual([
      {
        careEventId: visit.careEvent,
        patientId: visit.patient,
        patientName: 'Zephyrine Quill',
        recipient: 'patient',
        dueAt: '2026-11-10T15:00:00.000Z',
        sendAt: '2026-11-10T15:00:00.000Z',
        reason: null,
      },
    ])
  })

  it('takes the definition beside the horizon, and a saved action as it was read', async () => {
    const beside = await reach({ definition: asked, horizonDays: 30 }).expect(200)
    expect(beside.body.careEvents).toBe(1)
    const { body: saved } = await api
      .call('post', '/api/custom-actions', {
        ...asked,
        title: 'Prep',
        recipients: { kind: 'patient' },
        message: { body: 'Hi' },
      })
      .expect(201)
    const told = await reach(saved).expect(200)
    expect(told.body).toMatchObject({ careEvents: 1, deliverable: 1 })
  })

  it.each([
    ['nobody beyond the horizon', { ...asked, timing: { ...timing, offset: 1, unit: 'minutes' }, horizonDays: 1 }, 0],
    ['nobody whose message was due before', { ...asked, timing: { ...timing, offset: 3 } }, 0],
    ['nobody of another facility', { ...asked, filters: { facilityIds: ['FACILITY'] } }, 0],
    ['the one of this facility', { ...asked, filters: { facilityIds: ['MINE'] } }, 1],
  ])('reaches %s', async (_, body, careEvents) => {
    const ids = JSON.stringify(body).replace('MINE', visit.facility)
    const other = newId()
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(
        `insert into facility (organization_id, id, name, enabled, created_at, updated_at) values ($1, $2, 'Other', true, $3, $3)`,
        [api.organizationId, other, new Date(api.clock.now)],
      ),
    )
    const { body: told } = await reach(JSON.parse(ids.replace('FACILITY', other))).expect(200)
    expect(told.careEvents).toBe(careEvents)
  })

  it.each([
    ['timing.anchor', { ...asked, timing: { ...timing, anchor: 'dueDate' } }],
    ['timing.direction', { type: 'procedure', timing: { ...timing, anchor: 'procedureDate' }, message: null }],
    ['filters.facilityIds.0', { ...asked, filters: { facilityIds: [newId()] } }],
    ['filters.facilityIds', { ...asked, filters: { facilityIds: [] } }],
    [
      'filters.codes.0.code',
      {
        type: 'diagnosis',
        timing: { ...timing, direction: 'after', anchor: 'diagnosisDate' },
        message: null,
        filters: { codes: [{ system: 'icd10', code: '???' }] },
      },
    ],
    ['recipients', { ...asked, recipients: { kind: 'staff' } }],
    ['horizonDays', { ...asked, horizonDays: 0 }],
    ['horizon', { ...asked, horizon: 90 }],
  ])('refuses what is wrong with %s', async (path, body) => {
    const { body: problem } = await reach(body).expect(422)
    expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path)
  })
})
