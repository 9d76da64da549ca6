import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { createApp } from '../../api/app.ts'
import { createEhrRouter } from '../../api/ehr/router.ts'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
beforeAll(async () => {
  api = await apiUnderTest()
  visit = await seedVisit(api)
  await api.call('post', '/api/custom-actions', reminder).expect(201)
  await api.touched()
})
afterAll(() => api.drop())

describe('practice resources', () => {
  const edits: [path: string, id: () => string, edit: object, plansHangOnIt?: boolean][] = [
    ['facilities', () => visit.facility, { enabled: false }],
    [
      'facilities',
      () => visit.facility,
      { timeZone: 'America/Denver', state: 'CO', phone: '+15555550110', address: '1 Main St' },
    ],
    ['facilities', () => visit.facility, { timeZone: null, publicName: 'The Harbor', sensitive: true }],
    ['providers', () => visit.provider, { publicName: 'Dr. Strange' }, false],
    ['appointment-types', () => visit.type, { sensitive: true }],
  ]
  it.each(edits)(
    '%s: what the practice sets is kept as its own, and what waits is planned anew',
    async (path, id, edit, plansHangOnIt = true) => {
      const { body } = await api.call('patch', `/api/${path}/${id()}`, edit).expect(200)
      expect(body).toMatchObject(edit)
      expect((await api.call('get', `/api/${path}/${id()}`).expect(200)).body).toEqual(body)
      expect(await api.touched()).toEqual(plansHangOnIt ? [visit.careEvent] : [])
      await api.call('patch', `/api/${path}/${id()}`, edit).expect(200)
      expect(await api.touched()).toEqual([])
      const table = { facilities: 'facility', providers: 'provider', 'appointment-types': 'appointment_type' }[path]
      const [row] = await api.database.inOrganization(api.organizationId, (tx) =>
        tx.query<{ set: string[] }>(`select practice_set as set from ${table} where id = $1`, [id()]),
      )
      expect(row?.set).toEqual(expect.arrayContaining(Object.keys(edit)))
    },
  )

  it.each(['Mars/Base', '', '+05:00'])(
    'refuses the zone %j, which is none, with what would be right',
    async (timeZone) => {
      for (const path of [`/api/facilities/${visit.facility}`, '/api/organization'])
        expect((await api.call('patch', path, { timeZone }).expect(422)).body.errors).toEqual([
          { path: 'timeZone', message: `'${timeZone}' is not an IANA time zone; write e.g. America/New_York` },
        ])
    },
  )

  it('lists each resource once, page by page, whatever letters its name has', async () => {
    const names = ['İzmir Clinic', 'Izmir Dental', 'ırmak', 'Ärzte', 'STRASSE', 'straße']
    await api.database.inOrganization(api.organizationId, async (tx) => {
      for (const name of names)
        await tx.query(
          `insert into appointment_type (organization_id, id, external_id, name, enabled, created_at, updated_at)
           values ($1, $2, $3, $3, true, $4, $4)`,
          [tx.organizationId, newId(), name, new Date(api.clock.now)],
        )
    })
    const listed: string[] = []
    for (let cursor = ''; cursor !== null; ) {
      const page = await api.call('get', `/api/appointment-types?limit=1${cursor && `&cursor=${cursor}`}`).expect(200)
      listed.push(...page.body.items.map(({ name }: { name: string }) => name))
      cursor = page.body.nextCursor
      if (listed.length > 20) break
    }
    expect(listed.filter((name) => names.includes(name)).sort()).toEqual([...names].sort())
  })

  it('lists by name, filtered', async () => {
    expect((await api.call('get', '/api/facilities?q=HARBOR&enabled=false')).body.items).toMatchObject([
      { id: visit.facility },
    ])
    expect((await api.call('get', '/api/facilities?enabled=true')).body.items).toEqual([])
  })
})

describe('organization', () => {
  it('refuses a country without a calendar: holidays would silently not be kept', async () => {
    const edit = { deliveryRules: { holidays: { country: 'ZZ' } } }
    const { body } = await api.call('patch', '/api/organization', edit).expect(422)
    expect(body.errors).toEqual([
      { path: 'deliveryRules.holidays.country', message: 'there is no calendar of this country: write e.g. US' },
    ])
  })

  it('changes what is given, keeps the rest, and plans everything anew', async () => {
    const before = (await api.call('get', '/api/organization').expect(200)).body
    const edit = { paused: true, deliveryRules: { sundays: { enabled: false } } }
    const { body } = await api.call('patch', '/api/organization', edit).expect(200)
    expect(body).toEqual({
      ...before,
      version: before.version + 1,
      paused: true,
      deliveryRules: { ...before.deliveryRules, sundays: { enabled: false } },
    })
    expect(await api.touched()).toEqual([visit.careEvent])
    await api.call('patch', '/api/organization', { name: 'Later' }, { 'if-match': `"${before.version}"` }).expect(412)
    await api.call('patch', '/api/organization', { paused: false }, { 'if-match': `"${body.version}"` }).expect(200)
  })

  it('says where patients book: an https address or nothing, which plans nothing anew', async () => {
    await api.touched()
    const set = (bookingUrl: string | null) => api.call('patch', '/api/organization', { bookingUrl })
    for (const wrong of ['example.org/book', 'http://example.org/book', 'https://book', '']) {
      const { body } = await set(wrong).expect(422)
      expect(body.errors).toEqual([{ path: 'bookingUrl', message: expect.stringContaining('an https address') }])
    }
    expect((await set('https://Example.org/book me').expect(200)).body.bookingUrl).toBe('https://example.org/book%20me')
    expect((await set(null).expect(200)).body.bookingUrl).toBeNull()
    expect(await api.touched()).toEqual([])
  })

  it('is planned with at once by whoever caches the configuration', async () => {
    const read = () => api.database.inOrganization(api.organizationId, (tx) => api.deps.configuration.read(tx))
    await read()
    await api.call('patch', '/api/organization', { defaultSendTime: '11:30' }).expect(200)
    expect((await read()).organization.defaultSendTime).toBe('11:30')
  })

  it('knows the holidays of its state, and which it keeps', async () => {
    const holidays = async () => (await api.call('get', '/api/holidays?year=2026').expect(200)).body.items
    const thanksgiving = (items: { date: string }[]) => items.find(({ date }) => date === '2026-11-26')
    const found = thanksgiving(await holidays())
    expect(found).toMatchObject({ closed: true })
    const workedOn = [(found as unknown as { rule: string }).rule]
    await api.call('patch', '/api/organization', { deliveryRules: { holidays: { workedOn } } }).expect(200)
    expect(thanksgiving(await holidays())).toMatchObject({ closed: false })
  })

  it('closes for days, and opens again', async () => {
    await api.touched()
    const days = { facilityId: visit.facility, from: '2026-12-21', to: '2026-12-24', name: 'Moving' }
    const { body } = await api.call('post', '/api/closures', days).expect(201)
    expect(body).toEqual({ id: body.id, ...days })
    expect(await api.touched()).toEqual([visit.careEvent])
    expect((await api.call('get', '/api/closures')).body.items).toEqual([body])
    await api.call('delete', `/api/closures/${body.id}`).expect(204)
    await api.call('delete', `/api/closures/${body.id}`).expect(404)
    await api.call('post', '/api/closures', { ...days, to: '2026-12-20' }).expect(422)
    await api.call('post', '/api/closures', { ...days, from: '2026-02-30' }).expect(422)
    const { body: refused } = await api.call('post', '/api/closures', { ...days, to: '9999-12-31' }).expect(422)
    expect(refused.errors).toEqual([{ path: 'to', message: expect.stringContaining('at most a year') }])
    await api.call('post', '/api/closures', { ...days, facilityId: newId() }).expect(422)
  })
})

describe('EHR sources', () => {
  it('show their secret once, and a new one when it is rotated', async () => {
    const { body: source } = await api.call('post', '/api/ehr-sources', { name: 'Main EHR' }).expect(201)
    expect(source.secret).toMatch(/^[\w-]{43}$/)
    const { secret, ...shown } = source
    expect((await api.call('get', '/api/ehr-sources')).body.items).toEqual([shown])
    const one = await api.call('get', `/api/ehr-sources/${source.id}`).expect(200)
    expect([one.body, one.headers['etag']]).toEqual([shown, `"${source.version}"`])
    await api.call('get', `/api/ehr-sources/${newId()}`).expect(404)
    const { body: rotated } = await api.call('post', `/api/ehr-sources/${source.id}/rotate`).expect(200)
    expect(rotated.secret).not.toBe(secret)
    const edit = () =>
      api.call('patch', `/api/ehr-sources/${source.id}`, { status: 'disabled' }, { 'if-match': `${rotated.version}` })
    expect((await edit().expect(200)).body).toMatchObject({ status: 'disabled', version: rotated.version + 1 })
    await edit().expect(412)
  })

  it('are deleted while nothing hangs on them, and switched off afterwards', async () => {
    const { body: unused } = await api.call('post', '/api/ehr-sources', { name: 'A mistake' }).expect(201)
    await api.call('delete', `/api/ehr-sources/${unused.id}`).expect(204)
    await api.call('delete', `/api/ehr-sources/${unused.id}`).expect(404)
  })

  it('take what they send, show it in the feed, and take it again', async () => {
    const app = createApp({ ...api.deps, ehr: createEhrRouter(api.deps) })
    const { body: source } = await api.call('post', '/api/ehr-sources', { name: 'Posting EHR' }).expect(201)
    const post = (resource: object) =>
      supertest(app)
        .post('/ehr/fhir')
        .set({
          'x-source-id': source.id,
          authorization: `Bearer ${source.secret}`,
          'content-type': 'application/fhir+json',
        })
        .send(JSON.stringify(resource))
    const patient = { resourceType: 'Patient', id: 'pat-9', name: [{ family: 'Quill', given: ['Zephyrine'] }] }
    expect((await post(patient)).status).toBeLessThan(300)
    await post({ resourceType: 'Appointment', id: 'broken', status: 'booked' }).expect(422)

    const feed = async (query: string) =>
      (await api.call('get', `/api/feed?sourceId=${source.id}&${query}`).expect(200)).body.items
    expect((await feed('')).map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'applied',
      'quarantined',
    ])
    const [quarantined] = await feed('outcome=quarantined')
    expect(quarantined.reasons.length).toBeGreaterThan(0)
    const { body } = await api.call('post', `/api/feed/${quarantined.id}/replay`).expect(200)
    expect(body).toMatchObject({ outcome: 'quarantined' })
    const [applied] = await feed('outcome=applied')
    expect((await api.call('post', `/api/feed/${applied.id}/replay`).expect(200)).body).toMatchObject({
      outcome: 'unchanged',
    })
    await api.call('delete', `/api/ehr-sources/${source.id}`).expect(409)
    expect((await api.call('get', '/api/patients?externalId=pat-9')).body.items).toMatchObject([{ lastName: 'Quill' }])
  })
})

describe('the audit trail', () => {
  it('says who changed what, the newest first', async () => {
    const { items } = (await api.call('get', '/api/audit?limit=200').expect(200)).body
    expect(items[0]).toMatchObject({ action: 'replayed', subject: 'feed', actorKind: 'apiKey', actor: 'admin' })
    expect(items).toContainEqual(expect.objectContaining({ action: 'created', subject: 'customAction' }))
    const one = (await api.call('get', `/api/audit?subject=facility&subjectId=${visit.facility}`)).body.items
    expect(one).toHaveLength(3)
  })
})

describe('squigglies', () => {
  it('are those of the type', async () => {
    const names = async (query: string) =>
      (await api.call('get', `/api/squigglies${query}`).expect(200)).body.items.map(
        ({ name }: { name: string }) => name,
      )
    expect(await names('?type=appointment')).toContain('appointment.start')
    expect(await names('?type=appointment')).not.toContain('recall.dueDate')
    expect(await names('')).toContain('recall.dueDate')
  })
})

describe('preview', () => {
  const preview = async (body: object) => (await api.call('post', '/api/custom-actions/preview', body).expect(200)).body
  const message = { body: 'Hi {{ patient.firstName }}, {{ appointment.start | weekday }}', containsPhi: false }

  const bySms = { channels: { override: ['sms'] } }

  it('renders for an appointment, or with examples, however much of the definition is there', async () => {
    const some = await preview({ type: 'appointment', message, careEventId: visit.careEvent })
    expect(some).toMatchObject({
      problems: [],
      messages: [
        { channel: 'sms', body: 'Hi Zephyrine, Wednesday', sms: { segments: 1 } },
        { channel: 'voice', sms: null },
        { channel: 'email', sms: null },
      ],
    })
    const { body: action } = await api.call('post', '/api/custom-actions', { ...reminder, message }).expect(201)
    expect(await preview({ definition: action, careEventId: visit.careEvent })).toMatchObject({
      problems: [],
      messages: [{ body: 'Hi Zephyrine, Wednesday' }],
    })
    expect((await preview({ type: 'appointment', message, ...bySms })).messages).toMatchObject([
      { body: 'Hi Maria, Monday' },
    ])
    expect(
      await preview({
        type: 'appointment',
        message: { body: '{{ patient.preferredName }}' },
        careEventId: visit.careEvent,
        ...bySms,
      }),
    ).toMatchObject({
      problems: [],
      messages: [{ body: null, problem: expect.stringContaining('patient.preferredName') }],
    })
  })

  it('tells what is wrong with the text, at its place', async () => {
    expect(await preview({ type: 'appointment', message: { body: 'Hi {{ nobody }}' } })).toMatchObject({
      problems: [{ path: 'message.body', line: 1, column: 7 }],
      messages: [],
    })
    await api
      .call('post', '/api/custom-actions/preview', { type: 'appointment', message, careEventId: newId() })
      .expect(404)
  })

  it('counts of a secure message what goes out: the notice, not the content', async () => {
    const secure = {
      body: 'Bring your insulin. '.repeat(40),
      containsPhi: true,
      translations: { es: { body: 'Hola' } },
    }
    const { messages } = await preview({ type: 'appointment', message: secure })
    expect(messages).toHaveLength(6)
    expect(messages[0]).toMatchObject({ channel: 'sms', secure: true, body: expect.stringContaining('insulin') })
    expect(messages[0].notice).toEqual({
      subject: null,
      body: expect.stringMatching(/ has a private message for you\. Read it here: http.*\/m\/[\w-]{22}$/),
    })
    expect(messages[0].sms).toEqual({ encoding: 'GSM-7', characters: messages[0].notice.body.length, segments: 1 })
    expect(messages[1].notice.body).toContain('tiene un mensaje privado')
    expect(messages[4].notice.subject).toMatch(/^A private message from /)
    const open = await preview({ type: 'appointment', message: { ...secure, containsPhi: false } })
    expect(open.messages[0]).toMatchObject({ secure: false, notice: null, sms: { segments: 6 } })
  })

  it('greets a staff member where staff get it', async () => {
    const nurse = { firstName: 'Sasha', lastName: 'Lake', roles: ['Nurse'], facilityIds: [visit.facility] }
    await api.call('post', '/api/staff', nurse).expect(201)
    const said = async (more: object) => {
      const body = 'Hi {{ recipient.firstName }}: {{ patient.firstName }}'
      const asked = { type: 'appointment', message: { body }, careEventId: visit.careEvent, ...bySms, ...more }
      return (await preview(asked)).messages[0].body
    }
    const nurses = { kind: 'staff', roles: ['nurse'] }
    expect(await said({})).toBe('Hi Zephyrine: Zephyrine')
    expect(await said({ recipients: nurses })).toBe('Hi Sasha: Zephyrine')
    expect(await said({ recipients: { ...nurses, roles: ['Nobody'] } })).toBe('Hi Robin: Zephyrine')
    expect(await said({ recipients: nurses, careEventId: null })).toBe('Hi Robin: Maria')
    const [secure] = (
      await preview({ type: 'appointment', message: { body: 'x', containsPhi: true }, recipients: nurses })
    ).messages
    expect(secure.notice.body).toContain('Sign in to read it')
  })

  it('sends of a secure message only the notice, also to try it out', async () => {
    const send = async (more: object) =>
      (
        await api
          .call('post', '/api/custom-actions/test-send', { type: 'appointment', to: '+15555550146', ...more })
          .expect(200)
      ).body.body
    const phi = { body: 'Hi {{ patient.firstName }}, bring your insulin', containsPhi: true }
    expect(await send({ message: phi, careEventId: visit.careEvent })).toMatch(/has a private message for you.*\/m\//)
    expect(await send({ message: phi })).not.toContain('insulin')
    const query = (sql: string) => api.database.inOrganization(api.organizationId, (tx) => tx.query(sql))
    for (const table of ['provider', 'appointment_type']) await query(`update ${table} set sensitive = false`)
    await query('update facility set sensitive = true')
    expect(await send({ message, careEventId: visit.careEvent })).not.toContain('Zephyrine')
    await query('update facility set sensitive = false')
    expect(await send({ message, careEventId: visit.careEvent })).toContain('Zephyrine')
  })

  it('sends no test to a phone that opted out, nor to what is no address', async () => {
    const send = (to: string) => api.call('post', '/api/custom-actions/test-send', { type: 'appointment', message, to })
    await api.call('post', '/api/simulator/replies', { from: '+15555550144', body: 'STOP' }).expect(201)
    await send('+15555550144').expect(422)
    await send('call me').expect(422)
    await send('(555) 555-0145').expect(200)
  })
})
