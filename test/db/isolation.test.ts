import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Client } from 'pg'
import { entities } from '../../db/entities/index.ts'
import { newId } from '../../db/newId.ts'
import { asAdmin, createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'
import { anyRow, insertOf } from './anyRow.ts'

/** The tables that only grow: the app may not even try. */
const appendOnly = ['audit_entry', 'consent']
const tables = entities.map((entity) => entity.meta.tableName)

let fresh: FreshDatabase
let stranger: string
/** Of each table, a column that both reads and writes can name. */
const columnOf = (table: string) => (table === 'organization' ? 'id' : 'organization_id')

beforeAll(async () => {
  fresh = await freshDatabase()
  stranger = await createOrganization(fresh.database, 'Hillside Dental')
  await asAdmin(fresh.url, async (client) => {
    // One row a table for the first organization; what they refer to is of no account here.
    await client.query(`set session_replication_role = replica`)
    for (const table of tables.filter((name) => name !== 'organization'))
      await client.query(insertOf(table, await anyRow(client, table, fresh.organizationId, newId())))
  })
})
afterAll(() => fresh?.drop())

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

/** As somebody who signed in as the app, but forgot to say for which organization. */
async function withoutOrganization<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(fresh.url)
  url.searchParams.set('options', '-c role=custom_actions_app')
  return asAdmin(url.href, work)
}

describe('row-level security', () => {
  it('knows every table of the catalog', async () => {
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'v')`,
      ),
    )
    expect(rows.map(({ name }) => name).sort()).toEqual([...tables, 'mikro_orm_migrations'].sort())
  })

  it('keeps the bookkeeping of migrations from the app', async () => {
    expect(await codeOf(withoutOrganization((client) => client.query('select * from mikro_orm_migrations')))).toBe(
      '42501',
    )
  })

  it.each(tables)('%s: its own organization reads the row', async (table) => {
    const rows = await fresh.database.inOrganization(fresh.organizationId, (tx) => tx.query(`select 1 from ${table}`))
    expect(rows).toHaveLength(1)
  })

  it.each(tables)('%s: another organization reads nothing', async (table) => {
    const rows = await fresh.database.inOrganization(stranger, (tx) =>
      tx.query(`select 1 from ${table} where ${columnOf(table)} = $1`, [fresh.organizationId]),
    )
    expect(rows).toHaveLength(0)
  })

  it.each(tables)('%s: another organization changes and deletes nothing', async (table) => {
    const column = columnOf(table)
    const change = (sql: string) =>
      fresh.database
        .inOrganization(stranger, (tx) => tx.query(sql, [fresh.organizationId]))
        .then(
          (rows) => `${rows.length} rows`,
          (error: { code?: string }) => error.code,
        )
    const refused = appendOnly.includes(table) ? '42501' : '0 rows'
    expect(await change(`update ${table} set ${column} = ${column} where ${column} = $1 returning 1`)).toBe(refused)
    expect(await change(`delete from ${table} where ${column} = $1 returning 1`)).toBe(
      table === 'organization' ? '42501' : refused,
    )
  })

  it.each(tables)('%s: another organization writes no row into it', async (table) => {
    const row = await asAdmin(fresh.url, (client) => anyRow(client, table, fresh.organizationId, newId()))
    if (table === 'organization') row.id = newId()
    const { text, values } = insertOf(table, row)
    expect(await codeOf(fresh.database.inOrganization(stranger, (tx) => tx.query(text, values)))).toBe('42501')
  })

  it.each(tables)('%s: without an organization there is nothing to read or write', async (table) => {
    await withoutOrganization(async (client) => {
      expect((await client.query(`select 1 from ${table}`)).rows).toHaveLength(0)
      const row = await asAdmin(fresh.url, (owner) => anyRow(owner, table, fresh.organizationId, newId()))
      expect(await codeOf(client.query(insertOf(table, row)))).toBe('42501')
    })
  })

  it('lets no row move to another organization', async () => {
    const moved = fresh.database.inOrganization(fresh.organizationId, (tx) =>
      tx.query('update ticket set organization_id = $1', [stranger]),
    )
    expect(await codeOf(moved)).toBe('42501')
  })

  it('lets no row refer to a row of another organization', async () => {
    const patientId = newId()
    await fresh.database.inOrganization(fresh.organizationId, (tx) =>
      tx.query(`insert into patient (organization_id, id, created_at, updated_at) values ($1, $2, $3, $3)`, [
        tx.organizationId,
        patientId,
        new Date(tx.now),
      ]),
    )
    const insert = (organizationId: string) =>
      fresh.database.inOrganization(organizationId, (tx) =>
        tx.query(
          `insert into care_event (organization_id, id, kind, patient_id, status, anchor_known_since, first_seen_at, created_at, updated_at)
           values ($1, $2, 'recall', $3, 'open', $4, $4, $4, $4)`,
          [tx.organizationId, newId(), patientId, new Date(tx.now)],
        ),
      )
    expect(await codeOf(insert(stranger))).toBe('23503')
    expect(await codeOf(insert(fresh.organizationId))).toBe('done')
  })
})
