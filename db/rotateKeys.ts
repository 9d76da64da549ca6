import type { Encryption } from './encryption.ts'
import type { Database, Tx } from './orm.ts'
import { textHashOf } from './sameText.ts'

/** A table with encrypted columns; `addressHash`: its `address` has a blind index beside it. */
interface EncryptedTable {
  name: string
  columns: string[]
  addressHash: boolean
}

export interface Rotation {
  /** Rows that were encrypted anew. */
  rows: number
  /** Rows that still hang on an older key: somebody writes with one, or holds them locked. 0: the older keys can go. */
  left: number
}

export interface RotationProgress {
  table: string
  rows: number
}

const batchSize = 100
/** What is locked in one pass is tried again in the next. */
const passes = 3

/**
 * Encrypts anew, with the first key, everything that an older one encrypted, and the blind indexes with it, those of
 * texts too. Batches are
 * transactions of their own, and what is done is known by its key: stopped in the middle it goes on where it was. The
 * program may run meanwhile, if it has the same first key.
 */
export async function rotateKeys(
  database: Database,
  encryption: Encryption,
  report: (progress: RotationProgress) => void = () => undefined,
): Promise<Rotation> {
  let rows = 0
  let left = 0
  for (const organizationId of await database.lookup.organizations()) {
    const tables = await database.inOrganization(organizationId, encryptedTables)
    for (let pass = 0; pass < passes; pass += 1)
      for (const table of tables) rows += await rotateTable(database, encryption, organizationId, table, report)
    for (const table of tables)
      left += await database.inOrganization(organizationId, (tx) => countLeft(tx, encryption, table))
  }
  return { rows, left }
}

/** Every `bytea` column there is: nothing else is kept in one. */
async function encryptedTables(tx: Tx): Promise<EncryptedTable[]> {
  return tx.query<EncryptedTable & { columns: string[] }>(
    `select c.table_name as name, array_agg(c.column_name::text order by c.column_name) as columns,
       bool_or(c.column_name = 'address' and exists (select 1 from information_schema.columns h
         where h.table_schema = 'public' and h.table_name = c.table_name and h.column_name = 'address_hash')) as "addressHash"
     from information_schema.columns c where c.table_schema = 'public' and c.data_type = 'bytea'
     group by c.table_name order by c.table_name`,
    [],
  )
}

async function rotateTable(
  database: Database,
  encryption: Encryption,
  organizationId: string,
  table: EncryptedTable,
  report: (progress: RotationProgress) => void,
): Promise<number> {
  let total = 0
  for (let last: string | null = null; ; ) {
    const ids: string[] = await database.inOrganization(organizationId, (tx) =>
      rotateBatch(tx, encryption, table, last),
    )
    total += ids.length
    if (ids.length > 0) report({ table: table.name, rows: ids.length })
    if (ids.length < batchSize) return total
    last = ids.at(-1) ?? null
  }
}

/** Ids of the rows it did, in order. Rows that somebody has locked are left for later, so that nobody waits in a ring. */
async function rotateBatch(
  tx: Tx,
  encryption: Encryption,
  table: EncryptedTable,
  after: string | null,
): Promise<string[]> {
  const rows = await tx.query<Record<string, Buffer | null> & { id: never }>(
    `select id, ${table.columns.join(', ')} from "${table.name}"
      where ($2::uuid is null or id > $2) and (${underOlderKey(table)}) order by id limit ${batchSize} for update skip locked`,
    [encryption.currentHead, after],
  )
  for (const row of rows as unknown as ({ id: string } & Record<string, Buffer | null>)[])
    await rewrite(tx, encryption, table, row)
  return rows.map(({ id }) => id as string)
}

async function rewrite(
  tx: Tx,
  encryption: Encryption,
  { name, columns, addressHash }: EncryptedTable,
  row: Record<string, Buffer | string | null>,
): Promise<void> {
  const sets = columns.map((column, index) => `${column} = $${index + 2}`)
  const values: unknown[] = columns.map((column) => anew(encryption, row[column] ?? null))
  if (addressHash && row.address instanceof Uint8Array) {
    sets.push(`address_hash = $${values.length + 2}`)
    values.push(encryption.blindIndex(encryption.decrypt(row.address)))
  }
  if (name === 'delivery' && row.text_encrypted instanceof Uint8Array) {
    sets.push(textHashSql(values.length + 2))
    values.push(textHash(encryption, row.text_encrypted, row.subject_encrypted ?? null))
  }
  const sql = `update "${name}" set ${sets.join(', ')} where id = $1`
  await tx.query(sql, [row.id, ...values], `rotate ${name} ${sets.length}`)
}

/** By it the same text is sent to an address once a day: today's is to be found by whoever writes with the new key. */
function textHash(encryption: Encryption, text: Buffer, subject: Buffer | string | null): string {
  const plain = subject instanceof Uint8Array ? encryption.decrypt(subject) : null
  return textHashOf(encryption, { subject: plain, body: encryption.decrypt(text) })
}

/** Not where the text went out under the new key before its older row was reached: then there are two of that day. */
function textHashSql(place: number): string {
  return `text_hash = case when text_hash is null or exists (select 1 from delivery o
      where o.organization_id = delivery.organization_id and o.action_id = delivery.action_id and o.text_hash = $${place}
        and o.text_day = delivery.text_day and o.id <> delivery.id) then text_hash else $${place} end`
}

function anew(encryption: Encryption, stored: Buffer | string | null): Buffer | null {
  if (stored === null || typeof stored === 'string') return null
  const isCurrent = stored.subarray(0, encryption.currentHead.length).equals(encryption.currentHead)
  return isCurrent ? stored : encryption.encrypt(encryption.decryptBytes(stored))
}

async function countLeft(tx: Tx, encryption: Encryption, table: EncryptedTable): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*) as count from "${table.name}" where ${underOlderKey(table)}`,
    [encryption.currentHead],
  )
  return Number(row?.count ?? 0)
}

/** With `$1` what ciphertext of the first key begins with. */
function underOlderKey({ columns }: EncryptedTable): string {
  return columns.map((column) => `substring(${column} from 1 for length($1::bytea)) <> $1`).join(' or ')
}
