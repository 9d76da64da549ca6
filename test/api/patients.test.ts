import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'
import { sendPlanned } from '../support/sentDelivery.ts'

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
let phone = ''
let people = 100

beforeAll(async () => {
  api = await apiUnderTest()
  await api.call('post', '/api/custom-actions', reminder).expect(201)
})
afterAll(() => api.drop())
beforeEach(async () => {
  phone = `+1555555${String(++people).padStart(4, '0')}`
  await api.database.inOrganization(api.organizationId, async (tx) => {
    for (const table of ['facility', 'provider', 'appointment_type'])
      await tx.query(`update ${table} set external_id = id::text`)
  })
  visit = await seedVisit(api, { phone })
  await api.touched()
})

const reply = async (body: string) =>
  (await api.call('post', '/api/simulator/replies', { from: phone, body }).expect(201)).body
const verdict = async () =>
  (await api.call('get', `/api/care-events/${visit.careEvent}/plan`).expect(200)).body.items[0]
const careEvent = async () => (await api.call('get', `/api/care-events/${visit.careEvent}`).expect(200)).body
const inbox = async () =>
  (await api.call('get', `/api/replies?open=true&patientId=${visit.patient}`).expect(200)).body.items

describe('a reply', () => {
  it('STOP ends SMS and voice for every category, and plans anew', async () => {
    expect(await reply('stop.')).toMatchObject({ meaning: 'optOut', answer: null })
    expect(await api.touched()).toEqual([visit.careEvent])
    expect(await verdict()).toMatchObject({ verdict: 'skipped', reason: 'noConsent' })
    const { items } = (await api.call('get', `/api/patients/${visit.patient}/consents`).expect(200)).body
    expect(
      items
        .map(
          ({ channel, category, state, source }: Record<string, string>) => `${channel} ${category} ${state} ${source}`,
        )
        .sort(),
    ).toEqual([
      'sms care denied reply',
      'sms outreach denied reply',
      'voice care denied reply',
      'voice outreach denied reply',
    ])
    expect(await inbox()).toEqual([])
    await reply('START')
    expect(await verdict()).toMatchObject({ verdict: 'planned' })
  })

  it('counts for everyone behind the number', async () => {
    const first = visit
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query('update facility set external_id = id::text'),
    )
    await api.database.inOrganization(api.organizationId, async (tx) => {
      for (const table of ['provider', 'appointment_type']) await tx.query(`update ${table} set external_id = id::text`)
    })
    const second = await seedVisit(api, { phone })
    await api.touched()
    await reply('STOP')
    expect((await api.touched()).sort()).toEqual([first.careEvent, second.careEvent].sort())
  })

  it('CANCEL opts out, and is for a person to read as well', async () => {
    expect(await reply('Cancel')).toMatchObject({ meaning: 'optOut' })
    expect(await inbox()).toMatchObject([{ body: 'Cancel', address: phone, patientId: visit.patient }])
  })

  it('HELP is answered on the phone', async () => {
    const { answer } = await reply('help')
    expect(answer).toContain('Riverside Family Clinic')
    const { items } = (await api.call('get', `/api/simulator/messages?to=${encodeURIComponent(phone)}`)).body
    expect(items).toMatchObject([{ body: answer, deliveryId: null }])
  })

  const meanings: [text: string, meaning: string, confirmation: string][] = [
    ['C', 'confirm', 'confirmed'],
    ['¡Sí!', 'confirm', 'confirmed'],
    ['x', 'cancelRequest', 'cancelRequested'],
  ]
  it.each(meanings)('%s to a message about an appointment: %s', async (text, meaning, confirmation) => {
    await sendPlanned(api, visit.careEvent, { to: phone })
    await api.touched()
    expect(await reply(text)).toMatchObject({ meaning })
    expect(await careEvent()).toMatchObject({ confirmation })
    expect(await api.touched()).toEqual([visit.careEvent])
  })

  it('C without a message is for a person to read', async () => {
    expect(await reply('C')).toMatchObject({ meaning: 'other' })
    expect(await careEvent()).toMatchObject({ confirmation: 'none' })
    expect(await inbox()).toHaveLength(1)
  })

  it('is answered once, and leaves the inbox', async () => {
    await reply('May I bring my dog?')
    const [asked] = await inbox()
    const { body } = await api.call('post', `/api/replies/${asked.id}/answer`, { body: 'Yes.' }).expect(201)
    expect(body).toMatchObject({
      direction: 'out',
      body: 'Yes.',
      address: phone,
      meaning: 'answer',
      answerTo: asked.id,
    })
    expect(await inbox()).toEqual([])
    await api.call('post', `/api/replies/${body.id}/answer`, { body: 'Again' }).expect(409)
    await api.call('patch', `/api/replies/${asked.id}`, { handled: false }).expect(200)
    expect(await inbox()).toMatchObject([{ id: asked.id }])
  })

  it('of a phone that opted out is not answered by text', async () => {
    await reply('Cancel')
    const [asked] = await inbox()
    await api.call('post', `/api/replies/${asked.id}/answer`, { body: 'Are you sure?' }).expect(409)
  })
})

describe('a patient', () => {
  it('is found by name or record number', async () => {
    const find = async (q: string) => (await api.call('get', `/api/patients?q=${q}&limit=200`).expect(200)).body.items
    expect((await find('zephyrine%20q')).map(({ id }: { id: string }) => id)).toContain(visit.patient)
    expect(await find('nobody')).toEqual([])
    expect((await api.call('get', `/api/patients/${visit.patient}`).expect(200)).body).toMatchObject({
      firstName: 'Zephyrine',
      birthDate: '1980-02-03',
      bornIn: null,
    })
  })

  it('gets nothing while muted', async () => {
    await api.call('patch', `/api/patients/${visit.patient}`, { muted: true }).expect(200)
    expect(await api.touched()).toEqual([visit.careEvent])
    expect(await verdict()).toMatchObject({ reason: 'patientMuted' })
    await api.call('patch', `/api/patients/${visit.patient}`, { muted: true }).expect(200)
    expect(await api.touched()).toEqual([])
  })

  it('opts out by a call to the practice, for one of their own numbers only', async () => {
    const path = `/api/patients/${visit.patient}/consents`
    await api.call('post', path, { address: phone.slice(2), channel: 'sms', note: 'by phone' }, {}, 'staff').expect(201)
    expect(await verdict()).toMatchObject({ reason: 'noConsent' })
    expect(
      (await api.call('get', `/api/patients/${visit.patient}/contact-points`).expect(200)).body.items,
    ).toMatchObject([{ channel: 'sms', address: phone, consent: { care: 'denied', outreach: 'denied' } }])
    await api.call('post', path, { address: '+15555559999' }).expect(422)
    const { body } = await api.call('post', path, { address: phone, channel: 'email' }).expect(422)
    expect(body.errors).toEqual([{ path: 'channel', message: 'email does not go to a phone number' }])
  })

  it('has a timeline of what came and what is to come', async () => {
    const plannedFor = await api.database.inOrganization(api.organizationId, async (tx) => {
      await tx.query(
        `insert into planned_message (organization_id, care_event_id, action_id, recipient, patient_id, verdict, due_at, send_at)
         select $1, $2, id, 'patient', $3, 'planned', $4, $4 from custom_action`,
        [tx.organizationId, visit.careEvent, visit.patient, new Date(api.clock.now + 47 * 3_600_000)],
      )
      return new Date(api.clock.now + 47 * 3_600_000).toISOString()
    })
    const { body } = await api.call('get', `/api/patients/${visit.patient}/timeline`).expect(200)
    expect(body).toMatchObject({
      past: [],
      coming: [{ careEventId: visit.careEvent, sendAt: plannedFor, channel: 'sms' }],
    })
    expect((await api.call('get', '/api/custom-actions')).body.items).toMatchObject([{ waiting: 1 }])
  })
})

describe('a planned message', () => {
  it('can be cancelled, and taken back', async () => {
    const { actionId } = await verdict()
    const path = `/api/care-events/${visit.careEvent}/suppressions`
    const { body } = await api.call('post', path, { actionId }, {}, 'staff').expect(201)
    expect(body).toMatchObject({ actionId, careEventId: visit.careEvent, recipient: null })
    expect((await api.call('post', path, { actionId }).expect(201)).body).toEqual(body)
    expect(await api.touched()).toEqual([visit.careEvent])
    expect(await verdict()).toMatchObject({ reason: 'suppressed' })
    await api.call('delete', `${path}/${actionId}`).expect(204)
    expect(await verdict()).toMatchObject({ verdict: 'planned' })
  })
})

describe('a delivery', () => {
  const status = async (id: string) => (await api.call('get', `/api/deliveries/${id}`).expect(200)).body

  it('that arrived can be neither sent again nor settled', async () => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone })
    await api.call('post', `/api/deliveries/${deliveryId}/resend`).expect(409)
    await api.call('post', `/api/deliveries/${deliveryId}/resolve`, { outcome: 'failed' }).expect(409)
  })

  const outcomes: [outcome: string, status: string][] = [
    ['sent', 'sent'],
    ['failed', 'failed'],
    ['sendAgain', 'claimed'],
  ]
  it.each(outcomes)('whose outcome is unknown is settled by hand: %s', async (outcome, expected) => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone, delivered: false })
    await api.database.inOrganization(api.organizationId, async (tx) => {
      await tx.query(`update delivery set status = 'unknown', reached_provider = true where id = $1`, [deliveryId])
      await tx.query(`update attempt set status = 'unknown' where delivery_id = $1`, [deliveryId])
    })
    await api.touched()
    await api.call('post', `/api/deliveries/${deliveryId}/resolve`, { outcome }, {}, 'staff').expect(403)
    const { body } = await api
      .call('post', `/api/deliveries/${deliveryId}/resolve`, { outcome }, {}, 'manager')
      .expect(200)
    expect(body).toMatchObject({ status: expected, reason: outcome === 'sendAgain' ? null : 'resolvedByHand' })
    expect(await api.touched()).toEqual([visit.careEvent])
    const [stated] = await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query('select reached_provider from delivery where id = $1', [deliveryId]),
    )
    expect(stated).toEqual({ reached_provider: outcome === 'sent' })
  })

  it('that shares another one’s message is settled with it', async () => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone, delivered: false })
    const follower = newId()
    await api.database.inOrganization(api.organizationId, async (tx) => {
      await tx.query(`update delivery set status = 'unknown', followed = true where id = $1`, [deliveryId])
      await tx.query(`update attempt set status = 'unknown' where delivery_id = $1`, [deliveryId])
      await tx.query(
        `insert into delivery (organization_id, id, action_id, action_version, care_event_id, patient_id, occurrence_key, recipient,
           status, trail, merged_into, created_at, updated_at)
         select organization_id, $2, action_id, 1, care_event_id, patient_id, 'another', recipient, 'unknown', '[]', id, created_at, created_at
         from delivery where id = $1`,
        [deliveryId, follower],
      )
    })
    await api.call('post', `/api/deliveries/${follower}/resolve`, { outcome: 'sent' }).expect(200)
    expect(await status(deliveryId)).toMatchObject({ status: 'sent', attempts: [{ status: 'accepted' }] })
    expect(await status(follower)).toMatchObject({ status: 'sent', mergedInto: deliveryId })
  })

  it('that another one of its day spoke for is decided anew as well', async () => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone })
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(`update delivery set status = 'skipped', reason = 'mergedInto', merged_into = id where id = $1`, [
        deliveryId,
      ]),
    )
    await api.call('post', `/api/deliveries/${deliveryId}/resend`).expect(200)
    expect(await verdict()).toMatchObject({ verdict: 'postponed' })
  })

  it('that failed is decided anew when somebody resends it', async () => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone, delivered: false })
    await api.database.inOrganization(api.organizationId, async (tx) => {
      await tx.query(`update delivery set status = 'failed', final = true where id = $1`, [deliveryId])
      await tx.query(`update attempt set status = 'refused' where delivery_id = $1`, [deliveryId])
    })
    await api.call('post', `/api/deliveries/${deliveryId}/resend`, undefined, {}, 'staff').expect(200)
    expect(await status(deliveryId)).toMatchObject({ status: 'claimed' })
    expect(await verdict()).toMatchObject({ verdict: 'postponed' })
  })

  it('is found by status, action, patient and time', async () => {
    const { deliveryId } = await sendPlanned(api, visit.careEvent, { to: phone })
    const find = async (query: string) =>
      (await api.call('get', `/api/deliveries?limit=200&${query}`).expect(200)).body.items.map(
        ({ id }: { id: string }) => id,
      )
    const now = new Date(api.clock.now)
    expect(await find(`patientId=${visit.patient}`)).toEqual([deliveryId])
    expect(await find(`careEventId=${visit.careEvent}&status=delivered`)).toEqual([deliveryId])
    expect(await find(`careEventId=${visit.careEvent}&status=failed`)).toEqual([])
    expect(await find(`careEventId=${visit.careEvent}&from=${now.toISOString()}`)).toEqual([deliveryId])
    expect(await find(`careEventId=${visit.careEvent}&to=${now.toISOString()}`)).toEqual([])
  })
})
