import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ReportedEvent } from '../../activities/deps.ts'
import { deleteByAge, watchSilences } from '../../activities/tendFeed.ts'
import { newId } from '../../db/newId.ts'
import { chunkBytes } from '../../db/queries/inbound/files/chunks.ts'
import { decideFile } from '../../db/queries/inbound/files/decide.ts'
import { storeMessage } from '../../db/queries/inbound/message.ts'
import { replayMessage } from '../../db/queries/inbound/replay.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { type Ehr, openEhr, patient } from '../api/ehr/postedEhr.ts'
import { asAdmin } from '../support/database.ts'

let ehr: Ehr
const reported: ReportedEvent[] = []
beforeAll(async () => {
  ehr = await openEhr()
})
afterAll(() => ehr.drop())

const deps = () => ({
  database: ehr.database,
  clock: ehr.clock,
  report: (event: ReportedEvent) => reported.push(event),
})

describe('a source that falls silent', () => {
  const silences = () =>
    ehr.rows<{ since: Date; noticed_at: Date; ended_at: Date | null }>(
      'select since, noticed_at, ended_at from ehr_silence order by since',
    )

  it('is noted with since when, once, and no longer when it speaks again', async () => {
    // Every hour for four weeks, day and night.
    const first = Date.parse('2026-05-04T00:00:00Z')
    const last = first + 28 * dayMs
    await ehr.database.inOrganization(ehr.organizationId, async (tx) => {
      for (let now = first; now <= last; now += hourMs)
        await storeMessage(
          { tx, source: ehr.source, now },
          ehr.encryption,
          { contentType: 'text/plain', body: Buffer.from('x') },
          {
            outcome: 'unchanged',
            reasons: [],
            records: 0,
          },
        )
    })
    ehr.at('2026-06-01T02:30:00Z')
    await watchSilences(deps())
    expect(await silences()).toEqual([])

    ehr.at('2026-06-01T03:00:00Z')
    await watchSilences(deps())
    ehr.at('2026-06-01T04:00:00Z')
    await watchSilences(deps())
    const since = new Date('2026-06-01T00:00:00Z')
    const noticed_at = new Date('2026-06-01T03:00:00Z')
    expect(await silences()).toEqual([{ since, noticed_at, ended_at: null }])
    expect(reported).toEqual([{ event: 'sourceSilent', organizationId: ehr.organizationId, sourceId: ehr.source.id }])

    ehr.at('2026-06-01T05:00:00Z')
    await ehr.post(patient()).expect(201)
    expect(await silences()).toEqual([{ since, noticed_at, ended_at: new Date('2026-06-01T05:00:00Z') }])
  })

  it('is no news when it was switched off', async () => {
    ehr.at('2026-06-01T09:00:00Z')
    await watchSilences(deps())
    await ehr.rows(`update ehr_source set status = 'disabled' where id = $1`, [ehr.source.id])
    ehr.at('2026-06-01T10:00:00Z')
    await watchSilences(deps())
    expect((await silences()).map(({ ended_at }) => ended_at)).toEqual([
      new Date('2026-06-01T05:00:00Z'),
      new Date('2026-06-01T10:00:00Z'),
    ])
    expect(reported.map(({ event }) => event)).toEqual(['sourceSilent', 'sourceSilent', 'silenceOver'])
    await ehr.rows(`update ehr_source set status = 'active' where id = $1`, [ehr.source.id])
  })
})

describe('a source of files', () => {
  it('is not silent while it sends the same file again, which is kept once', async () => {
    const csv = await ehr.addSource('active', 'csv')
    const night = (n: number) => new Date(Date.parse('2026-05-04T06:00:00Z') + n * dayMs)
    for (let n = 0; n < 28; n += 1)
      await ehr.rows(
        `insert into ehr_file (organization_id, id, source_id, name, hash, bytes, received_at, version_at, state, created_at, updated_at)
         values ($1, $2, $3, 'visits.csv', '', 9, $4, $4, 'done', $4, $4)`,
        [ehr.organizationId, newId(), csv.id, night(n)],
      )
    const silent = async (lastMessageAt: Date) => {
      await ehr.rows('update ehr_source set last_message_at = $2 where id = $1', [csv.id, lastMessageAt])
      ehr.at(new Date(night(29).getTime() + 6 * hourMs).toISOString())
      await watchSilences(deps())
      return (await ehr.rows('select 1 from ehr_silence where source_id = $1', [csv.id])).length > 0
    }
    expect(await silent(night(29))).toBe(false)
    expect(await silent(night(27))).toBe(true)
  })
})

describe('what is old', () => {
  it('is deleted as it came, what it became stays; what is in quarantine is kept longer', async () => {
    await ehr.rows('delete from inbound_message')
    await ehr.rows('update organization set raw_retention_days = 30, quarantine_retention_days = 100')
    const posts: [at: string, body: unknown][] = [
      ['2026-06-02T12:00:00Z', patient({ id: 'old-1' })],
      ['2026-06-02T12:01:00Z', patient({ id: 'old-1' })],
      ['2026-06-02T12:02:00Z', 'no json'],
      ['2026-07-02T12:00:00Z', patient({ id: 'new-1' })],
      ['2026-07-02T12:01:00Z', 'no json either'],
    ]
    for (const [at, body] of posts) {
      ehr.at(at)
      await ehr.post(body)
    }
    const left = () =>
      ehr.rows(
        `select m.outcome, m.raw is not null as raw, (select count(*)::int from inbound_record r where r.message_id = m.id) as records
           from inbound_message m order by m.received_at`,
      )
    ehr.at('2026-07-03T12:00:00Z')
    let alive = 0
    await deleteByAge(deps(), () => {
      alive += 1
    })
    expect(alive).toBe(2)
    expect(await left()).toEqual([
      { outcome: 'applied', raw: false, records: 1 },
      { outcome: 'unchanged', raw: false, records: 0 },
      { outcome: 'quarantined', raw: true, records: 0 },
      { outcome: 'applied', raw: true, records: 1 },
      { outcome: 'quarantined', raw: true, records: 0 },
    ])
    expect(reported.at(-1)).toEqual({
      event: 'deletedByAge',
      organizationId: ehr.organizationId,
      messages: 2,
      partsOfFiles: 0,
    })
    ehr.at('2026-09-11T12:00:00Z')
    await deleteByAge(deps(), () => undefined)
    expect((await left()).map(({ raw }) => raw)).toEqual([false, false, false, false, true])
  })

  it('and so are files, whose import is then not begun again; one that has not ended is left alone', async () => {
    const csv = await ehr.addSource('active', 'csv')
    const by = { now: ehr.clock(), who: { userId: null, apiKeyId: null } }
    const file = (state: string, received: string, rejected = 0) =>
      ehr.database.inOrganization(ehr.organizationId, async (tx) => {
        const id = newId()
        await tx.query(
          `insert into ehr_file (organization_id, id, source_id, name, hash, bytes, received_at, version_at, state, rejected, created_at, updated_at)
           values ($1, $2, $3, 'visits.csv', '', 9, $4, $4, $5, $6, $4, $4)`,
          [tx.organizationId, id, csv.id, received, state, rejected],
        )
        for (const [table, column] of [
          ['ehr_file_chunk', 'position'],
          ['ehr_file_reject', 'row'],
        ])
          await tx.query(
            `insert into ${table} (organization_id, id, file_id, ${column}, body${table === 'ehr_file_reject' ? ', reasons' : ''})
             values ($1, $2, $3, 0, ''${table === 'ehr_file_reject' ? `, '[]'` : ''})`,
            [tx.organizationId, newId(), id],
          )
        await tx.query(
          `insert into ehr_file_row (organization_id, file_id, kind, external_id, row)
           select $1, $2, 'careEvent', 'a-' || row, row from generate_series(1, 1201) as row`,
          [tx.organizationId, id],
        )
        return id
      })
    const old = await file('done', '2026-08-01T12:00:00Z')
    const kept = [
      await file('done', '2026-08-01T12:00:00Z', 3),
      await file('held', '2025-08-01T12:00:00Z'),
      await file('done', '2026-09-01T12:00:00Z'),
    ]
    let alive = 0
    await deleteByAge(deps(), () => {
      alive += 1
    })
    expect(reported.at(-1)).toMatchObject({ event: 'deletedByAge', partsOfFiles: 1203 })
    expect(alive).toBe(4)
    for (const table of ['ehr_file_chunk', 'ehr_file_reject', 'ehr_file_row']) {
      const rows = await ehr.rows<{ id: string }>(`select distinct file_id as id from ${table}`)
      expect(rows.map(({ id }) => id).sort()).toEqual([...kept].sort())
    }
    const again = ehr.database.inOrganization(ehr.organizationId, (tx) => decideFile(tx, old, 'replay', by))
    await expect(again).rejects.toThrow('deleted by age')
  })

  it('a file of which only a part is left is not begun again: it would look like a snapshot without the rest', async () => {
    const csv = await ehr.addSource('active', 'csv')
    const by = { now: ehr.clock(), who: { userId: null, apiKeyId: null } }
    const partly = (left: number) =>
      ehr.database.inOrganization(ehr.organizationId, async (tx) => {
        const id = newId()
        await tx.query(
          `insert into ehr_file (organization_id, id, source_id, name, hash, bytes, received_at, version_at, state, created_at, updated_at)
           values ($1, $2, $3, 'visits.csv', '', $5, $4, $4, 'done', $4, $4)`,
          [tx.organizationId, id, csv.id, new Date(by.now), 2 * chunkBytes + 1],
        )
        for (let position = 0; position < left; position += 1)
          await tx.query(
            `insert into ehr_file_chunk (organization_id, id, file_id, position, body) values ($1, $2, $3, $4, '')`,
            [tx.organizationId, newId(), id, position],
          )
        return id
      })
    const again = (id: string) =>
      ehr.database.inOrganization(ehr.organizationId, (tx) => decideFile(tx, id, 'replay', by))
    await expect(again(await partly(2))).rejects.toThrow('deleted by age')
    expect(await again(await partly(3))).toMatchObject({ state: 'waiting' })
  })

  it('and what is taken again late is still older than what came after it and changed nothing', async () => {
    const named = (family: string) => patient({ id: 'slow-1', name: [{ family, given: ['Ada'] }] })
    ehr.at('2026-10-01T12:00:00Z')
    await ehr.post(named('Quill'))
    await asAdmin(ehr.url, (client) =>
      client.query(`alter table patient add constraint bad check (last_name <> 'Former')`),
    )
    ehr.at('2026-10-02T12:00:00Z')
    await ehr.post(named('Former')).expect(500)
    await asAdmin(ehr.url, (client) => client.query('alter table patient drop constraint bad'))
    for (const day of ['03', '04']) {
      ehr.at(`2026-10-${day}T12:00:00Z`)
      await ehr.post(named('Quill'))
    }
    ehr.at('2026-11-10T12:00:00Z')
    await deleteByAge(deps(), () => undefined)
    const known = `select m.received_at from inbound_record r join inbound_message m on m.id = r.message_id
                    where r.external_id = 'slow-1' and r.outcome = 'unchanged'`
    expect(await ehr.rows(known)).toEqual([{ received_at: new Date('2026-10-04T12:00:00Z') }])
    const [slow] = await ehr.rows<{ id: string }>(`select id from inbound_message where outcome = 'received'`)
    const by = { now: ehr.clock(), who: { userId: null, apiKeyId: null } }
    const { outcome } = await replayMessage(ehr, ehr.organizationId, slow!.id, by)
    expect(outcome).toBe('unchanged')
    expect(await ehr.rows(`select last_name from patient where external_id = 'slow-1'`)).toEqual([
      { last_name: 'Quill' },
    ])
  })
})
