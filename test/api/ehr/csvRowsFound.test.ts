import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest } from '../../support/api.ts'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../../support/csvFiles.ts'

let api: ApiUnderTest
let source: Awaited<ReturnType<typeof csvSource>>
beforeAll(async () => {
  api = await apiUnderTest()
  const layout = { ...appointmentLayout, snapshot: { days: 30, alarmBelowPercent: 1 } }
  source = await csvSource({ ...api, encryption: api.deps.encryption, clock: () => api.clock.now }, [layout])
})
afterAll(() => api?.drop())

async function take(name: string, lines: readonly string[]): Promise<string> {
  api.clock.now += 60_000
  const { fileId } = await source.store(appointmentFile(lines), { name })
  expect(await source.work()).toEqual(['done'])
  return fileId
}
const found = async (query: string) => {
  const { items } = (await api.call('get', `/api/ehr-file-rows?${query}`).expect(200)).body
  return items.map(
    (item: { file: string; row: number | null; outcome: string; externalId: string }) =>
      `${item.file} ${item.row} ${item.externalId} ${item.outcome}`,
  )
}
const noted = () => source.rows('select 1 from ehr_file_row')

describe('rows of files', () => {
  it('are found by the ids of their record and of its patient, with what they became', async () => {
    const lines = [
      appointmentLine('a-1', { Chart: 'quill' }),
      appointmentLine('a-2', { Chart: 'vane', Cell: '(555) 555-0102' }),
      appointmentLine('a-3', { Chart: 'quill', Date: 'soon' }),
      appointmentLine('a-1', { Chart: 'quill', Time: '10:30 AM' }),
    ]
    await take('monday.csv', lines)
    expect(await found('externalId=a-1')).toEqual(['monday.csv 2 a-1 changed', 'monday.csv 5 a-1 rejected'])
    expect(await found('externalId=vane')).toEqual(['monday.csv 3 a-2 changed'])
    expect(await found('externalId=quill')).toEqual([
      'monday.csv 2 a-1 changed',
      'monday.csv 4 a-3 rejected',
      'monday.csv 5 a-1 rejected',
    ])
    const { items } = (await api.call('get', '/api/ehr-file-rows?externalId=a-3').expect(200)).body
    expect(items[0].reasons).toMatchObject([{ path: 'Date, Time' }])
    expect(await found('externalId=nobody')).toEqual([])
  })

  it('that change nothing are not written down; what a snapshot no longer has, is', async () => {
    const before = (await noted()).length
    await take('tuesday.csv', [
      appointmentLine('a-2', { Chart: 'vane', Cell: '(555) 555-0102' }),
      appointmentLine('a-1', { Chart: 'quill' }),
      appointmentLine('a-9', { Chart: 'vane', Date: '12/8/2026', Cell: '(555) 555-0102' }),
    ])
    expect(await found('externalId=a-9')).toEqual(['tuesday.csv 4 a-9 changed'])
    expect(await noted()).toHaveLength(before + 1)
    await take('wednesday.csv', [
      appointmentLine('a-2', { Chart: 'vane', Cell: '(555) 555-0102' }),
      appointmentLine('a-9', { Chart: 'vane', Date: '12/9/2026', Cell: '(555) 555-0102' }),
    ])
    expect(await source.events()).toMatchObject({ 'a-1': expect.stringContaining('cancelled') })
    expect((await found('externalId=a-1'))[0]).toBe('wednesday.csv null a-1 absent')
    expect((await found('externalId=quill'))[0]).toBe('wednesday.csv null a-1 absent')
  })

  it('are found for a care event and for a patient of ours', async () => {
    const [event] = (await api.call('get', '/api/care-events?externalId=a-9').expect(200)).body.items
    const rows = ['wednesday.csv 3 a-9 changed', 'tuesday.csv 4 a-9 changed']
    expect(await found(`careEventId=${event.id}`)).toEqual(rows)
    expect(await found(`patientId=${event.patientId}`)).toEqual([...rows, 'monday.csv 3 a-2 changed'])
    expect(await found(`patientId=${event.patientId}&sourceId=${event.id}`)).toEqual([])
  })

  it('are told anew when the file is begun again: what it changed the first time stays', async () => {
    const [file] = await source.rows<{ id: string }>(`select id from ehr_file where name = 'monday.csv'`)
    await api.call('post', `/api/ehr-files/${file?.id}/replay`).expect(200)
    expect(await found('externalId=a-3')).toEqual([])
    expect(await source.work()).toEqual(['done'])
    expect(await found('externalId=a-3')).toEqual(['monday.csv 4 a-3 rejected'])
    expect(await found('externalId=a-1')).toContain('monday.csv 2 a-1 changed')
  })

  it('are asked for by something', async () => {
    const { body } = await api.call('get', '/api/ehr-file-rows').expect(400)
    expect(body.errors).toMatchObject([{ path: 'externalId' }])
  })
})
