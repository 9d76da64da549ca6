import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { importFile } from '../../db/queries/inbound/files/importFile.ts'
import { storeFile } from '../../db/queries/inbound/files/storeFile.ts'
import { findInboundSource } from '../../db/queries/inbound/source.ts'
import type { CsvLayoutInput } from '../../domain/inbound/csv/settings.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'
import { appointmentFile, appointmentLayout, appointmentLine, once } from '../support/csvFiles.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api?.drop())

const addSource = async (layouts: CsvLayoutInput[] = [appointmentLayout]) =>
  (
    await api
      .call('post', '/api/ehr-sources', { name: 'Export', kind: 'csv', settings: { csv: { layouts } } })
      .expect(201)
  ).body
const store = async (sourceId: string, text: string) => {
  const source = await findInboundSource(api.database, api.deps.encryption, sourceId)
  if (!source) throw new Error('no such source')
  api.clock.now += 1_000
  return storeFile(api.deps, source, { name: 'file.csv', body: once(Buffer.from(text)) }, api.clock.now)
}
const work = async () => {
  for (const due of await api.database.lookup.dueFiles(api.clock.now, 20)) await importFile(api.deps, due)
}
const file = async (id: string) => (await api.call('get', `/api/ehr-files/${id}`).expect(200)).body
const preview = (id: string, sample: string | Buffer, more: object = {}) =>
  api.call('post', `/api/ehr-sources/${id}/csv-preview`, { sample: Buffer.from(sample).toString('base64'), ...more })

describe('files of a source', () => {
  it('are listed, the newest first, with the progress of their imports', async () => {
    const { id } = await addSource()
    const first = await store(id, appointmentFile([appointmentLine('l-1')]))
    await work()
    const second = await store(id, appointmentFile([appointmentLine('l-1'), appointmentLine('l-2', { Date: 'soon' })]))
    const { body } = await api.call('get', `/api/ehr-files?sourceId=${id}`).expect(200)
    expect(body.items).toMatchObject([
      { id: second.fileId, state: 'waiting', rows: null },
      {
        id: first.fileId,
        state: 'done',
        rows: 1,
        applied: 1,
        source: 'Export',
        layout: 'appointments',
        name: 'file.csv',
      },
    ])
    await work()
    expect(await file(second.fileId)).toMatchObject({ state: 'done', rows: 2, applied: 0, unchanged: 1, rejected: 1 })
    const { body: done } = await api.call('get', `/api/ehr-files?sourceId=${id}&state=done&limit=1`).expect(200)
    expect(done.items).toHaveLength(1)
    expect(done.nextCursor).toEqual(expect.any(String))
  })

  it('have their rejects as a file: the columns as they came, the row, and why', async () => {
    const { id } = await addSource()
    const line = appointmentLine('r-1', { Date: 'soon', Last: 'Quill, "Zeph"' })
    const { fileId } = await store(id, appointmentFile([appointmentLine('r-0'), line]))
    await work()
    const answer = await api.call('get', `/api/ehr-files/${fileId}/rejects`).expect(200)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toContain('attachment')
    const [header, row, end] = answer.text.split('\r\n')
    expect(header).toMatch(/^Appt Id,Status,.*,Cell,Row,Reason$/)
    expect(row).toMatch(
      /^r-1,Scheduled,soon,9:30 AM,.*"Quill, ""Zeph""",.*,3,"?Date, Time is no day or time as 2026-03-09 14:30/,
    )
    expect(end).toBe('')
    await api.call('get', `/api/ehr-files/${fileId}/rejects`, undefined, {}, 'manager').expect(403)
    await api.call('get', '/api/ehr-files/0190a1b2-0000-7000-8000-000000000000/rejects').expect(404)
  })

  it('that shrank wait for an admin, who lets them pass or rejects them', async () => {
    const { id } = await addSource([{ ...appointmentLayout, snapshot: {} }])
    const lines = Array.from({ length: 24 }, (_, n) => appointmentLine(`s-${n}`, { Chart: `p-${n}` }))
    await store(id, appointmentFile(lines))
    await work()
    const held = await store(id, appointmentFile(lines.slice(0, 12)))
    await work()
    expect(await file(held.fileId)).toMatchObject({
      state: 'held',
      alarm: { what: 'rows', now: 12, before: 24 },
      absent: 0,
    })
    await api.call('post', `/api/ehr-files/${held.fileId}/confirm`, undefined, {}, 'manager').expect(403)
    await api.call('post', `/api/ehr-files/${held.fileId}/reject`).expect(200)
    expect(await file(held.fileId)).toMatchObject({ state: 'rejected', applied: 0, decidedAt: expect.any(String) })
    await api.call('post', `/api/ehr-files/${held.fileId}/confirm`).expect(409)
    const again = await store(id, appointmentFile(lines.slice(0, 12)))
    await work()
    await api.call('post', `/api/ehr-files/${again.fileId}/confirm`).expect(200)
    await work()
    expect(await file(again.fileId)).toMatchObject({ state: 'done', unchanged: 12, absent: 12 })
  })

  it('are cancelled while they wait, and begun again by the layout as it is then', async () => {
    const source = await addSource()
    const { fileId } = await store(source.id, appointmentFile([appointmentLine('c-1', { Status: 'ZZ' })]))
    const cancelled = await api.call('post', `/api/ehr-files/${fileId}/cancel`).expect(200)
    expect(cancelled.body).toMatchObject({ state: 'cancelled' })
    await work()
    expect(await file(fileId)).toMatchObject({ state: 'cancelled', applied: 0, rejected: 0 })
    const layouts = [{ ...appointmentLayout, statuses: { zz: 'booked' } }]
    await api
      .call(
        'patch',
        `/api/ehr-sources/${source.id}`,
        { settings: { csv: { layouts } } },
        { 'if-match': `${source.version}` },
      )
      .expect(200)
    await api.call('post', `/api/ehr-files/${fileId}/replay`).expect(200)
    await work()
    expect(await file(fileId)).toMatchObject({ state: 'done', applied: 1, rejected: 0 })
  })

  it('keep their source from being deleted', async () => {
    const source = await addSource()
    await store(source.id, appointmentFile([appointmentLine('d-1')]))
    const { body } = await api.call('delete', `/api/ehr-sources/${source.id}`).expect(409)
    expect(body.detail).toContain('disabled')
  })
})

describe('the preview of a file', () => {
  it('shows what each field is understood as, and what is wrong where', async () => {
    const { id } = await addSource()
    const lines = [appointmentLine('v-1'), appointmentLine('v-2', { Time: '25:00', Cell: 'none' })]
    const { body } = await preview(id, appointmentFile(lines)).expect(200)
    expect(body).toMatchObject({ layout: 'appointments', problems: [] })
    expect(body.header[0]).toBe('Appt Id')
    expect(body.rows[0]).toMatchObject({
      row: 2,
      taken: true,
      values: { id: 'v-1', status: 'booked', start: '2026-11-12T14:30:00.000Z', birthDate: '1980-02-03' },
      reasons: [],
    })
    expect(body.rows[1]).toMatchObject({
      row: 3,
      taken: false,
      reasons: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', path: 'Date, Time', code: 'invalidDate' }),
        expect.objectContaining({ severity: 'warning', path: 'Cell', code: 'invalidContactPoint' }),
      ]),
    })
  })

  it('goes by settings that are not saved, and names columns that are not there', async () => {
    const { id } = await addSource([])
    expect((await preview(id, 'a,b\n1,2\n').expect(200)).body.problems[0].message).toContain('no layout fits')
    const settings = { layouts: [appointmentLayout] }
    const { body } = await preview(id, 'a,b\n1,2\n', { settings }).expect(200)
    expect(body.problems[0]).toMatchObject({ path: 'Appt Id', code: 'missing' })
    expect(body.rows).toEqual([])
  })

  it('refuses a sample that is no base64', async () => {
    const { id } = await addSource()
    await api.call('post', `/api/ehr-sources/${id}/csv-preview`, { sample: 'Ünicode' }).expect(422)
  })
})
