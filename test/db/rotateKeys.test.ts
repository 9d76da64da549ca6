import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, type Encryption, generateEncryptionKey } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import { rotateKeys } from '../../db/rotateKeys.ts'
import { textHashOf } from '../../db/sameText.ts'
import { asAdmin, createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'
import { anyRow, insertOf } from './anyRow.ts'

const oldKey = generateEncryptionKey('2025')
const newKey = generateEncryptionKey('2026')
const both = createEncryption(`${newKey},${oldKey}`)
/** As many rows as make three batches. */
const inOneTable = 230

let fresh: FreshDatabase
/** Every encrypted column, by its table. */
let columns: Map<string, string[]>

beforeAll(async () => {
  fresh = await freshDatabase()
  const other = await createOrganization(fresh.database, 'Hillside Dental')
  const { rows } = await asAdmin(fresh.url, (client) =>
    client.query<{ table: string; columns: string[] }>(
      `select table_name as table, array_agg(column_name::text) as columns from information_schema.columns
        where table_schema = 'public' and data_type = 'bytea' group by 1`,
    ),
  )
  columns = new Map(rows.map(({ table, columns: names }) => [table, names]))
  const old = createEncryption(oldKey)
  for (const organizationId of [fresh.organizationId, other])
    for (const table of columns.keys()) await fill(table, organizationId, old, table === 'reply' ? inOneTable : 3)
})
afterAll(() => fresh?.drop())

async function fill(table: string, organizationId: string, encryption: Encryption, count: number): Promise<void> {
  await asAdmin(fresh.url, async (client) => {
    await client.query('set session_replication_role = replica')
    for (let index = 0; index < count; index += 1) {
      const row = await anyRow(client, table, organizationId, newId())
      for (const column of columns.get(table) ?? []) row[column] = encryption.encrypt(secretOf(table, column, index))
      if ('address_hash' in row || table === 'delivery' || table === 'attempt')
        row.address_hash = encryption.blindIndex(secretOf(table, 'address', index))
      if (table === 'attempt') row.number = index
      if (table === 'delivery')
        Object.assign(row, { occurrence_key: String(index), text_hash: `of the old key ${index}` })
      if (table === 'sender') row.address = `+1555555010${index}`
      if (table === 'secure_message') row.token_hash = String(index)
      row.id = newId()
      row.organization_id = organizationId
      await client.query(insertOf(table, row))
    }
  })
}
const secretOf = (table: string, column: string, index: number) => `${table}.${column} ${index}`

/** All that is encrypted, read with nothing but these keys. */
async function readAll(encryption: Encryption): Promise<string[]> {
  const read: string[] = []
  for (const [table, names] of columns) {
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query<Record<string, Buffer>>(`select ${names.join(', ')} from ${table}`),
    )
    for (const row of rows) read.push(...Object.values(row).map((stored) => encryption.decrypt(stored)))
  }
  return read.sort()
}

describe('changing the encryption key', () => {
  let before: string[]

  it('is stopped in the middle, and loses nothing', async () => {
    before = await readAll(both)
    expect(before.length).toBeGreaterThan(2 * inOneTable)
    let batches = 0
    const stopped = rotateKeys(fresh.database, both, ({ table }) => {
      if (table === 'reply') batches += 1
      if (batches === 2) throw new Error('the power went out')
    })
    await expect(stopped).rejects.toThrow('the power went out')
    expect(await readAll(both)).toEqual(before)
    await expect(readAll(createEncryption(newKey))).rejects.toThrow('the key "2025", which is not among the keys given')
  })

  it('goes on where it was, and afterwards the old key can go', async () => {
    const progress: number[] = []
    const { rows, left } = await rotateKeys(fresh.database, both, (each) => progress.push(each.rows))
    expect({ left, reported: progress.reduce((sum, count) => sum + count, 0) }).toEqual({ left: 0, reported: rows })
    expect(rows).toBeLessThan(2 * inOneTable + 3 * 2 * columns.size)
    expect(await readAll(createEncryption(newKey))).toEqual(before)
  })

  it('changes what addresses are found by', async () => {
    const { blindIndex } = createEncryption(newKey)
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query<{ hash: string }>(`select distinct address_hash as hash from delivery order by 1`),
    )
    const wanted = [0, 1, 2].map((index) => blindIndex(secretOf('delivery', 'address', index)))
    expect(rows.map(({ hash }) => hash).sort()).toEqual(wanted.sort())
  })

  it('changes what the same text of a day is known by', async () => {
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query<{ hash: string }>(`select text_hash as hash from delivery where organization_id = $1`, [
        fresh.organizationId,
      ]),
    )
    const wanted = [0, 1, 2].map((index) =>
      textHashOf(createEncryption(newKey), {
        subject: secretOf('delivery', 'subject_encrypted', index),
        body: secretOf('delivery', 'text_encrypted', index),
      }),
    )
    expect(rows.map(({ hash }) => hash).sort()).toEqual(wanted.sort())
  })

  it('has nothing to do when it is done', async () => {
    expect(await rotateKeys(fresh.database, both)).toEqual({ rows: 0, left: 0 })
  })

  it('stops at what no key of the setting opens, and says which is missing', async () => {
    await fill('reply', fresh.organizationId, createEncryption(generateEncryptionKey('lost')), 1)
    await expect(rotateKeys(fresh.database, both)).rejects.toThrow('the key "lost", which is not among the keys given')
  })
})
