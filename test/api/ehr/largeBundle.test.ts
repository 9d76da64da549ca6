import { describe, expect, it } from '@jest/globals'
import { asAdmin } from '../../support/database.ts'
import { bundle, type Ehr, openBeforeEach, patient } from './postedEhr.ts'

let ehr: Ehr
openBeforeEach((opened) => {
  ehr = opened
})

/** A text that nobody reads: resources of real systems carry one. */
const narrative = (kilobytes: number) => ({
  text: { status: 'generated', div: `<div>${'x'.repeat(kilobytes * 1024)}</div>` },
})
const people = (count: number, kilobytes: number) =>
  Array.from({ length: count }, (_, n) => ({ resource: patient({ id: `p-${n}`, ...narrative(kilobytes) }) }))
const stored = async () => (await ehr.rows<{ count: number }>('select count(*) from patient where not stub'))[0]?.count
const messages = () =>
  ehr.rows<{ outcome: string; records: number }>(
    'select outcome, records from inbound_message order by received_at, id',
  )

describe('a Bundle of 20 MB', () => {
  it('is taken in slices, but for the entries that are wrong, while others are answered', async () => {
    const entries: unknown[] = people(420, 50)
    entries[3] = null
    entries[415] = { resource: patient({ id: undefined }) }
    const body = Buffer.from(JSON.stringify(bundle('batch', entries)))
    expect(body.length).toBeGreaterThan(20 * 1024 * 1024)
    let isOver = false
    const large = ehr.post(body).then((answer) => {
      isOver = true
      return answer
    })
    let others = 0
    while (!isOver) {
      expect((await ehr.post(patient({ id: 'other', birthDate: `1980-02-0${1 + (others % 9)}` }))).status).toBeLessThan(
        300,
      )
      others += 1
    }
    const answer = await large
    expect(others).toBeGreaterThan(2)
    expect(answer.status).toBe(200)
    const statuses = answer.body.entry.map((entry: { response: { status: string } }) =>
      Number(entry.response.status.slice(0, 3)),
    )
    expect(statuses).toHaveLength(420)
    expect(statuses.flatMap((status: number, index: number) => (status === 201 ? [] : [[index, status]]))).toEqual([
      [3, 422],
      [415, 422],
    ])
    expect(await stored()).toBe(419)
    expect(await messages()).toContainEqual({ outcome: 'partly', records: 418 })
    const [noted] = await ehr.rows(
      `select count(*), count(distinct r.position) as positions, count(r.subject_id) as subjects, max(r.position) as last
         from inbound_record r join inbound_message m on m.id = r.message_id where m.outcome = 'partly'`,
    )
    expect(noted).toEqual({ count: 420, positions: 420, subjects: 418, last: 419 })
  })

  it('that is a transaction is stored as a whole or not at all', async () => {
    const entries: unknown[] = people(300, 70)
    const broken = await ehr.post(bundle('transaction', [...entries, null]))
    expect([broken.status, await stored()]).toEqual([422, 0])
    expect((await ehr.post(bundle('transaction', entries))).status).toBe(200)
    expect(await stored()).toBe(300)
    expect(await messages()).toEqual([
      { outcome: 'quarantined', records: 0 },
      { outcome: 'applied', records: 300 },
    ])
  })
})

describe('a Bundle of many entries', () => {
  it('as a history has the newest version first, across its slices', async () => {
    const versions = Array.from({ length: 450 }, (_, n) => ({
      resource: patient({ id: `v-${n % 3}`, name: [{ family: `Quill${449 - n}` }], ...narrative(1) }),
    }))
    expect((await ehr.post(bundle('history', versions))).status).toBe(200)
    const rows = await ehr.rows('select external_id as id, last_name as name from patient order by 1')
    expect(rows).toEqual([
      { id: 'v-0', name: 'Quill449' },
      { id: 'v-1', name: 'Quill448' },
      { id: 'v-2', name: 'Quill447' },
    ])
  })

  it('that fails half way was not acknowledged, waits for a replay, and is whole when it is sent again', async () => {
    const sent = bundle('batch', people(450, 1))
    await asAdmin(ehr.url, (client) =>
      client.query(`alter table patient add constraint mistake check (external_id <> 'p-300')`),
    )
    expect((await ehr.post(sent)).status).toBe(500)
    expect([await messages(), await stored()]).toEqual([[{ outcome: 'received', records: 0 }], 200])
    await asAdmin(ehr.url, (client) => client.query('alter table patient drop constraint mistake'))
    expect((await ehr.post(sent)).status).toBe(200)
    expect([(await messages())[1], await stored()]).toEqual([{ outcome: 'applied', records: 450 }, 450])
  })

  it('is refused beyond the most that go into one', async () => {
    const answer = await ehr.post(
      bundle(
        'batch',
        Array.from({ length: 50_001 }, () => ({})),
      ),
    )
    expect([answer.status, answer.body.issue[0].details.text]).toEqual([
      422,
      'Bundle.entry has 50001 entries: at most 50000 go into one batch Bundle',
    ])
  })
})
