import { createHmac } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { notificationOf } from '../../support/notification.ts'
import { appointment, type Ehr, openEhr } from './postedEhr.ts'

let ehr: Ehr
const opened: Ehr[] = []
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

const call = (method: 'post' | 'put' | 'delete', path: string) =>
  request(ehr.app)
    [method](`/ehr/fhir${path}`)
    .set('X-Source-Id', ehr.source.id)
    .set('Authorization', `Bearer ${ehr.source.secret}`)
const json = 'application/fhir+json'
const states = () => ehr.rows('select status, deleted from care_event')
const outcomes = async () =>
  (await ehr.rows<{ outcome: string }>('select outcome from inbound_message order by received_at, id')).map(
    (row) => row.outcome,
  )

describe('a hook', () => {
  it.each([
    ['puts the resource under its id', 'put', '/Appointment/a-1'],
    ['posts it under its type', 'post', '/Appointment'],
    ['posts it', 'post', ''],
  ] as const)('%s', async (_how, method, path) => {
    const { status } = await call(method, path).set('Content-Type', json).send(JSON.stringify(appointment()))
    expect(status).toBe(201)
    expect(await states()).toEqual([{ status: 'booked', deleted: false }])
  })

  it.each<[string, () => request.Test]>([
    ['by its method', () => call('delete', '/Appointment/a-1')],
    [
      'by a header beside an empty resource',
      () => call('post', '').set('Content-Type', json).set('X-Medplum-Deleted-Resource', 'Appointment/a-1').send('{}'),
    ],
  ])('tells of a deletion %s', async (_how, told) => {
    await ehr.post(appointment())
    await ehr.touched()
    expect((await told()).status).toBe(200)
    expect(await states()).toEqual([{ status: 'booked', deleted: true }])
    expect(await ehr.touched()).toEqual(['a-1'])
    await ehr.post(appointment({ meta: { lastUpdated: '2026-05-04T11:00:00Z' } }))
    expect(await states()).toEqual([{ status: 'booked', deleted: true }])
  })

  it.each<[string, string, (agent: ReturnType<typeof request>) => request.Test]>([
    ['its method', '', (agent) => agent.delete('/ehr/fhir/Appointment/a-1')],
    [
      'a header beside an empty resource',
      '{}',
      (agent) => agent.post('/ehr/fhir').set('X-Medplum-Deleted-Resource', 'Appointment/a-1'),
    ],
    [
      'a header beside what was signed for something else',
      JSON.stringify(appointment({ id: 'a-2' })),
      (agent) => agent.post('/ehr/fhir').set('X-Medplum-Deleted-Resource', 'Appointment/a-1'),
    ],
  ])('whose signature covers no deletion by %s needs the secret as well', async (_how, body, told) => {
    await ehr.post(appointment())
    const signature = createHmac('sha256', ehr.source.secret).update(body).digest('hex')
    const signed = () =>
      told(request(ehr.app)).set({
        'Content-Type': json,
        'X-Source-Id': ehr.source.id,
        'X-Hub-Signature-256': signature,
      })
    const refused = await signed().send(body)
    expect([refused.status, refused.body.issue[0].details.text]).toEqual([
      401,
      expect.stringContaining('Authorization: Bearer'),
    ])
    expect(await states()).toEqual([{ status: 'booked', deleted: false }])
    expect(await ehr.rows('select reason, count from rejected_post')).toEqual([{ reason: 'wrongSecret', count: 1 }])
    const both = signed().set('Authorization', `Bearer ${ehr.source.secret}`)
    expect((await both.send(body)).status).toBe(200)
    expect(await states()).toEqual([{ status: 'booked', deleted: true }])
  })

  it('that signs the deletion itself needs no secret', async () => {
    await ehr.post(appointment())
    const body = JSON.stringify({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'DELETE', url: 'Appointment/a-1' } }],
    })
    const signature = createHmac('sha256', ehr.source.secret).update(body).digest('hex')
    const { status } = await request(ehr.app)
      .post('/ehr/fhir')
      .set({ 'Content-Type': json, 'X-Source-Id': ehr.source.id, 'X-Hub-Signature-256': signature })
      .send(body)
    expect(status).toBe(200)
    expect(await states()).toEqual([{ status: 'booked', deleted: true }])
  })

  it('that says only that something changed is heard and kept', async () => {
    const { status, body } = await call('post', '')
    expect([status, body.issue[1].details.text]).toEqual([
      200,
      '$this says that something changed and not what: give the subscription the payload application/fhir+json',
    ])
    expect(await outcomes()).toEqual(['unchanged'])
  })

  it('of a stranger is refused, whatever its method', async () => {
    expect((await request(ehr.app).delete('/ehr/fhir/Appointment/a-1')).status).toBe(401)
    expect((await call('delete', '/Appointment/a-1').set('Authorization', 'Bearer wrong')).status).toBe(401)
  })

  it('that asks for something is told that nothing is served', async () => {
    expect((await request(ehr.app).get('/ehr/fhir/Appointment/a-1')).status).toBe(405)
  })
})

describe('notifications of a subscription', () => {
  const notification = (type: string, numbers: number[], soFar: number, ...included: object[]) =>
    notificationOf({ type, events: numbers.map((number) => ({ number, focus: 'Appointment/a-1' })), soFar, included })
  const whole = { resource: appointment(), request: { method: 'POST', url: 'Appointment' } }
  const subscription = async () =>
    (await ehr.rows('select subscription, status, last_event, missed_events from ehr_subscription'))[0]
  const warnings = () =>
    ehr.rows<{ message: string }>(
      `select r ->> 'message' as message from inbound_message, jsonb_array_elements(reasons) r order by received_at, id`,
    )

  it('are stored, and how far the subscription is', async () => {
    await ehr.post(notification('handshake', [], 0))
    const { status } = await ehr.post(notification('event-notification', [1], 1, whole))
    expect(status).toBe(200)
    expect(await states()).toEqual([{ status: 'booked', deleted: false }])
    expect(await subscription()).toEqual({
      subscription: 'Subscription/visits',
      status: 'active',
      last_event: 1,
      missed_events: 0,
    })
    expect(await outcomes()).toEqual(['unchanged', 'applied'])
    expect(await warnings()).toEqual([])
  })

  it('that skip events say which never arrived', async () => {
    await ehr.post(notification('event-notification', [1], 1, whole))
    await ehr.post(notification('heartbeat', [], 4))
    expect(await subscription()).toMatchObject({ last_event: 4, missed_events: 3 })
    expect(await warnings()).toEqual([
      { message: 'shows that events 2 to 4 never arrived: have the source send what changed since, as a Bundle' },
    ])
  })

  it('that only name what changed are acknowledged, and the feed says what is not there', async () => {
    expect((await ehr.post(notification('event-notification', [1], 1))).status).toBe(200)
    expect(await outcomes()).toEqual(['partly'])
    expect(await warnings()).toEqual([
      { message: 'names what it does not include (Appointment/a-1): have the subscription send full resources' },
    ])
  })
})
