import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'
import { secureLinkFor } from '../support/secureMessage.ts'
import { sendPlanned } from '../support/sentDelivery.ts'

let api: ApiUnderTest
let deliveryId: string
let patientId: string

beforeAll(async () => {
  api = await apiUnderTest()
  const visit = await seedVisit(api)
  patientId = visit.patient
  expect((await api.call('post', '/api/custom-actions', reminder)).status).toBe(201)
  deliveryId = (await sendPlanned(api, visit.careEvent)).deliveryId
})
afterAll(() => api.drop())

const query = (sql: string, params: unknown[] = []) =>
  api.database.inOrganization(api.organizationId, (tx) => tx.query(sql, params))
const reissue = () => api.call('post', `/api/deliveries/${deliveryId}/reissue`, undefined, {}, 'staff')
const sendSecure = () =>
  secureLinkFor(
    { database: api.database, encryption: api.deps.encryption, organizationId: api.organizationId },
    { deliveryId, subject: 'Results', body: 'All is well', now: api.clock.now },
  )

describe('a new link', () => {
  it('is none for what was no secure message', async () => {
    const { status, body } = await reissue()
    expect([status, body.detail]).toEqual([409, 'Only a secure message has a link: this was none.'])
    expect((await api.call('get', `/api/deliveries/${deliveryId}/content`)).status).toBe(409)
  })

  it('unlocks the patient, ends the earlier links, and gives the delivery back to its workflow', async () => {
    await sendSecure()
    await query('update patient set secure_tries = 5, secure_locked_at = $1', [new Date(api.clock.now)])
    await api.touched()
    const { status, body } = await reissue()
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: deliveryId, status: 'claimed', secure: true })
    expect(await query('select 1 from secure_message where invalidated_at is null')).toEqual([])
    expect(await query('select secure_tries, secure_locked_at from patient where id = $1', [patientId])).toEqual([
      { secure_tries: 0, secure_locked_at: null },
    ])
    expect(await api.touched()).toHaveLength(1)
    const audit = await api.call('get', `/api/audit?subjectId=${deliveryId}`)
    expect(audit.body.items[0]).toMatchObject({
      action: 'reissue',
      actorKind: 'apiKey',
      before: { status: 'delivered' },
    })
  })

  it('waits for one that is on its way', async () => {
    const { status, body } = await reissue()
    expect([status, body.detail]).toEqual([409, 'A new link follows a message that was sent; this one is claimed.'])
  })

  it('needs somewhere to go', async () => {
    await query(`update delivery set status = 'delivered', final = true`)
    await query('update contact_point set invalid_since = $1', [new Date(api.clock.now)])
    const { status, body } = await reissue()
    expect([status, body.detail]).toEqual([409, expect.stringContaining('no number or address that works')])
  })

  it('is sent to nobody who died', async () => {
    await query('update contact_point set invalid_since = null')
    await query('update patient set deceased = true')
    const { status, body } = await reissue()
    expect([status, body.detail]).toEqual([409, 'The patient is deceased: nothing is sent any more.'])
    await query('update patient set deceased = false')
  })

  it('stays one when somebody has it sent again', async () => {
    await query(`update delivery set status = 'unknown', reissue = true, final = false`)
    await api.call('post', `/api/deliveries/${deliveryId}/resolve`, { outcome: 'sendAgain' }).expect(200)
    expect(await query('select status, reissue from delivery')).toEqual([{ status: 'claimed', reissue: true }])
    await query(`update delivery set status = 'delivered', reissue = false, final = true`)
  })

  it('is for nobody’s delivery of another id', async () => {
    expect((await api.call('post', `/api/deliveries/${patientId}/reissue`)).status).toBe(404)
  })
})

describe('what a secure message says', () => {
  const content = (role: 'admin' | 'manager' | 'staff') =>
    api.call('get', `/api/deliveries/${deliveryId}/content`, undefined, {}, role)

  it('is for admins, and that they read it is kept', async () => {
    const { status, body } = await content('admin')
    expect([status, body]).toEqual([200, { subject: 'Results', body: 'All is well' }])
    const audit = await api.call('get', `/api/audit?subjectId=${deliveryId}`)
    expect(audit.body.items[0]).toMatchObject({ action: 'secureContentRead' })
  })

  it.each(['manager', 'staff'] as const)('is not for the role %s', async (role) => {
    expect((await content(role)).status).toBe(403)
  })
})
