import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import twilio from 'twilio'
import { createApp } from '../../api/app.ts'
import { createCallbacksRouter } from '../../api/callbacks/router.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'
import { createOrganization } from '../support/database.ts'
import { type SentDelivery, sendPlanned } from '../support/sentDelivery.ts'

const twilioAuthToken = 'made-up-token'
const publicUrl = 'https://messages.example.org'
const phone = '+15555550101'
let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
let sent: SentDelivery

beforeAll(async () => {
  api = await apiUnderTest()
  api.deps.callbacks = createCallbacksRouter({ ...api.deps, publicUrl, twilioAuthToken })
  api.app = createApp(api.deps)
  await api.call('post', '/api/custom-actions', reminder).expect(201)
})
afterAll(() => api.drop())
beforeEach(async () => {
  await api.database.inOrganization(api.organizationId, async (tx) => {
    for (const table of ['facility', 'provider', 'appointment_type'])
      await tx.query(`update ${table} set external_id = id::text`)
    await tx.query('delete from contact_point')
  })
  visit = await seedVisit(api, { phone })
  sent = await sendPlanned(api, visit.careEvent, { delivered: false })
  await api.touched()
})

/** As Twilio calls: signed over the public address, behind whatever proxy. */
function post(path: string, form: Record<string, string>, { token = twilioAuthToken } = {}) {
  const signature = twilio.getExpectedTwilioSignature(token, publicUrl + path, form)
  return supertest(api.app).post(path).type('form').set('x-twilio-signature', signature).send(form)
}
const report = (MessageStatus: string, more: Record<string, string> = {}) =>
  post(`/callbacks/twilio/status?attempt=${sent.attemptId}`, { MessageSid: 'SM1', MessageStatus, ...more })
const delivery = async () => (await api.call('get', `/api/deliveries/${sent.deliveryId}`).expect(200)).body

describe('a status callback', () => {
  it('moves the delivery on, never back, and wakes nobody for good news', async () => {
    await report('queued').expect(204)
    // Whoever called may have died: the callback alone says that it went out, and when.
    expect(await delivery()).toMatchObject({ status: 'sent', sentAt: new Date(api.clock.now).toISOString() })
    await report('delivered').expect(204)
    await report('sent').expect(204)
    await report('delivered').expect(204)
    expect(await delivery()).toMatchObject({
      status: 'delivered',
      attempts: [{ status: 'delivered', providerId: 'SM1' }],
    })
    expect(await api.touched()).toEqual([])
  })

  it('of a failure plans anew: a landline is passed over from now on', async () => {
    await report('undelivered', { ErrorCode: '30006' }).expect(204)
    expect(new Set(await api.touched())).toEqual(new Set([visit.careEvent]))
    const points = (await api.call('get', `/api/patients/${visit.patient}/contact-points`)).body.items
    expect(points).toMatchObject([{ address: phone, invalidSince: expect.any(String) }])
  })

  it('of an opt-out records it', async () => {
    await report('failed', { ErrorCode: '21610' }).expect(204)
    const points = (await api.call('get', `/api/patients/${visit.patient}/contact-points`)).body.items
    expect(points).toMatchObject([{ consent: { care: 'denied', outreach: 'denied' } }])
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(
        `insert into consent (organization_id, id, address, channel, category, state, source, at)
      select $1, gen_random_uuid(), $2, c, k, 'granted', 'staff', $3 from unnest(array['sms','voice']) c, unnest(array['care','outreach']) k`,
        [tx.organizationId, phone, new Date(api.clock.now + 1)],
      ),
    )
  })

  it('with a wrong signature is refused, and changes nothing', async () => {
    const form = { MessageSid: 'SM1', MessageStatus: 'failed' }
    await post(`/callbacks/twilio/status?attempt=${sent.attemptId}`, form, { token: 'another' }).expect(403)
    await supertest(api.app)
      .post(`/callbacks/twilio/status?attempt=${sent.attemptId}`)
      .type('form')
      .send(form)
      .expect(403)
    expect(await delivery()).toMatchObject({ status: 'sending' })
  })

  it('about an attempt of nobody is taken without a word', async () => {
    await post('/callbacks/twilio/status?attempt=7', { MessageSid: 'SM1', MessageStatus: 'failed' }).expect(204)
    await post('/callbacks/twilio/status', { MessageSid: 'SM1', MessageStatus: 'failed' }).expect(204)
  })

  it('is taken only where Twilio is set up', async () => {
    const app = createApp({
      ...api.deps,
      callbacks: createCallbacksRouter({ ...api.deps, publicUrl, twilioAuthToken: null }),
    })
    await supertest(app).post('/callbacks/twilio/status').type('form').send({}).expect(404)
  })
})

describe('an incoming text', () => {
  const text = (Body: string, MessageSid = 'SM9', From = phone) =>
    post('/callbacks/twilio/inbound', { MessageSid, From, To: '+15555550100', Body })
  const replies = async () => (await api.call('get', '/api/replies?limit=200')).body.items.length

  it('is taken once, however often it is told', async () => {
    const before = await replies()
    for (let i = 0; i < 3; i++) {
      const { text: twiml } = await text('May I come later?').expect(200)
      expect(twiml).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>')
    }
    expect(await replies()).toBe(before + 1)
  })

  it('HELP is answered', async () => {
    expect((await text('HELP', 'SM10').expect(200)).text).toContain('<Message>Riverside Family Clinic')
  })

  it('STOP counts in every practice that knows the phone; anything else goes to the one that wrote last', async () => {
    const other = await createOrganization(api.database, 'Other Clinic')
    await seedVisit({ ...api, organizationId: other } as ApiUnderTest, { phone })
    const inOther = (sql: string) => api.database.inOrganization(other, (tx) => tx.query(sql))
    await text('See you', 'SM11').expect(200)
    expect(await inOther('select 1 from reply')).toEqual([])
    await text('STOP', 'SM12').expect(200)
    expect(await inOther(`select 1 from consent where state = 'denied'`)).toHaveLength(4)
  })

  it('of a stranger is taken without a word, and STOP holds should the number come back', async () => {
    const stranger = '+15555550177'
    await text('Who is this?', 'SM13', stranger).expect(200)
    await text('STOP', 'SM15', stranger).expect(200)
    const denied = await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(`select 1 from consent where state = 'denied' and address = $1`, [stranger]),
    )
    expect(denied).toHaveLength(4)
    await post('/callbacks/twilio/inbound', { MessageSid: 'SM14', Body: 'x' }).expect(400)
  })
})
