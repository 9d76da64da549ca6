import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { importFile } from '../../../db/queries/inbound/files/importFile.ts'
import { appointmentFile, appointmentLayout, appointmentLine } from '../../support/csvFiles.ts'
import { appointment, bundle, type Ehr, location, openEhr, patient, practitioner } from './postedEhr.ts'

/** How many visits each wire exports: 100,000 take some minutes (docs/performance.md). */
const visits = Number(process.env['REEXPORT_VISITS'] ?? 0)
const atOnce = 1_000

const opened: Ehr[] = []
let ehr: Ehr
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

/** What one visit is: its number, and whether it is another time in that night. */
interface Visit {
  n: number
  isMoved: boolean
}
const dayOf = (n: number) => 10 + (n % 20)
/** In several posts, as an EHR exports many. */
function* parts(count: number, moved: number | null): Generator<Visit[]> {
  for (let from = 0; from < count; from += atOnce)
    yield Array.from({ length: Math.min(atOnce, count - from) }, (_, n) => ({
      n: from + n,
      isMoved: from + n === moved,
    }))
}

/** A newer version of everything, as FHIR has it in that night. */
async function exportFhir(night: number, count: number, moved: number | null): Promise<void> {
  const meta = { lastUpdated: `2026-05-0${night}T02:00:00Z`, versionId: String(night) }
  for (const part of parts(count, moved)) {
    const resources = part.map(({ n, isMoved }) => {
      const start = `2026-06-${dayOf(n)}T13:${isMoved ? '45' : '00'}:00Z`
      return appointment({ id: `a-${n}`, meta, start, end: `2026-06-${dayOf(n)}T14:00:00Z` })
    })
    const all = [location({ meta }), practitioner({ meta }), patient({ meta }), ...resources]
    const entries = all.map((resource) => ({ resource }))
    expect((await ehr.post(bundle('batch', entries))).status).toBe(200)
  }
}

/** Bookings with the night's moment in MSH-7, in batches. */
async function exportHl7(night: number, count: number, moved: number | null): Promise<void> {
  const source = await sourceOf('hl7v2')
  for (const part of parts(count, moved)) {
    const messages = part.flatMap(({ n, isMoved }) => [
      `MSH|^~\\&|EHR|Clinic|CA|Practice|2026050${night}0200||SIU^S12|c${night}-${n}|P|2.5`,
      `SCH||a-${n}||||||NEW^New patient`,
      `AIS|1||SVC|202606${dayOf(n)}0${isMoved ? '945' : '900'}|||30|MIN`,
      'AIL|1||R^^^East',
      `PID|1||${n % 500}^^^^MR||Quill^Zephyrine||19800203|||||||5555550101^PRN^CP`,
    ])
    const answer = await ehr.postHl7(['BHS|^~\\&', ...messages, `BTS|${part.length}`], source)
    expect([answer.status, String(answer.body).split('MSA|AA|').length - 1]).toEqual([200, part.length])
  }
}

/** One file of all, imported as a worker does. */
async function exportCsv(night: number, count: number, moved: number | null): Promise<void> {
  const source = await sourceOf('csv')
  const lines = [...parts(count, moved)].flat().map(({ n, isMoved }) =>
    appointmentLine(`a-${n}`, {
      ...{ Date: `6/${dayOf(n)}/2026`, Time: isMoved ? '9:45 AM' : '9:00 AM', Chart: `p-${n % 500}` },
    }),
  )
  // The same lines in another order: the file is another one, and says the same.
  if (night % 2 === 0) lines.reverse()
  const answer = await request(ehr.app)
    .post('/ehr/csv')
    .set({ 'X-Source-Id': source.id, Authorization: `Bearer ${source.secret}`, 'Content-Type': 'text/csv' })
    .send(appointmentFile(lines))
  expect(answer.status).toBe(202)
  for (const file of await ehr.database.lookup.dueFiles(ehr.clock(), 10))
    for (let outcome = 'released'; outcome === 'released'; ) outcome = await importFile(ehr, file)
  expect(await ehr.rows('select state, rows, rejected from ehr_file where id = $1', [answer.body.fileId])).toEqual([
    { state: 'done', rows: count, rejected: 0 },
  ])
}

const sources = new WeakMap<Ehr, { id: string; secret: string }>()
/** The one source of its kind, made by the first export. */
async function sourceOf(kind: 'hl7v2' | 'csv') {
  const source = sources.get(ehr) ?? (await ehr.addSource('active', kind))
  if (kind === 'csv')
    await ehr.rows('update ehr_source set settings = $2 where id = $1', [
      source.id,
      JSON.stringify({ csv: { layouts: [appointmentLayout] } }),
    ])
  sources.set(ehr, source)
  return source
}

/** Care events, patients and what they refer to that were written in the night, and touches of the outbox. */
async function changed(night: string) {
  const [row] = await ehr.rows<{ careEvents: number; others: number }>(
    `select (select count(*)::int from care_event where updated_at >= $1) as "careEvents",
       (select count(*)::int from patient where updated_at >= $1)
         + (select count(*)::int from facility where updated_at >= $1)
         + (select count(*)::int from provider where updated_at >= $1)
         + (select count(*)::int from appointment_type where updated_at >= $1) as others`,
    [new Date(night)],
  )
  return { ...row, touched: await ehr.touched() }
}

describe('a nightly export of everything', () => {
  it.each<[string, number, typeof exportFhir]>([
    ['FHIR Bundles', 200, exportFhir],
    ['HL7 v2 batches', 40, exportHl7],
    ['CSV files', 300, exportCsv],
  ])(
    'in %s touches no care event that is as it was, and those that are not',
    async (_wire, few, exported) => {
      const count = visits || few
      const nothing = { careEvents: 0, others: 0, touched: [] }
      await exported(1, count, null)
      expect(await ehr.touched()).toHaveLength(count)
      ehr.at('2026-05-05T02:00:00Z')
      await exported(2, count, null)
      expect(await changed('2026-05-05T02:00:00Z')).toEqual(nothing)
      ehr.at('2026-05-06T02:00:00Z')
      await exported(3, Math.min(count, atOnce), 7)
      expect(await changed('2026-05-06T02:00:00Z')).toEqual({ ...nothing, careEvents: 1, touched: ['a-7'] })
    },
    visits ? 3_600_000 : 60_000,
  )

  it('in HL7 v2 touches no diagnosis that says no day: it stays the one on which it was first heard of', async () => {
    const source = await sourceOf('hl7v2')
    const export_ = async (night: number, code: string) => {
      ehr.at(`2026-05-0${night}T02:00:00Z`)
      const header = `MSH|^~\\&|EHR|Clinic|CA|Practice|2026050${night}0200+0000||ADT^A08|c${night}|P|2.5`
      const answer = await ehr.postHl7(
        [header, 'PID|1||7^^^^MR||Quill^Zephyrine', `DG1|1||${code}${'|'.repeat(17)}D-1`],
        source,
      )
      expect(String(answer.body)).toContain('MSA|AA|')
    }
    const dates = () =>
      ehr.rows('select diagnosis_at, diagnosis_date from care_event where external_id = $1', ['DG1/D-1'])
    const first = [{ diagnosis_at: new Date('2026-05-04T02:00:00Z'), diagnosis_date: null }]
    await export_(4, 'E11.9')
    expect(await ehr.touched()).toEqual(['DG1/D-1'])
    expect(await dates()).toEqual(first)
    await export_(5, 'E11.9')
    expect(await changed('2026-05-05T02:00:00Z')).toMatchObject({ careEvents: 0, touched: [] })
    await export_(6, 'E11.8')
    expect(await ehr.touched()).toEqual(['DG1/D-1'])
    expect(await dates()).toEqual(first)
  })

  it('in HL7 v2 that loads history dates no diagnosis that says no day', async () => {
    const source = await ehr.addSource('loading', 'hl7v2')
    for (const second of ['00', '01']) {
      const header = `MSH|^~\\&|EHR|Clinic|CA|Practice|202605040200${second}||ADT^A08|c${second}|P|2.5`
      await ehr.postHl7([header, 'PID|1||7^^^^MR||Quill^Zephyrine', 'DG1|1||E11.9'], source)
      await ehr.rows(`update ehr_source set status = 'active' where id = $1`, [source.id])
    }
    expect(await ehr.rows('select diagnosis_at, diagnosis_date from care_event')).toEqual([
      { diagnosis_at: null, diagnosis_date: null },
    ])
  })
})
