import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { createApp } from '../../api/app.ts'
import { createEhrMetrics } from '../../api/ehr/metrics.ts'
import { createEhrRouter } from '../../api/ehr/router.ts'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'
import { asAdmin } from '../support/database.ts'

interface Source {
  id: string
  secret: string
  version: number
}
let api: ApiUnderTest
let app: ReturnType<typeof createApp>
let fhir: Source
let hl7: Source

const addSource = async (name: string, kind: 'fhir' | 'hl7v2', settings?: object): Promise<Source> =>
  (await api.call('post', '/api/ehr-sources', { name, kind, settings }).expect(201)).body
const post = (as: Source, path: string, type: string, text: string) =>
  supertest(app)
    .post(path)
    .set({ 'x-source-id': as.id, authorization: `Bearer ${as.secret}`, 'content-type': type })
    .serialize((sent) => sent)
    .send(text)
const postFhir = (resource: object, as = fhir) =>
  post(as, '/ehr/fhir', 'application/fhir+json', JSON.stringify(resource))
const postHl7 = (...segments: string[]) => post(hl7, '/ehr/hl7v2', 'x-application/hl7-v2+er7', segments.join('\r'))
const feed = async (query: string) => (await api.call('get', `/api/feed?${query}`).expect(200)).body.items
const single = async (query: string) => {
  const items = await feed(query)
  expect(items).toHaveLength(1)
  return (await api.call('get', `/api/feed/${items[0].id}`).expect(200)).body
}

const patient = (id: string, family = 'Quill') => ({ resourceType: 'Patient', id, name: [{ family, given: ['Ada'] }] })
const visit = (id: string, fields: object = {}) => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  start: '2026-11-20T15:00:00Z',
  participant: [{ actor: { reference: 'Patient/p-1' }, status: 'accepted' }],
  ...fields,
})
const bundle = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
})
const recallColumns = (id: number) => ({
  recallSegment: { name: 'ZRC', id, type: 2, dueDate: 3, closedWhen: [] },
})
/** What the EHR calls a recall stands in its own segment: the number, the type, the due date. */
const adt = (control: string, id: string) => [
  `MSH|^~\\&|EHR|Clinic|CA|Practice|20261109090000||ADT^A08|${control}|P|2.5`,
  `PID|1||${id}^^^^MR||Ash^Devon||19700102`,
  `ZRC|rec-${id}|CLEANING|20270115`,
]

beforeAll(async () => {
  api = await apiUnderTest()
  const metrics = createEhrMetrics()
  app = createApp({ ...api.deps, ehr: createEhrRouter({ ...api.deps, metrics }), ehrMetrics: metrics.registry })
  fhir = await addSource('FHIR EHR', 'fhir')
  // The wrong column: there is no field 4, where the recall's id is said to be.
  hl7 = await addSource('HL7 EHR', 'hl7v2', { hl7v2: recallColumns(4) })
  await postFhir(patient('p-1')).expect(201)
  api.clock.now += 60_000
  await postFhir(bundle(visit('a-1'), patient('p-2'), { resourceType: 'Appointment', id: 'a-2', status: 'nonsense' }))
  api.clock.now += 60_000
  await postHl7(...adt('ctl-1', '4711')).expect(200)
  api.clock.now += 60_000
  await post(fhir, '/ehr/fhir', 'application/fhir+json', '{ no json').expect(422)
})
afterAll(() => api.drop())

describe('a message of the feed', () => {
  it('says what each of its records became, where that is, and why one was refused', async () => {
    const message = await single('kind=Bundle')
    expect(message).toMatchObject({
      kind: 'Bundle',
      outcome: 'partly',
      hasRaw: true,
      entries: [
        { resource: 'Appointment', kind: 'appointment', externalId: 'a-1', outcome: 'created', reasons: [] },
        { resource: 'Patient', kind: 'patient', externalId: 'p-2', outcome: 'created', careEventId: null },
        { resource: 'Appointment', kind: null, externalId: 'a-2', outcome: 'refused', careEventId: null },
      ],
    })
    expect(message.entries[2].reasons[0]).toMatchObject({ path: 'Bundle.entry[2].resource.status' })
    const careEvent = (await api.call('get', `/api/care-events/${message.entries[0].careEventId}`).expect(200)).body
    expect(careEvent).toMatchObject({ externalId: 'a-1', patientId: message.entries[0].patientId })
  })

  it('of HL7 v2 has its event, its control id and when the source said it', async () => {
    expect(await single('controlId=ctl-1')).toMatchObject({
      kind: 'ADT A08',
      controlId: 'ctl-1',
      source: 'HL7 EHR',
      outcome: 'partly',
      entries: [
        { resource: 'PID', kind: 'patient', externalId: '4711', outcome: 'created' },
        { resource: 'ZRC', kind: null, outcome: 'refused' },
      ],
      saidAt: '2026-11-09T14:00:00.000Z',
    })
  })

  it('that nobody can read is there all the same', async () => {
    expect(await single('outcome=quarantined')).toMatchObject({ kind: null, entries: [], records: 0 })
  })

  it('stands as it came behind a role and a record of who read it', async () => {
    const { id } = await single('controlId=ctl-1')
    await api.call('get', `/api/feed/${id}/raw`, undefined, {}, 'manager').expect(403)
    const { body } = await api.call('get', `/api/feed/${id}/raw`).expect(200)
    expect(body.text).toBe(adt('ctl-1', '4711').join('\r'))
    expect(Buffer.from(body.base64, 'base64').toString()).toBe(body.text)
    expect(body.bytes).toBe(body.text.length)
    const [entry] = (await api.call('get', `/api/audit?subjectId=${id}`).expect(200)).body.items
    expect(entry).toMatchObject({ action: 'read', subject: 'feed', actor: 'admin' })
  })
})

describe('searching the feed', () => {
  const cases: [what: string, query: () => string, kinds: (string | null)[]][] = [
    ['one source', () => `sourceId=${hl7.id}`, ['ADT A08']],
    ['one outcome', () => 'outcome=applied', ['Patient']],
    ['a type of resource, also inside Bundles', () => 'kind=Patient', ['Bundle', 'Patient']],
    ['an event of HL7 v2', () => 'kind=ADT%20A08', ['ADT A08']],
    ['a record by its id', () => 'externalId=a-1', ['Bundle']],
    ['a record by its type and id, also a refused one', () => 'externalId=Appointment/a-2', ['Bundle']],
    ['an id that nobody sent', () => 'externalId=a-3', []],
    ['words of a reason', () => 'reason=JSON', [null]],
    ['the place of a reason', () => 'reason=entry%5B2%5D', ['Bundle']],
    ['what is no pattern', () => 'reason=%25', []],
    ['from a moment on', () => 'from=2026-11-09T15:02:00Z', [null, 'ADT A08']],
    ['until before a moment', () => 'to=2026-11-09T10:02:00-05:00', ['Bundle', 'Patient']],
    ['several at once', () => `sourceId=${fhir.id}&kind=Appointment&outcome=partly`, ['Bundle']],
  ]
  it.each(cases)('%s', async (_what, query, kinds) => {
    expect((await feed(query())).map(({ kind }: { kind: string | null }) => kind)).toEqual(kinds)
  })

  it('a care event and a patient say from which messages they came', async () => {
    const [entry] = (await single('kind=Bundle')).entries
    expect(await feed(`careEventId=${entry.careEventId}`)).toMatchObject([{ kind: 'Bundle' }])
    expect(await feed(`patientId=${entry.patientId}`)).toMatchObject([{ kind: 'Bundle' }, { kind: 'Patient' }])
  })

  it('page by page, none twice and none left out', async () => {
    const first = (await api.call('get', '/api/feed?limit=3').expect(200)).body
    const second = (await api.call('get', `/api/feed?limit=3&cursor=${first.nextCursor}`).expect(200)).body
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4)
    expect(second.nextCursor).toBeNull()
  })
})

describe('taking messages again', () => {
  it('after the mapping was mended, what was refused becomes what it is; the message keeps its place', async () => {
    const before = await single('controlId=ctl-1')
    const { settings, version } = (await api.call('get', '/api/ehr-sources').expect(200)).body.items.find(
      ({ id }: Source) => id === hl7.id,
    )
    const mended = { ...settings, hl7v2: { ...settings.hl7v2, ...recallColumns(1) } }
    await api
      .call('patch', `/api/ehr-sources/${hl7.id}`, { settings: mended }, { 'if-match': `"${version}"` })
      .expect(200)
    api.clock.now += 3_600_000
    const { body } = await api.call('post', `/api/feed/${before.id}/replay`).expect(200)
    expect(body).toEqual({ messageId: before.id, outcome: 'applied', reasons: [] })
    const after = await single('controlId=ctl-1')
    expect(after).toMatchObject({
      id: before.id,
      receivedAt: before.receivedAt,
      outcome: 'applied',
      reasons: [],
      entries: [{ outcome: 'unchanged' }, { kind: 'recall', externalId: 'ZRC/rec-4711', outcome: 'created' }],
    })
    expect(after.replayedAt).toBe(new Date(api.clock.now).toISOString())
    expect((await api.call('get', '/api/care-events?kind=recall').expect(200)).body.items).toMatchObject([
      { dueDate: '2027-01-15' },
    ])
  })

  it('many, in the order of arrival, some at a time', async () => {
    const broken = await addSource('Broken EHR', 'fhir')
    const unread = visit('b-1', { start: undefined, status: 'nonsense' })
    for (let n = 0; n < 5; n += 1) {
      await postFhir({ ...unread, id: `b-${n}` }, broken).expect(422)
      api.clock.now += 1_000
    }
    const filter = { sourceId: broken.id, outcome: 'quarantined' }
    const first = (await api.call('post', '/api/feed/replay', { filter, limit: 2 }).expect(200)).body
    expect(first).toMatchObject({ remaining: 3, items: [{ before: 'quarantined', outcome: 'quarantined' }, {}] })
    // What comes meanwhile is not meant.
    api.clock.now += 1_000
    await postFhir({ ...unread, id: 'b-9' }, broken).expect(422)
    const second = (
      await api.call('post', '/api/feed/replay', { filter, limit: 2, cursor: first.nextCursor }).expect(200)
    ).body
    const third = (
      await api.call('post', '/api/feed/replay', { filter, limit: 2, cursor: second.nextCursor }).expect(200)
    ).body
    expect([second.remaining, third.remaining, third.nextCursor]).toEqual([1, 0, null])
    const arrived = (await feed(`sourceId=${broken.id}`)).reverse()
    expect([...first.items, ...second.items, ...third.items].map(({ messageId }) => messageId)).toEqual(
      arrived.slice(0, 5).map(({ id }: { id: string }) => id),
    )
  })

  it('is counted first, and then takes just those that were counted', async () => {
    const counted = await addSource('Many EHR', 'fhir')
    const unread = visit('c-1', { start: undefined, status: 'nonsense' })
    for (let n = 0; n < 3; n += 1) {
      await postFhir({ ...unread, id: `c-${n}` }, counted).expect(422)
      api.clock.now += 1_000
    }
    const filter = { sourceId: counted.id, outcome: 'quarantined' }
    const ask = async (more: object) =>
      (await api.call('post', '/api/feed/replay', { filter, ...more }).expect(200)).body
    const first = await ask({ limit: 0 })
    expect(first).toEqual({ items: [], remaining: 3, nextCursor: expect.any(String) })
    api.clock.now += 1_000
    await postFhir({ ...unread, id: 'c-9' }, counted).expect(422)
    const taken = await ask({ cursor: first.nextCursor })
    expect([taken.items.length, taken.remaining, taken.nextCursor]).toEqual([3, 0, null])
    expect(
      (await feed(`sourceId=${counted.id}`)).filter(
        ({ replayedAt }: { replayedAt: string | null }) => replayedAt !== null,
      ),
    ).toHaveLength(3)
    expect(await ask({ limit: 0, filter: { sourceId: newId() } })).toEqual({
      items: [],
      remaining: 0,
      nextCursor: null,
    })
  })

  it('an older version never wins: by its own version, and without one by when it first arrived', async () => {
    const late = await addSource('Late EHR', 'fhir')
    const name = async (id: string) =>
      (await api.call('get', `/api/patients?externalId=${id}`).expect(200)).body.items[0].lastName
    for (const [id, meta] of [
      ['v-1', true],
      ['v-2', false],
    ] as const) {
      const version = (at: string) => (meta ? { meta: { lastUpdated: at } } : {})
      await postFhir({ ...patient(id, 'Old'), ...version('2026-11-01T10:00:00Z') }, late).expect(201)
      api.clock.now += 1_000
      await postFhir({ ...patient(id, 'New'), ...version('2026-11-02T10:00:00Z') }, late).expect(200)
      api.clock.now += 1_000
    }
    const { body } = await api.call('post', '/api/feed/replay', { filter: { sourceId: late.id } }).expect(200)
    expect(body.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(4).fill('unchanged'))
    expect([await name('v-1'), await name('v-2')]).toEqual(['New', 'New'])
    const records = await Promise.all(
      body.items.map(
        async ({ messageId }: { messageId: string }) =>
          (await api.call('get', `/api/feed/${messageId}`).expect(200)).body.entries[0].outcome,
      ),
    )
    expect(records).toEqual(['older', 'unchanged', 'older', 'unchanged'])
  })

  it('one that fails through a mistake of ours is told in its place, and the others go on', async () => {
    const odd = await addSource('Odd EHR', 'fhir')
    const mistake = (sql: string) => asAdmin(api.url, (client) => client.query(`alter table patient ${sql}`))
    await mistake(`add constraint bad check (external_id <> 'o-1')`)
    try {
      await postFhir(patient('o-1'), odd).expect(500)
      api.clock.now += 1_000
      await postFhir(patient('o-2'), odd).expect(201)
      const { body } = await api.call('post', '/api/feed/replay', { filter: { sourceId: odd.id } }).expect(200)
      expect(body.items).toMatchObject([
        { before: 'received', outcome: 'received', reasons: [{ path: '$this' }] },
        { before: 'applied', outcome: 'unchanged' },
      ])
    } finally {
      await mistake('drop constraint bad')
    }
    const ids = (await feed(`sourceId=${odd.id}`)).map(({ id }: { id: string }) => id)
    expect((await api.call('post', '/api/feed/replay', { ids }).expect(200)).body.items).toMatchObject([
      { before: 'received', outcome: 'applied' },
      { before: 'unchanged', outcome: 'unchanged' },
    ])
  })

  it('what was deleted by age leaves nothing to be read or taken again', async () => {
    const { id } = await single('outcome=quarantined&reason=JSON')
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(`update inbound_message set raw = null where id = $1`, [id]),
    )
    expect((await api.call('post', '/api/feed/replay', { ids: [id] }).expect(200)).body.items).toEqual([])
    expect((await api.call('post', `/api/feed/${id}/replay`).expect(409)).body.detail).toContain('deleted by age')
    await api.call('get', `/api/feed/${id}/raw`).expect(409)
  })

  it.each([
    ['neither ids nor a filter', {}],
    ['both', { ids: ['00000000-0000-7000-8000-000000000000'], filter: {} }],
    ['no ids', { ids: [] }],
    ['an unknown filter', { filter: { name: 'Quill' } }],
  ])('%s is refused', async (_what, body) => {
    await api.call('post', '/api/feed/replay', body).expect(422)
  })
})

describe('the counters of a source', () => {
  const counters = async (query = '') =>
    (await api.call('get', `/api/ehr-sources/${counted.id}/counters${query}`).expect(200)).body
  let counted: Source

  it('say day by day of the practice what it sent, what became of it, and how late it was', async () => {
    counted = await addSource('Counted EHR', 'fhir')
    // Half past eleven in the evening, and half past midnight, in New York.
    api.clock.now = Date.parse('2026-12-01T04:30:00Z')
    const said = { meta: { lastUpdated: '2026-12-01T04:29:30Z' } }
    await postFhir({ ...patient('k-1'), ...said }, counted).expect(201)
    await postFhir({ ...patient('k-1'), ...said }, counted).expect(200)
    await postFhir({ resourceType: 'Basket', id: '1' }, counted).expect(422)
    await postFhir(patient('k-1'), { ...counted, secret: 'wrong' }).expect(401)
    api.clock.now += 3_600_000
    await postFhir(patient('k-2'), counted).expect(201)
    const { timeZone, days } = await counters()
    expect(timeZone).toBe('America/New_York')
    expect(days).toHaveLength(14)
    const nothing = { received: 0, applied: 0, unchanged: 0, partly: 0, quarantined: 0, failed: 0, refused: 0 }
    expect(days.slice(0, 3)).toEqual([
      { ...nothing, date: '2026-12-01', received: 1, applied: 1, lagSeconds: null },
      {
        ...nothing,
        date: '2026-11-30',
        received: 3,
        applied: 1,
        unchanged: 1,
        quarantined: 1,
        refused: 1,
        lagSeconds: 30,
      },
      { ...nothing, date: '2026-11-29', lagSeconds: null },
    ])
  })

  it('are of the days that are asked for', async () => {
    const { days } = await counters('?from=2026-11-30&to=2026-11-30')
    expect(days).toMatchObject([{ date: '2026-11-30', received: 3 }])
    for (const query of ['from=2026-11-30&to=2026-11-29', 'from=2026-01-01', 'from=yesterday'])
      await api.call('get', `/api/ehr-sources/${counted.id}/counters?${query}`).expect(400)
  })
})

it('a source says since when it is silent', async () => {
  const source = async () =>
    (await api.call('get', '/api/ehr-sources').expect(200)).body.items.find(({ id }: Source) => id === fhir.id)
  expect(await source()).toMatchObject({ silentSince: null })
  await api.database.inOrganization(api.organizationId, (tx) =>
    tx.query(
      `insert into ehr_silence (organization_id, id, source_id, since, noticed_at)
       select organization_id, id, id, last_message_at, last_message_at from ehr_source where id = $1`,
      [fhir.id],
    ),
  )
  expect((await source()).silentSince).toBe((await source()).lastMessageAt)
  const metrics = async () => (await supertest(app).get('/metrics').expect(200)).text
  expect(await metrics()).toMatch(/^ehr_sources_silent 1$/m)
  api.clock.now += 3_600_000
  await postFhir(patient('p-1')).expect(200)
  expect(await source()).toMatchObject({ silentSince: null })
  expect(await metrics()).toMatch(/^ehr_sources_silent 0$/m)
  expect(await metrics()).toMatch(/^ehr_messages_total\{way="hl7v2",outcome="partly"\} 1$/m)
  expect(await metrics()).toMatch(/^ehr_posts_refused_total\{reason="wrongSecret"\} 1$/m)
})
