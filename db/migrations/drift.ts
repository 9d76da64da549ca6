import type { MikroORM } from '@mikro-orm/postgresql'
import { foreignKeyDefinitions } from '../foreignKeys.ts'
import { schemaOrm } from './schemaOrm.ts'

/**
 * What the migrated database at `url` has otherwise than the code says: statements that would bring it to the entities,
 * foreign keys that are not those of the list, tables without row-level security. Empty: no drift.
 */
export async function findDrift(url: string): Promise<string[]> {
  const orm = schemaOrm(url)
  try {
    return [...(await entityDrift(orm)), ...(await foreignKeyDrift(orm)), ...(await securityDrift(orm))]
  } finally {
    await orm.close(true)
  }
}

/** Foreign keys, triggers and functions are no part of the entities, which would drop them. */
const notOfEntities = /^(alter table "\w+" drop constraint "\w+_fk"|drop trigger |drop function )/

async function entityDrift(orm: MikroORM): Promise<string[]> {
  const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false })
  return sql.split('\n').filter((line) => line.trim() !== '' && !notOfEntities.test(line))
}

async function foreignKeyDrift(orm: MikroORM): Promise<string[]> {
  const expected = foreignKeyDefinitions()
  const rows: { name: string; table: string; definition: string }[] = await orm.em.execute(
    `select c.conname as name, c.conrelid::regclass::text as table, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace`,
  )
  const actual = new Map(rows.map(({ name, table, definition }) => [name, `${table}: ${definition}`]))
  const missing = [...expected].filter(([name, key]) => actual.get(name) !== `${key.table}: ${key.definition}`)
  const unlisted = rows.filter(({ name }) => !expected.has(name))
  return [
    ...missing.map(([name, key]) => `missing or different foreign key ${name} on ${key.table}: ${key.definition}`),
    ...unlisted.map(({ name, table }) => `foreign key ${name} on ${table} is not in foreignKeys.ts`),
  ]
}

async function securityDrift(orm: MikroORM): Promise<string[]> {
  const rows: { name: string }[] = await orm.em.execute(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'mikro_orm_migrations'
       and (not c.relrowsecurity or not c.relforcerowsecurity
         or not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'own_organization'))`,
  )
  return rows.map(({ name }) => `table ${name} is not under row-level security`)
}
