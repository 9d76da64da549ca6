import { actionTypes } from '../domain/action.ts'
import { defaultDeliveryRules, resourceKinds } from '../domain/organization.ts'
import type { Encryption } from './encryption.ts'
import { insertExamplePractice } from './examplePractice.ts'
import { newId } from './newId.ts'
import type { Database, Tx } from './orm.ts'
import { createApiKey } from './queries/apiKeys.ts'
import type { By } from './queries/audit.ts'
import { createEhrSource } from './queries/ehrSources.ts'
import { insertUser, type SignIn } from './seedUser.ts'

/** What the first start makes, in plain: known here once and never again. */
export interface FirstRun {
  organizationId: string
  admin: SignIn
  /** Those of the example practice; empty without it. */
  staff: SignIn[]
  apiKey: string
  ehrSource: { id: string; secret: string }
}

const firstAdmin = { email: 'admin@riverside.example', name: 'Riverside Admin', role: 'admin' } as const

// Any number, as long as it is always this one.
const seedLock = 4_918_273_605

/**
 * Makes an organization to begin with, its admin, an API key and an EHR source, where there is no organization yet; null
 * where there is one. Of several first starts at once one does it. `example`: with a practice to try things out in.
 */
export async function seed({
  database,
  encryption,
  example = false,
}: {
  database: Database
  encryption: Encryption
  example?: boolean
}): Promise<FirstRun | null> {
  const organizationId = newId()
  return database.inOrganization(organizationId, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [seedLock])
    const existing = await tx.query('select 1 from lookup_organizations() limit 1')
    if (existing.length > 0) return null
    await insertOrganization(tx)
    const by: By = { now: tx.now, who: { userId: null, apiKeyId: null } }
    const { id: _id, ...admin } = await insertUser(tx, firstAdmin, by)
    const { key } = await createApiKey(tx, { name: 'First key', role: 'admin' }, by)
    const source = await createEhrSource(tx, { name: 'First EHR', kind: 'fhir', status: 'active' }, encryption, by)
    const { staff } = example ? await insertExamplePractice(tx, source.id, by) : { staff: [] }
    return { organizationId, admin, staff, apiKey: key, ehrSource: { id: source.id, secret: source.secret } }
  })
}

async function insertOrganization(tx: Tx): Promise<void> {
  await tx.query(
    `insert into organization (id, name, phone, time_zone, state, default_send_time, enabled_action_types,
       enabled_resource_kinds, enable_new_resources, delivery_rules, created_at, updated_at)
     values ($1, 'Riverside Family Clinic', '+15555550100', 'America/New_York', 'NY', '10:00', $2, $3, true, $4, $5, $5)`,
    [tx.organizationId, actionTypes, resourceKinds, JSON.stringify(defaultDeliveryRules), new Date(tx.now)],
  )
}
