import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Tx } from '../../../db/orm.ts'
import { lockRecords, SourceChanged } from '../../../db/queries/inbound/locks.ts'
import { receiveFhir } from '../../../db/queries/inbound/receiveFhir.ts'
import { createReceiveTogether } from '../../../db/queries/inbound/receiveTogether.ts'
import { findInboundSource, type InboundSource } from '../../../db/queries/inbound/source.ts'
import { asAdmin } from '../../support/database.ts'
import { appointment, type Ehr, openEhr, patient } from './postedEhr.ts'

const opened: Ehr[] = []
let ehr: Ehr
let source: InboundSource
let take: (body: object) => ReturnType<typeof receiveFhir>
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
  const { database, encryption } = ehr
  const found = await findInboundSource(database, encryption, ehr.source.id)
  if (found === null) throw new Error('the source is not there')
  source = found
  const deps = { database, encryption, together: createReceiveTogether() }
  take = (body) => {
    const raw = { contentType: 'application/fhir+json', body: Buffer.from(JSON.stringify(body)) }
    return receiveFhir(deps, source, raw, ehr.clock())
  }
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

const person = (n: number, family = 'Quill') => patient({ id: `p-${n}`, name: [{ family, given: ['Ann'] }] })
const visit = (n: number, more = {}) =>
  appointment({
    id: `a-${n}`,
    participant: [{ actor: { reference: `Patient/p-${n}` }, status: 'accepted' }],
    ...more,
  })
const transactions = async () =>
  (await ehr.rows<{ n: number }>('select count(distinct xmin::text)::int as n from inbound_message'))[0]?.n
const outcomes = (all: Awaited<ReturnType<typeof take>>[]) => all.map(({ entries }) => entries[0]?.outcome ?? null)

/** Fails where the work never ends, so that what it waits for can be freed. */
async function unlessStuck(work: Promise<unknown>): Promise<void> {
  const stuck = Promise.withResolvers<never>()
  const timer = setTimeout(() => stuck.reject(new Error('waits for what somebody else has')), 20_000)
  await Promise.race([work, stuck.promise]).finally(() => clearTimeout(timer))
}

describe('messages of one source that arrive together', () => {
  it('share a transaction, and each becomes what it would have become alone', async () => {
    await Promise.all([1, 2, 3].map((n) => take(person(n))))
    await take(visit(3))
    await ehr.rows('delete from outbox')
    const before = await transactions()
    const taken = await Promise.all([
      take(visit(1)),
      take(visit(2)),
      take(visit(3)),
      take(person(3)),
      take({ resourceType: 'Appointment', id: 'a-4' }),
      take(visit(5)),
    ])
    expect(outcomes(taken)).toEqual(['created', 'created', 'unchanged', 'unchanged', null, 'created'])
    // Person 3 by itself because visit 3 is of them, and one for all others.
    expect(await transactions()).toBe(Number(before) + 2)
    const feed = await ehr.rows(
      `select r.external_id, m.outcome, c.external_id as became from inbound_message m
        join inbound_record r on r.message_id = m.id left join care_event c on c.id = r.subject_id
        where r.resource = 'Appointment' and m.id = any($1::uuid[]) order by 1`,
      [taken.map(({ messageId }) => messageId)],
    )
    expect(feed).toEqual([
      { external_id: 'a-1', outcome: 'applied', became: 'a-1' },
      { external_id: 'a-2', outcome: 'applied', became: 'a-2' },
      { external_id: 'a-3', outcome: 'unchanged', became: 'a-3' },
      { external_id: 'a-4', outcome: 'quarantined', became: null },
      { external_id: 'a-5', outcome: 'applied', became: 'a-5' },
    ])
    expect(await ehr.touched()).toEqual(['a-1', 'a-2', 'a-5'])
    const raw = await ehr.rows<{ raw: Buffer }>('select raw from inbound_message where id = $1', [taken[5]?.messageId])
    expect(JSON.parse(ehr.encryption.decrypt(raw[0]?.raw ?? Buffer.alloc(0)))).toEqual(visit(5))
  })

  it('are stored one after the other where they are about the same', async () => {
    const moved = (hour: number) => visit(1, { start: `2026-05-11T${hour}:00:00Z`, end: `2026-05-11T${hour}:30:00Z` })
    await Promise.all([take(visit(2)), ...[13, 14, 15, 16].map((hour) => take(moved(hour)))])
    expect(await ehr.rows(`select count(*)::int as n from care_event where external_id = 'a-1'`)).toEqual([{ n: 1 }])
    expect(await ehr.rows('select count(*)::int as n from inbound_message')).toEqual([{ n: 5 }])
  })

  it('are none the worse for one that cannot be stored', async () => {
    await asAdmin(ehr.url, (client) =>
      client.query(`alter table patient add constraint mistake check (last_name <> 'Broken')`),
    )
    const taken = await Promise.allSettled([
      take(person(1)),
      take(person(2)),
      take(person(3, 'Broken')),
      take(person(4)),
    ])
    expect(taken.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await ehr.rows('select external_id from patient order by 1')).toEqual(
      ['p-1', 'p-2', 'p-4'].map((external_id) => ({ external_id })),
    )
    expect(await ehr.rows('select outcome, count(*)::int as n from inbound_message group by 1 order by 1')).toEqual([
      { outcome: 'applied', n: 3 },
      { outcome: 'received', n: 1 },
    ])
  })

  describe.each([
    ['has', async () => undefined],
    [
      'is writing',
      async (tx: Tx) => {
        await tx.query(`update patient set muted = true where external_id = 'p-2'`)
      },
    ],
  ])('of which one needs a record that somebody else %s', (_, write) => {
    it('do not wait for it', async () => {
      await take(person(2, 'Known'))
      const held = Promise.withResolvers<void>()
      const freed = Promise.withResolvers<void>()
      const unversioned = { sourceVersion: { lastUpdated: null, versionId: null } }
      const holding = ehr.database.inOrganization(ehr.organizationId, async (tx) => {
        const record = { kind: 'patient', externalId: 'p-2', deleted: true, content: null, ...unversioned } as const
        await lockRecords(tx, source, [record])
        await write(tx)
        held.resolve()
        await freed.promise
      })
      await held.promise
      const first = take(person(1))
      const waiting = take(person(2))
      const third = take(person(3))
      // What comes later overtakes it as well.
      const later = Promise.all([first, third]).then(() => take(person(4)))
      try {
        await unlessStuck(later)
        expect(outcomes([await first, await third, await later])).toEqual(['created', 'created', 'created'])
        expect(await ehr.rows(`select last_name from patient where external_id = 'p-2'`)).toEqual([
          { last_name: 'Known' },
        ])
      } finally {
        freed.resolve()
        await Promise.allSettled([holding, first, waiting, third, later])
      }
      await holding
      expect(outcomes([await waiting])).toEqual(['updated'])
    })
  })

  it('are all told when the source was changed since it was read', async () => {
    await ehr.rows('update ehr_source set version = version + 1')
    const taken = await Promise.allSettled([1, 2, 3].map((n) => take(person(n))))
    expect(taken.map((each) => each.status === 'rejected' && each.reason instanceof SourceChanged)).toEqual([
      true,
      true,
      true,
    ])
    expect(await ehr.rows('select 1 from inbound_message')).toEqual([])
  })

  it('are acknowledged each by its own control id', async () => {
    const hl7 = await ehr.addSource('active', 'hl7v2')
    const controls = Array.from({ length: 8 }, (_, n) => `m-${n}`)
    const answers = await Promise.all(
      controls.map((control, n) =>
        ehr.postHl7(
          [
            `MSH|^~\\&|EHR|Clinic|CA|Practice|20260501090000||SIU^S12|${control}|P|2.5`,
            `SCH||visit-${n}||||||NEW^New patient`,
            `PID|1||p-${n}^^^^MR||Quill^Zephyrine||19800203`,
            'AIS|1||SVC|20260511130000|||30|MIN',
          ],
          hl7,
        ),
      ),
    )
    expect(answers.map(({ body }) => /MSA\|AA\|(m-\d)/.exec(String(body))?.[1])).toEqual(controls)
    expect(await ehr.rows('select count(*)::int as n from care_event')).toEqual([{ n: 8 }])
  })

  it('are read by the zones of now, however often they were read before', async () => {
    const hl7 = await ehr.addSource('active', 'hl7v2')
    const message = (n: number) =>
      ehr.postHl7(
        [
          `MSH|^~\\&|EHR|Clinic|CA|Practice|20260501090000+0000||SIU^S12|m-${n}|P|2.5`,
          `SCH||visit-${n}||||||NEW^New patient`,
          `PID|1||p-${n}^^^^MR||Quill^Zephyrine||19800203`,
          'AIS|1||SVC|20260511130000|||30|MIN',
          'AIL|1||R^^^East',
        ],
        hl7,
      )
    const all = (first: number) => Promise.all(Array.from({ length: 4 }, (_, n) => message(first + n)))
    const starts = async (first: number) =>
      (
        await ehr.rows<{ at: Date }>('select distinct start_at as at from care_event where external_id = any($1)', [
          Array.from({ length: 4 }, (_, n) => `visit-${first + n}`),
        ])
      ).map(({ at }) => at.toISOString())
    await ehr.rows(`update organization set time_zone = 'America/New_York'`)
    await all(0)
    expect(await starts(0)).toEqual(['2026-05-11T17:00:00.000Z'])
    await ehr.rows(`update facility set time_zone = 'America/Denver'`)
    const answers = await all(4)
    expect(await starts(4)).toEqual(['2026-05-11T19:00:00.000Z'])
    expect(answers.map(({ body }) => /MSA\|AA\|(m-\d)/.exec(String(body))?.[1])).toEqual(['m-4', 'm-5', 'm-6', 'm-7'])
    expect(await ehr.rows('select count(*)::int as n from inbound_message')).toEqual([{ n: 8 }])
  })
})
