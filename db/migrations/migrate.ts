import { Client } from 'pg'
import { checkUrl, DatabaseProblem, explainFailure } from '../databaseProblem.ts'
import { ensureRoles } from '../roles.ts'
import { migrations } from './index.ts'
import { schemaOrm } from './schemaOrm.ts'

// Any number, as long as it is always this one.
const migrationLock = 7_310_482_957

export interface MigrateOptions {
  /** Connects as the owner of the schema. */
  url: string
  /** The user that the app connects as, when that is another one: it is allowed to act as the app's role. */
  appUser?: string
}

/**
 * Brings the schema up to date and returns the names of the migrations it applied. Several starts at once are safe:
 * the first does it, the others wait. Throws `DatabaseProblem` when the server can't be used, or is ahead of us.
 */
export async function migrate({ url, appUser }: MigrateOptions): Promise<string[]> {
  checkUrl(url)
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'custom-actions migrate',
  })
  try {
    await client.connect()
  } catch (error) {
    throw explainFailure(url, error)
  }
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await refuseNewer(client)
    await ensureRoles(client, appUser ?? null)
    return await applyPending(url)
  } finally {
    await client.end()
  }
}

async function applyPending(url: string): Promise<string[]> {
  const orm = schemaOrm(url)
  try {
    return (await orm.migrator.up()).map(({ name }) => name)
  } finally {
    await orm.close(true)
  }
}

async function refuseNewer(client: Client): Promise<void> {
  const known = new Set(migrations.map(({ name }) => name))
  const table = await client.query(`select to_regclass('mikro_orm_migrations') as found`)
  if (table.rows[0]?.found === null) return
  const { rows } = await client.query<{ name: string }>('select name from mikro_orm_migrations order by id')
  const newer = rows.find(({ name }) => !known.has(name))
  if (newer !== undefined)
    throw new DatabaseProblem(
      `The database has the migration ${newer.name}, which this version does not know: start the version that made it, or a newer one`,
    )
}
