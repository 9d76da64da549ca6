import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { appointment, location, patient, practitioner } from '../api/ehr/postedEhr.ts'
import { asAdmin } from '../support/database.ts'
import { openPulledEhr, type PulledEhr } from './pulledEhr.ts'

let ehr: PulledEhr
beforeEach(async () => {
  ehr = await openPulledEhr({ pageSize: 3 })
})
afterEach(() => ehr.stop())

const events = () =>
  ehr.rows('select external_id as id, status, created_at_source is null as history from care_event order by 1')
const outcomes = async () =>
  (await ehr.rows<{ outcome: string }>('select outcome from inbound_message order by received_at, id')).map(
    (row) => row.outcome,
  )
const visits = async (...ids: string[]) => {
  for (const resource of [location(), practitioner(), patient()]) await ehr.server.put(resource)
  for (const id of ids) await ehr.server.put(appointment({ id }))
}

describe('a pull', () => {
  it('brings what the server has, page by page, as history at first; then what changed', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4')
    expect(await ehr.turn()).toBe('pulled')
    expect((await events()).map(({ id, history }) => [id, history])).toEqual(
      ['a-1', 'a-2', 'a-3', 'a-4'].map((id) => [id, true]),
    )
    expect(await ehr.rows('select first_name, stub from patient')).toEqual([{ first_name: 'Zephyrine', stub: false }])
    const { pull } = await ehr.view()
    expect(pull).toMatchObject({ lastError: null, failures: 0, isRunning: false })
    expect(pull?.types.at(-1)).toMatchObject({ type: 'Appointment', isFirstRound: false, pages: 3, resources: 4 })

    expect(await ehr.turn()).toBe('taken')
    ehr.later(15)
    await ehr.server.put(appointment({ id: 'a-2', status: 'cancelled' }))
    await ehr.server.put(appointment({ id: 'a-5' }))
    ehr.server.requests.length = 0
    expect(await ehr.turn()).toBe('pulled')
    expect((await events()).filter(({ id }) => id === 'a-2' || id === 'a-5')).toEqual([
      { id: 'a-2', status: 'cancelled', history: true },
      { id: 'a-5', status: 'booked', history: false },
    ])
    expect(ehr.server.requests.every((request) => request.includes('_lastUpdated=ge'))).toBe(true)
  })
})

describe('what changes on the server while a round pages through', () => {
  const pageOf = (url: URL) => url.pathname.endsWith('/Appointment') && url.searchParams.get('_offset')
  /** Does something once, when a page is asked for: before the server sees that. */
  const once = (page: string, change: () => Promise<unknown>) => {
    let isChanged = false
    ehr.server.interfere(async ({ url }, res) => {
      // Its dates are of whole seconds: it was all there when the round began.
      res.setHeader('Date', new Date(Date.now() + 1000).toUTCString())
      if (isChanged || pageOf(url) !== page) return undefined
      isChanged = true
      await change()
      return undefined
    })
  }
  const known = async () => (await events()).map(({ id }) => id)

  it.each<[string, () => Promise<unknown>]>([
    ['is changed', () => ehr.server.put(appointment({ id: 'a-1', status: 'cancelled' }))],
    ['is deleted', () => ehr.server.repository.deleteResource('Appointment', 'a-1')],
  ])('moves what is behind it, and still nothing is lost of the first round: one %s', async (_how, change) => {
    await visits('a-1', 'a-2', 'a-3', 'a-4', 'a-5')
    once('3', change)
    expect(await ehr.turn()).toBe('pulled')
    expect(await known()).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5'])
    expect((await events()).map(({ history }) => history)).toEqual(Array(5).fill(true))
  })

  it('is brought by the next round where a later one passes over it', async () => {
    await visits('a-1')
    await ehr.turn()
    ehr.later(15)
    for (const id of ['b-1', 'b-2', 'b-3', 'b-4']) await ehr.server.put(appointment({ id }))
    once('3', () => ehr.server.put(appointment({ id: 'b-1', status: 'cancelled' })))
    await ehr.turn()
    ehr.later(15)
    await ehr.turn()
    expect(await known()).toEqual(['a-1', 'b-1', 'b-2', 'b-3', 'b-4'])
  })

  it('is looked for once more, in what was there when the round began; the next round has the rest', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4', 'a-5')
    once('3', () => ehr.server.put(appointment({ id: 'a-6' })))
    await ehr.turn()
    const asked = ehr.server.requests.filter((request) => request.includes('/Appointment'))
    const isAgain = asked.map((request) => request.includes('_lastUpdated=lt'))
    expect([isAgain.lastIndexOf(false), isAgain.indexOf(true)]).toEqual([2, 3])
    ehr.later(15)
    ehr.server.requests.length = 0
    await ehr.turn()
    expect(
      ehr.server.requests
        .filter((request) => request.includes('/Appointment'))
        .map((request) => request.includes('_lastUpdated=ge')),
    ).not.toContain(false)
    expect((await ehr.view()).pull?.types.at(-1)).toMatchObject({ isFirstRound: false })
  })
})

describe('a pull that is cut short', () => {
  const offsets = () =>
    ehr.server.requests
      .filter((request) => request.includes('/Appointment'))
      .map((request) => Number(new URL(request.slice(4), ehr.server.baseUrl).searchParams.get('_offset') ?? 0))

  it('by a server that dies amid the pages goes on with the page that failed, and says what was wrong', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6', 'a-7')
    ehr.server.interfere(({ url }) => (url.searchParams.get('_offset') === '3' ? 'hangUp' : undefined))
    expect(await ehr.turn()).toBe('failed')
    expect(await events()).toHaveLength(3)
    expect((await ehr.view()).pull).toMatchObject({ failures: 1, lastError: { code: 'unreachable' } })
    ehr.server.interfere(() => undefined)
    ehr.server.requests.length = 0
    expect(await ehr.turn()).toBe('taken')
    ehr.later(2)
    expect(await ehr.turn()).toBe('pulled')
    expect(offsets().slice(0, 2)).toEqual([3, 6])
    expect((await events()).map(({ history }) => history)).toEqual(Array(7).fill(true))
    expect((await ehr.view()).pull).toMatchObject({ failures: 0, lastError: null })
  })

  it('by the end of its turn, or of the program, goes on with the next page', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6', 'a-7')
    const ending = new AbortController()
    ehr.server.interfere(({ url }) => {
      if (url.searchParams.get('_offset') === '3') ending.abort()
      return undefined
    })
    expect(await ehr.turn(ending.signal)).toBe('stopped')
    ehr.server.interfere(({ url }) => {
      if (url.searchParams.get('_offset') === '3') ehr.later(1)
      return undefined
    })
    ehr.server.requests.length = 0
    expect(await ehr.turn()).toBe('pulled')
    expect(await ehr.turn()).toBe('pulled')
    expect(offsets().slice(0, 2)).toEqual([3, 6])
    expect(await events()).toHaveLength(7)
  })

  it('by a death is taken up by another once its lease has run out', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4')
    await ehr.rows(`update ehr_source set pull_lease = id, pull_lease_until = $1`, [new Date(ehr.clock() + 50_000)])
    expect(await ehr.turn()).toBe('taken')
    ehr.later(1)
    expect(await Promise.all([ehr.turn(), ehr.turn()])).toEqual(expect.arrayContaining(['pulled', 'taken']))
    expect(await events()).toHaveLength(4)
  })

  it('by an edit of its settings begins with the new ones', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4')
    let edited: Promise<unknown> | null = null
    ehr.server.interfere(({ url }) => {
      if (url.searchParams.get('_offset') === '3') edited ??= ehr.edit({ types: ['Patient'] })
      return undefined
    })
    const first = await ehr.turn()
    await edited
    expect(['stopped', 'pulled']).toContain(first)
    expect(await ehr.turn()).toBe('pulled')
    expect((await ehr.view()).pull?.types.map(({ type }) => type)).toEqual(['Patient'])
  })
})

describe('paging that goes wrong', () => {
  const linked = (url: string) => ({
    status: 200,
    body: { resourceType: 'Bundle', type: 'searchset', entry: [], link: [{ relation: 'next', url }] },
  })
  const ofAppointment = (how: (url: URL) => ReturnType<typeof linked> | { status: number; body?: unknown }) =>
    ehr.server.interfere(({ url }) => (url.pathname.endsWith('/Appointment') ? how(url) : undefined))

  it.each<[string, string, (url: URL) => ReturnType<typeof linked> | { status: number; body?: unknown }]>([
    ['in a ring', 'pageLoop', (url) => linked(`${url.origin}/fhir/Appointment?page=1`)],
    ['to another server', 'foreignPage', () => linked('http://127.0.0.1:1/fhir/Appointment?page=2')],
    ['to what is no Bundle', 'notFhir', () => ({ status: 200, body: '<html>Welcome</html>' })],
    ['to a refusal', 'forbidden', () => ({ status: 403 })],
    ['to a search it does not know', 'searchRefused', () => ({ status: 400 })],
    ['to another address', 'redirected', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })],
  ])('%s is told, and stops no other type', async (_how, code, how) => {
    await visits()
    ofAppointment(how)
    expect(await ehr.turn()).toBe('failed')
    expect((await ehr.view()).pull?.lastError?.code).toBe(code)
    if (code !== 'redirected')
      expect((await ehr.view()).pull?.types.map(({ lastAt }) => lastAt !== null)).toEqual([true, true, true, false])
    expect(await ehr.rows('select 1 from patient')).toHaveLength(1)
  })

  it('to a page that the server has forgotten begins the round anew', async () => {
    await visits('a-1', 'a-2', 'a-3', 'a-4')
    let forgotten = 0
    ofAppointment((url) => {
      if (url.searchParams.has('_offset') && forgotten++ === 0) return { status: 410 }
      return undefined as never
    })
    expect(await ehr.turn()).toBe('pulled')
    expect(await events()).toHaveLength(4)
  })

  it('by words about the search among the results is stored without them', async () => {
    const outcome = { resource: { resourceType: 'OperationOutcome', issue: [] }, search: { mode: 'outcome' } }
    const entry = [outcome, { resource: appointment() }]
    ofAppointment(() => ({ status: 200, body: { resourceType: 'Bundle', type: 'searchset', entry } }))
    expect(await ehr.turn()).toBe('pulled')
    expect(await outcomes()).toEqual(['applied'])
  })

  it('by a broken resource keeps the others', async () => {
    const broken = { resource: { ...appointment({ id: 'a-2' }), start: 'soon' } }
    const entry = [{ resource: appointment() }, broken, { resource: appointment({ id: 'a-3' }) }]
    ofAppointment(() => ({ status: 200, body: { resourceType: 'Bundle', type: 'searchset', entry } }))
    expect(await ehr.turn()).toBe('pulled')
    expect((await events()).map(({ id }) => id)).toEqual(['a-1', 'a-3'])
    expect(await outcomes()).toEqual(['partly'])
  })
})

describe('a server that is busy', () => {
  it('is waited for when it takes a moment', async () => {
    await visits('a-1')
    let busy = 1
    ehr.server.interfere(() => (busy-- > 0 ? { status: 429, headers: { 'retry-after': '1' } } : undefined))
    expect(await ehr.turn()).toBe('pulled')
  })

  it('is asked again when it says, and later and later when it fails', async () => {
    ehr.server.interfere(() => ({ status: 429, headers: { 'retry-after': '1800' } }))
    const asked = ehr.clock()
    expect(await ehr.turn()).toBe('failed')
    const { pull } = await ehr.view()
    expect(pull?.lastError?.code).toBe('busy')
    expect(Date.parse(pull?.nextAt ?? '') - asked).toBeGreaterThanOrEqual(1_800_000)
  })
})

describe('deletions', () => {
  it('are learned from the history of a type, where the server has one', async () => {
    await visits('a-1', 'a-2')
    await ehr.edit({ changesBy: 'history' })
    expect(await ehr.turn()).toBe('pulled')
    ehr.later(15)
    const lastModified = new Date(ehr.clock()).toISOString()
    ehr.server.interfere(({ url }) => {
      if (!url.pathname.endsWith('/_history')) return undefined
      const gone = { request: { method: 'DELETE', url: 'Appointment/a-2' }, response: { status: '204', lastModified } }
      const entry = url.pathname.includes('Appointment') ? [gone] : []
      return { status: 200, body: { resourceType: 'Bundle', type: 'history', entry } }
    })
    expect(await ehr.turn()).toBe('pulled')
    expect(await ehr.rows('select external_id as id, deleted from care_event order by 1')).toEqual([
      { id: 'a-1', deleted: false },
      { id: 'a-2', deleted: true },
    ])
    expect(ehr.server.requests.at(-1)).toMatch(/_history\?_count=3&_since=/)
  })
})

describe('a page that we fail to store', () => {
  it('waits in the feed, is told with the source, and holds up nothing', async () => {
    await visits('a-1')
    await asAdmin(ehr.url, (client) =>
      client.query('alter table patient add constraint no_patients check (first_name is null)'),
    )
    expect(await ehr.turn()).toBe('failed')
    expect((await ehr.view()).pull).toMatchObject({ lastError: { code: 'keptForReplay' } })
    expect(await outcomes()).toEqual(expect.arrayContaining(['received', 'applied']))
    expect(await events()).toHaveLength(1)
    expect(ehr.reported).toEqual([{ event: 'pulledMessageKept', sourceId: ehr.source.id, code: '23514' }])
  })
})
