import { createHmac } from 'node:crypto'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import supertest from 'supertest'
import { createEhrRouter } from '../../../api/ehr/router.ts'
import { importFile } from '../../../db/queries/inbound/files/importFile.ts'
import { type ApiUnderTest, apiUnderTest } from '../../support/api.ts'
import { appointmentFile, appointmentLayout, appointmentLine } from '../../support/csvFiles.ts'

let api: ApiUnderTest
let app: Express
let source: { id: string; secret: string }
const maxFileBytes = 24 * 1024 * 1024
beforeAll(async () => {
  api = await apiUnderTest()
  app = express().use('/ehr', createEhrRouter({ ...api.deps, maxFileBytes, failuresPerMinute: 1000 }))
  const settings = { csv: { layouts: [appointmentLayout] } }
  source = (await api.call('post', '/api/ehr-sources', { name: 'Export', kind: 'csv', settings }).expect(201)).body
})
afterAll(() => api?.drop())

const body = appointmentFile([appointmentLine('a-1')])
const post = (query = '') =>
  supertest(app).post(`/ehr/csv${query}`).set({ 'x-source-id': source.id, 'content-type': 'text/csv' })
const bearer = () => ({ authorization: `Bearer ${source.secret}` })
const sign = (text: string | Buffer) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', source.secret).update(text).digest('hex')}`,
})
const count = async (table: string) =>
  (
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query<{ n: number }>(`select count(*)::int as n from ${table}`),
    )
  )[0]?.n

describe('POST /ehr/csv', () => {
  it('stores a file, says so, and knows it again', async () => {
    const first = await post('?name=monday.csv').set(bearer()).send(body)
    expect(first.status).toBe(202)
    expect(first.body).toEqual({ fileId: expect.any(String), outcome: 'waiting' })
    const again = await post('?name=tuesday.csv').set(bearer()).send(body)
    expect(again.status).toBe(200)
    expect(again.body).toEqual({ fileId: first.body.fileId, outcome: 'repeat' })
    for (const due of await api.database.lookup.dueFiles(api.clock.now, 20))
      expect(await importFile(api.deps, due)).toBe('done')
    const { body: events } = await api.call('get', '/api/care-events?externalId=a-1').expect(200)
    expect(events.items).toMatchObject([{ externalId: 'a-1', status: 'booked', start: '2026-11-12T14:30:00.000Z' }])
  })

  it('takes a signature of the body as it was sent, packed or not', async () => {
    const other = appointmentFile([appointmentLine('a-2')])
    expect((await post().set(sign(other)).send(other)).status).toBe(202)
    const packed = gzipSync(appointmentFile([appointmentLine('a-3')]))
    const answer = await post().set(sign(packed)).set('content-encoding', 'gzip').send(packed)
    expect(answer.status).toBe(202)
  })

  it.each<[string, () => supertest.Test]>([
    ['a signature of another body', () => post().set(sign('other')).send(body)],
    ['the right secret beside a wrong signature', () => post().set(bearer()).set(sign('other')).send(body)],
    ['a wrong secret', () => post().set('authorization', 'Bearer wrong').send(body)],
    ['no proof', () => post().send(body)],
  ])('keeps nothing of what comes with %s: 401', async (_what, send) => {
    const before = [await count('ehr_file'), await count('ehr_file_chunk')]
    const answer = await send()
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect([await count('ehr_file'), await count('ehr_file_chunk')]).toEqual(before)
  })

  it('is only for sources of files', async () => {
    const { body: fhir } = await api.call('post', '/api/ehr-sources', { name: 'FHIR' }).expect(201)
    const headers = { 'x-source-id': fhir.id, authorization: `Bearer ${fhir.secret}` }
    expect((await post().set(headers).send(body)).status).toBe(401)
  })

  it('refuses other types and packings with what is taken', async () => {
    const json = await post().set(bearer()).set('content-type', 'application/json').send('{}')
    expect(json.status).toBe(415)
    expect(json.body.detail).toBe('Content-Type has to be text/csv or text/plain')
    const brotli = await post().set(bearer()).set('content-encoding', 'br').send('x')
    expect(brotli.status).toBe(415)
    expect(brotli.body.detail).toContain('gzip')
  })

  it('refuses wrong columns by a sentence, and keeps the file to be read again', async () => {
    const answer = await post('?name=wrong.csv').set(bearer()).send('Appt Id,Day\r\na-1,2026-11-12\r\n')
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0]).toEqual({
      path: 'Status',
      message: 'is no column of the file, and Status is to come from it: it has "Appt Id", "Day"',
    })
    expect(answer.body.fileId).toEqual(expect.any(String))
  })

  it('refuses a layout that the source does not have', async () => {
    const answer = await post('?layout=patients').set(bearer()).send(body)
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toBe('The file "patients" is no layout of this source: this source has "appointments"')
  })

  it('refuses an empty file, and what is no gzip', async () => {
    expect((await post().set(bearer()).send('')).body.detail).toBe(
      'The file is empty: its first row has to name the columns',
    )
    const broken = await post().set(bearer()).set('content-encoding', 'gzip').send(gzipSync(body).subarray(0, 60))
    expect(broken.status).toBe(422)
    expect(broken.body.detail).toContain('not gzip')
  })

  it('stops a zip bomb before it fills the disk, and one that is too large at the limit', async () => {
    const before = await count('ehr_file_chunk')
    const bomb = await post()
      .set(bearer())
      .set('content-encoding', 'gzip')
      .send(gzipSync(Buffer.alloc(23_000_000, 'a')))
    expect(bomb.status).toBe(422)
    expect(bomb.body.detail).toContain('unpacks to more than')
    const large = await upload(maxFileBytes + 1)
    expect(large.status).toBe(413)
    expect(large.text).toContain('larger than 24 MB')
    expect(await count('ehr_file_chunk')).toBe(before)
  })
})

/** A body of so many bytes, sent as it is made. */
async function upload(bytes: number): Promise<{ status: number; text: string }> {
  const server: Server = createServer(app).listen(0)
  try {
    return await new Promise((resolve, reject) => {
      const headers = { 'x-source-id': source.id, 'content-type': 'text/csv', ...bearer() }
      const { port } = server.address() as AddressInfo
      const call = httpRequest({ port, path: '/ehr/csv', method: 'POST', headers }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      call.on('error', reject)
      const piece = Buffer.alloc(1024 * 1024, 'a')
      for (let left = bytes; left > 0; left -= piece.length) call.write(piece.subarray(0, Math.min(left, piece.length)))
      call.end()
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
