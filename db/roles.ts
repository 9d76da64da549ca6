import type { Client } from 'pg'
import { DatabaseProblem } from './databaseProblem.ts'

/** The role that every transaction of the app runs as: it owns nothing, so row-level security binds it. */
export const appRole = 'custom_actions_app'
/** The role that the lookup functions run as (see `migrations/0001_lookups.sql`). */
export const lookupRole = 'custom_actions_lookup'

/**
 * Makes both roles where they are missing, and lets the migrating user and `appUser` act as the app. Roles belong to
 * the whole server, so another database's start may be making them at the same moment.
 */
export async function ensureRoles(client: Client, appUser: string | null): Promise<void> {
  for (const role of [appRole, lookupRole]) {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
    if (rowCount === 0) await createRole(client, role)
    await allow(client, role, null)
  }
  if (appUser !== null) await allow(client, appRole, appUser)
}

async function createRole(client: Client, role: string): Promise<void> {
  try {
    await client.query(`create role ${role} nologin`)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '42710' || code === '23505') return
    if (code === '42501')
      throw new DatabaseProblem(
        `The role ${role} is missing and the migrating user may not create it: let a superuser run "create role ${role} nologin" and grant it to that user, or give that user CREATEROLE`,
      )
    throw error
  }
}

// To become the role, not to have its rights beside one's own: a policy for the role would hold for its heirs too.
async function allow(client: Client, role: string, user: string | null): Promise<void> {
  const { rows } = await client.query<{ may: boolean; name: string }>(
    'select r.rolname as name, pg_has_role(r.rolname, $2, $3) as may from pg_roles r where r.rolname = coalesce($1::text, current_user)',
    [user, role, 'SET'],
  )
  const [found] = rows
  if (found === undefined) throw new DatabaseProblem(`The user "${user}" of DATABASE_URL does not exist on this server`)
  if (!found.may)
    await client.query(`grant ${role} to ${client.escapeIdentifier(found.name)} with inherit false, set true`)
}
