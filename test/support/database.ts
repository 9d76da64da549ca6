import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { migrate } from '../../db/migrations/migrate.ts'
import { newId } from '../../db/newId.ts'
import { type Database, openDatabase } from '../../db/orm.ts'
import type { Clock } from '../../domain/instant.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { testServers } from './environment.ts'

const templateName = 'custom_actions_template'

/** Migrates the database that every test file gets a copy of; once a run, before any test. */
export async function prepareTemplate(adminUrl: string): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    await client.query(`drop database if exists ${templateName} with (force)`)
    await client.query(`create database ${templateName}`)
  })
  await migrate({ url: urlOf(adminUrl, templateName) })
}

export interface FreshDatabase {
  /** The owner's: for what a test must do or see past the policies. */
  url: string
  adminUrl: string
  database: Database
  /** An organization in New York, with everything switched on. */
  organizationId: string
  drop(): Promise<void>
}

/** A migrated database of one's own, with one organization in it. */
export async function freshDatabase({
  clock = Date.now,
  poolSize = 5,
}: {
  clock?: Clock
  poolSize?: number
} = {}): Promise<FreshDatabase> {
  const { postgresUrl: adminUrl } = testServers()
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(adminUrl, async (client) => {
    await copyTemplate(client, name)
  })
  const url = urlOf(adminUrl, name)
  const database = await openDatabase({ url, clock, poolSize })
  const organizationId = await createOrganization(database, 'Riverside Family Clinic')
  return {
    url,
    adminUrl,
    database,
    organizationId,
    async drop() {
      await database.close()
      await asAdmin(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** Another organization of the same database, with everything switched on. */
export async function createOrganization(database: Database, name: string): Promise<string> {
  const id = newId()
  await database.inOrganization(id, (tx) =>
    tx.query(
      `insert into organization (id, name, time_zone, state, default_send_time, enabled_action_types, enabled_resource_kinds,
         enable_new_resources, delivery_rules, created_at, updated_at)
       values ($1, $2, 'America/New_York', 'NY', '10:00', $3, $4, true, $5, $6, $6)`,
      [
        id,
        name,
        ['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'],
        ['facility', 'provider', 'appointmentType'],
        JSON.stringify(defaultDeliveryRules),
        new Date(tx.now),
      ],
    ),
  )
  return id
}

/** Runs SQL as the owner, past every policy. */
export async function asAdmin<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

// Another file may be copying the template at this moment: a copy needs it to itself.
async function copyTemplate(client: Client, name: string): Promise<void> {
  await client.query('select pg_advisory_lock(1)')
  await client.query(`create database ${name} template ${templateName}`)
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}
