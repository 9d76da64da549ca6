import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest, reminder } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

const path = '/api/custom-actions'
const timing = (more: object) => ({ ...reminder, timing: { ...reminder.timing, ...more } })
const text = (body: string) => ({ ...reminder, message: { body, containsPhi: false } })
const filters = (more: object) => ({ ...reminder, filters: more })

async function nothingStored() {
  expect((await api.call('get', path).expect(200)).body.items).toEqual([])
  expect(await api.touched()).toEqual([])
  expect((await api.call('get', '/api/audit?subject=customAction').expect(200)).body.items).toEqual([])
}

describe('a definition that is wrong', () => {
  const cases: [what: string, definition: object, path: string, message: RegExp][] = [
    ['offset −1', timing({ offset: -1 }), 'timing.offset', /0 or more/],
    ['offset 10^9', timing({ offset: 1e9 }), 'timing.offset', /at most/],
    ['offset 1.5', timing({ offset: 1.5 }), 'timing.offset', /whole number/],
    ['offset as text', timing({ offset: '60' }), 'timing.offset', /./],
    ['0 before the start', timing({ offset: 0 }), 'timing.offset', /too late/],
    ['anchor of another type', timing({ anchor: 'dueDate' }), 'timing.anchor', /use start/],
    ['time of day 25:00', timing({ unit: 'days', offset: 2, timeOfDay: '25:00' }), 'timing.timeOfDay', /HH:mm/],
    ['time of day with minutes', timing({ timeOfDay: '10:00' }), 'timing.timeOfDay', /days/],
    ['unknown field', { ...reminder, colour: 'red' }, 'colour', /no such field/],
    ['unknown field inside', timing({ offfset: 3 }), 'timing.offfset', /no such field/],
    ['empty filter', filters({ facilityIds: [] }), 'filters.facilityIds', /null for any/],
    ['facility of nobody', filters({ facilityIds: [newId()] }), 'filters.facilityIds.0', /no facility/],
    [
      'filter of another type',
      filters({ codes: [{ system: 'cpt', code: '99213' }] }),
      'filters.codes',
      /no such filter/,
    ],
    ['unknown status', filters({ statuses: ['sleeping'] }), 'filters.statuses.0', /not a status/],
    ['group of nobody', { ...reminder, groupId: newId() }, 'groupId', /no group/],
    ['unknown squiggly', text('Hi {{ patient.fistName }}'), 'message.body', /fistName/],
    ['unknown filter', text('Hi {{ patient.firstName | shout }}'), 'message.body', /shout/],
    ['broken Liquid', text('Hi {{ patient.firstName'), 'message.body', /./],
    ['endless loop', text('{% for i in (1..1000000000) %}x{% endfor %}'), 'message.body', /./],
    ['empty text', text('   '), 'message.body', /needs a text/],
    ['no message', { ...reminder, message: null }, 'message', /needed/],
    ['a character that is none', { ...reminder, title: 'A\u0000B' }, 'title', /U\+0000/],
    ['half a character', text('Hi \ud83d!'), 'message.body', /surrogate/],
    ['unknown rule', { ...reminder, skippedRules: ['always'] }, 'skippedRules.0', /./],
    [
      'a translation without a text',
      { ...reminder, message: { body: 'Hi', translations: { es: { subject: 'Hola' } } } },
      'message.translations.es.body',
      /needs a text/,
    ],
    [
      'an unknown squiggly in a translation',
      { ...reminder, message: { body: 'Hi', translations: { es: { body: 'Hola\n{{ patient.nombre }}' } } } },
      'message.translations.es.body',
      /nombre/,
    ],
    [
      'an unknown squiggly in a translation of the call',
      {
        ...reminder,
        message: { body: 'Hi', translations: { es: { body: 'Hola', channels: { voice: { body: '{{ nombre }}' } } } } },
      },
      'message.translations.es.channels.voice.body',
      /nombre/,
    ],
    [
      'a language that is none',
      { ...reminder, message: { body: 'Hi', translations: { Spanish: { body: 'Hola' } } } },
      'message.translations.Spanish',
      /BCP 47/,
    ],
    ['staff without anybody', { ...reminder, recipients: { kind: 'staff' } }, 'recipients', /name staff, a role/],
    [
      'PHI that is not sent securely',
      { ...reminder, message: { body: 'x', containsPhi: true } },
      'channels.secure',
      /sent as a secure message/,
    ],
  ]

  it.each(cases)('%s: 422 with its path, and nothing stored', async (_what, definition, at, message) => {
    const { status, body, headers } = await api.call('post', path, definition)
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 422,
      type: 'application/problem+json; charset=utf-8',
    })
    expect(body).toMatchObject({ title: 'Not valid', status: 422 })
    expect(body.errors).toContainEqual(expect.objectContaining({ path: at, message: expect.stringMatching(message) }))
    await nothingStored()
  })

  it('tells the line and column of what is wrong in a text', async () => {
    const { body } = await api.call('post', path, text('Hi,\n  see {{ appointment.begin }}')).expect(422)
    expect(body.errors).toEqual([expect.objectContaining({ path: 'message.body', line: 2, column: 10 })])
  })

  it('tells everything that is wrong at once', async () => {
    const { body } = await api.call('post', path, { ...timing({ offset: -1, unit: 'weeks' }), title: '' }).expect(422)
    expect(body.errors.map(({ path: at }: { path: string }) => at).sort()).toEqual([
      'timing.offset',
      'timing.unit',
      'title',
    ])
  })
})

describe('a request that is wrong', () => {
  const auth = () => ({ authorization: `Bearer ${api.keys.admin}`, 'content-type': 'application/json' })

  it.each(['{"type": "appointment"', '{]', 'title=x'])('broken JSON %s: 400', async (json) => {
    const { status, body } = await supertest(api.app).post(path).set(auth()).send(json)
    expect({ status, title: body.title }).toEqual({ status: 400, title: 'The request cannot be read' })
    await nothingStored()
  })

  it.each(['[]', '"text"', '7', 'null'])('JSON %s that is no object: 422', async (json) => {
    await supertest(api.app).post(path).set(auth()).send(json).expect(422)
  })

  it.each([
    ['too large', `"${'x'.repeat(2_000_000)}"`, 413],
    ['no JSON', '{', 400],
  ])('a body that is %s: a stranger hears only that they are one', async (_what, body, status) => {
    const post = () => supertest(api.app).post(path).type('json')
    const { body: answer } = await post().send(body).expect(401)
    expect(answer).toMatchObject({ type: 'about:blank', status: 401 })
    await post().set('authorization', 'Bearer not-a-key-of-anybody').send(body).expect(401)
    await post().set('authorization', `Bearer ${api.keys.admin}`).send(body).expect(status)
  })

  it('a body of 20 MB: 413, and the server goes on', async () => {
    const { status } = await supertest(api.app)
      .post(path)
      .set(auth())
      .send(`{"title":"${'x'.repeat(20_000_000)}"}`)
    expect(status).toBe(413)
    await supertest(api.app).get('/healthz').expect(200)
    await nothingStored()
  })

  it.each(['patch', 'post'] as const)(
    '%s of JSON nested 100,000 deep: refused, and the server goes on',
    async (method) => {
      const deep = `{"title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
      const at = method === 'post' ? path : `${path}/${newId()}`
      const headers = { ...auth(), 'idempotency-key': 'deep', 'if-match': '1' }
      expect([404, 422]).toContain((await supertest(api.app)[method](at).set(headers).send(deep)).status)
      await supertest(api.app).get('/healthz').expect(200)
    },
  )

  it('another content type: 415', async () => {
    await supertest(api.app)
      .post(path)
      .set({ ...auth(), 'content-type': 'text/xml' })
      .send('<action/>')
      .expect(415)
  })

  const paths: [string, number][] = [
    ['/api/custom-actions?limit=0', 400],
    ['/api/custom-actions?limit=201', 400],
    ['/api/custom-actions?limit=many', 400],
    ['/api/custom-actions?cursor=abc', 400],
    ['/api/custom-actions?cursor=WzEsMiwzXQ', 400],
    ['/api/custom-actions?sort=colour', 400],
    ['/api/custom-actions?colour=red', 400],
    ['/api/custom-actions?q=%00', 400],
    ['/api/custom-actions?limit=1&limit=2', 400],
    ['/api/care-events?from=yesterday', 400],
    ['/api/care-events?patientId=7', 400],
    ['/api/custom-actions/not-an-id', 404],
    [`/api/custom-actions/${newId()}`, 404],
    [`/api/deliveries/${newId()}`, 404],
    [`/api/care-events/${newId()}/plan`, 404],
    [`/api/patients/${newId()}/timeline`, 404],
    ['/api/nothing', 404],
    ['/nothing', 404],
  ]
  it.each(paths)('GET %s: %i, as a problem document', async (at, expected) => {
    const { status, body, headers } = await api.call('get', at)
    expect({ status, type: headers['content-type'] }).toEqual({
      status: expected,
      type: 'application/problem+json; charset=utf-8',
    })
    expect(body).toMatchObject({
      type: 'about:blank',
      status: expected,
      errors: expect.any(Array),
      requestId: headers['x-request-id'],
    })
  })

  it('a cursor with values of the wrong type is refused, not a failure of ours', async () => {
    const cursor = Buffer.from(JSON.stringify(['not a date', 'not an id'])).toString('base64url')
    for (const list of [
      'deliveries',
      'care-events',
      'audit',
      'replies',
      'feed',
      'patients',
      'facilities',
      'groups',
      'closures',
    ])
      await api.call('get', `/api/${list}?cursor=${cursor}`).expect(400)
  })
})

describe('practice settings that are wrong', () => {
  const cases: [object, string, RegExp][] = [
    [{ timeZone: 'America/Gotham' }, 'timeZone', /not an IANA time zone/],
    [{ timeZone: 'EST5EDT4' }, 'timeZone', /not an IANA time zone/],
    [
      { deliveryRules: { quietHours: { monday: { from: '25:00', to: '08:00' } } } },
      'deliveryRules.quietHours.monday.from',
      /HH:mm/,
    ],
    [{ deliveryRules: { recentEdit: { minutes: -1 } } }, 'deliveryRules.recentEdit.minutes', /./],
    [{ enabledActionTypes: ['telepathy'] }, 'enabledActionTypes.0', /./],
    [{ id: newId() }, 'id', /no such field/],
  ]
  it.each(cases)('%j: 422', async (edit, at, message) => {
    const before = (await api.call('get', '/api/organization').expect(200)).body
    const { body } = await api.call('patch', '/api/organization', edit).expect(422)
    expect(body.errors).toContainEqual(expect.objectContaining({ path: at, message: expect.stringMatching(message) }))
    expect((await api.call('get', '/api/organization')).body).toEqual(before)
  })
})
