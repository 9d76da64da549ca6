import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../../db/encryption.ts'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../../support/csvFiles.ts'
import { type FreshDatabase, freshDatabase } from '../../support/database.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
const monday = Date.UTC(2026, 10, 9, 15, 0)
const clock = { now: monday }
const encryption = createEncryption(generateEncryptionKey('test'))
let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => clock.now })
})
afterAll(() => fresh?.drop())
beforeEach(() => {
  clock.now += 60_000
})
const open = (layouts: Parameters<typeof csvSource>[1] = [appointmentLayout]) =>
  csvSource({ ...fresh, encryption, clock: () => clock.now }, layouts)

describe('a file of appointments', () => {
  it('is stored, then imported: patients, resources and appointments', async () => {
    const source = await open()
    const stored = await source.store(
      appointmentFile([appointmentLine('a-1'), appointmentLine('a-2', { Time: '13:15' })]),
    )
    expect(stored).toMatchObject({ outcome: 'waiting', reasons: [] })
    expect(await source.events()).toEqual({})
    expect(await source.work()).toEqual(['done'])
    expect(await source.file(stored.fileId)).toMatchObject({ state: 'done', rows: 2, applied: 2, rejected: 0 })
    expect(await source.events()).toEqual({ 'a-1': 'booked 2026-11-12T14:30', 'a-2': 'booked 2026-11-12T18:15' })
    const [patient] = await source.rows(
      `select p.first_name, p.birth_date, c.address, c.channel from patient p
         join contact_point c on c.patient_id = p.id where p.source_id = $1 and c.channel = 'sms'`,
      [source.id],
    )
    expect(patient).toEqual({
      first_name: 'Zephyrine',
      birth_date: '1980-02-03',
      address: '+15555550101',
      channel: 'sms',
    })
    const [provider] = await source.rows('select name from provider where source_id = $1', [source.id])
    expect(provider).toEqual({ name: 'Dr. Ada Strange' })
  })
})
