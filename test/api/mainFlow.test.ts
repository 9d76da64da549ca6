import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest, seedVisit } from '../support/api.ts'
import { sendPlanned } from '../support/sentDelivery.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

it('takes a client from the practice resources over an action to the message and its why', async () => {
  const visit = await seedVisit(api)

  for (const kind of ['facilities', 'providers', 'appointment-types']) {
    const { body: list } = await api.call('get', `/api/${kind}?limit=200`).expect(200)
    expect(list).toMatchObject({ nextCursor: null })
    expect(list.items).toHaveLength(1)
    for (const item of list.items) {
      const edit = 'timeZone' in item ? { enabled: true, timeZone: 'America/Chicago' } : { enabled: true }
      const { body } = await api.call('patch', `/api/${kind}/${item.id}`, edit).expect(200)
      expect(body).toEqual({ ...item, ...edit })
    }
  }

  const { body: action } = await api
    .call('post', '/api/custom-actions', {
      type: 'appointment',
      title: 'Bar',
      status: 'active',
      recipients: { kind: 'patient' },
      message: { body: 'Hi {{ patient.firstName }}, see you soon', containsPhi: false },
      channels: { override: ['sms'], secure: false },
      timing: { offset: 60, unit: 'minutes', direction: 'before', anchor: 'start' },
      filters: {},
      skippedRules: ['quietHours', 'holidays', 'sundays', 'recentEdit'],
    })
    .expect(201)

  const found = (await api.call('get', `/api/care-events?externalId=appt-${visit.careEvent}`).expect(200)).body.items
  expect(found).toMatchObject([
    { id: visit.careEvent, kind: 'appointment', status: 'booked', patientId: visit.patient },
  ])
  const start = Date.parse(found[0].start)
  const plan = (await api.call('get', `/api/care-events/${visit.careEvent}/plan`).expect(200)).body.items
  expect(plan).toMatchObject([
    {
      actionId: action.id,
      recipient: 'patient',
      verdict: 'planned',
      reason: null,
      sendAt: new Date(start - 3_600_000).toISOString(),
    },
  ])
  expect(plan[0].trail.length).toBeGreaterThan(5)

  api.clock.now = start - 3_600_000
  const { deliveryId } = await sendPlanned(api, visit.careEvent)

  const messages = (await api.call('get', '/api/simulator/messages').expect(200)).body.items
  expect(messages).toMatchObject([
    { deliveryId, channel: 'sms', to: '+15555550101', body: 'Hi Zephyrine, see you soon' },
  ])
  expect((await api.call('get', '/api/simulator/messages?to=%2B15555550199').expect(200)).body.items).toEqual([])
  const [listed] = (await api.call('get', '/api/deliveries?limit=10').expect(200)).body.items
  const { body: delivery } = await api.call('get', `/api/deliveries/${listed.id}`).expect(200)
  expect(delivery).toEqual(listed)
  expect(delivery).toMatchObject({ id: deliveryId, actionId: action.id, status: 'delivered', address: '+15555550101' })
  expect(delivery.attempts).toMatchObject([
    { channel: 'sms', provider: 'simulated', status: 'delivered', errorCode: null },
  ])
  expect(delivery.trail.length).toBeGreaterThan(5)

  const after = (await api.call('get', '/api/custom-actions').expect(200)).body.items
  expect(after).toMatchObject([{ id: action.id, waiting: 0, sentLast7Days: 1 }])
  const timeline = (await api.call('get', `/api/patients/${visit.patient}/timeline`).expect(200)).body
  expect(timeline).toMatchObject({ past: [{ id: deliveryId }], coming: [] })
})
