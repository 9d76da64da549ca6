import type { Express } from 'express'
import supertest from 'supertest'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/deps.ts'
import type { Role } from '../../api/principal.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import { createApiKey } from '../../db/queries/apiKeys.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
export const monday = Date.UTC(2026, 10, 9, 15, 0)

const system = { userId: null, apiKeyId: null }
const key = generateEncryptionKey('test')

export interface ApiUnderTest extends FreshDatabase {
  app: Express
  deps: ApiDeps
  /** What the API takes for now; a test may move it. */
  clock: { now: number }
  keys: Record<Role, string>
  /** A call with the admin's key, or that of another role. */
  call: (
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    role?: Role,
  ) => supertest.Test
  /** Touches not yet planned, by care event. */
  touched: () => Promise<string[]>
}

/** The API over a database of its own, with a key for each role; every answer is checked against the contract. */
export async function apiUnderTest(more: Partial<ApiDeps> = {}): Promise<ApiUnderTest> {
  const clock = { now: monday }
  const fresh = await freshDatabase({ clock: () => clock.now })
  const deps: ApiDeps = {
    database: fresh.database,
    clock: () => clock.now,
    encryption: createEncryption(key),
    configuration: createConfigurationCache(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    publicUrl: 'http://localhost:8080',
    readiness: async () => ({ database: true, temporal: true, worker: true }),
    simulator: true,
    checkResponses: true,
    ...more,
  }
  const app = createApp(deps)
  const keyOf = (role: Role) =>
    fresh.database.inOrganization(
      fresh.organizationId,
      async (tx) => (await createApiKey(tx, { name: role, role }, { now: clock.now, who: system })).key,
    )
  const keys = { admin: await keyOf('admin'), manager: await keyOf('manager'), staff: await keyOf('staff') }
  return {
    ...fresh,
    app,
    deps,
    clock,
    keys,
    call(method, path, body, headers = {}, role = 'admin') {
      const request = supertest(app)
        [method](path)
        .set({ authorization: `Bearer ${keys[role]}`, ...headers })
      return body === undefined ? request : request.send(body as object)
    },
    touched: () =>
      fresh.database.inOrganization(fresh.organizationId, async (tx) => {
        const rows = await tx.query<{ id: string }>('delete from outbox returning care_event_id as id', [])
        return rows.map(({ id }) => id)
      }),
  }
}

/** A patient with a phone, a facility, a provider, a type, and an appointment two days from now. */
export async function seedVisit(
  api: ApiUnderTest,
  { phone = '+15555550101', startAt = api.clock.now + 48 * 3_600_000 } = {},
) {
  const ids = {
    facility: newId(),
    provider: newId(),
    type: newId(),
    patient: newId(),
    careEvent: newId(),
    contactPoint: newId(),
  }
  const now = new Date(api.clock.now)
  await api.database.inOrganization(api.organizationId, async (tx) => {
    const organization = tx.organizationId
    for (const [table, id, name] of [
      ['facility', ids.facility, 'Harbor Clinic'],
      ['provider', ids.provider, 'Dr. Ada Strange'],
      ['appointment_type', ids.type, 'Follow up'],
    ] as const)
      await tx.query(
        `insert into ${table} (organization_id, id, external_id, name, enabled, created_at, updated_at) values ($1, $2, $3, $4, true, $5, $5)`,
        [organization, id, `${table}-1`, name, now],
      )
    await tx.query(`update facility set time_zone = 'America/New_York', state = 'NY' where id = $1`, [ids.facility])
    await tx.query(
      `insert into patient (organization_id, id, external_id, first_name, last_name, birth_date, created_at, updated_at)
       values ($1, $2, $3, 'Zephyrine', 'Quill', '1980-02-03', $4, $4)`,
      [organization, ids.patient, `pat-${ids.patient}`, now],
    )
    await tx.query(
      `insert into contact_point (organization_id, id, patient_id, channel, address, rank, origin, created_at, updated_at)
       values ($1, $2, $3, 'sms', $4, 1, 'ehr', $5, $5)`,
      [organization, ids.contactPoint, ids.patient, phone, now],
    )
    await tx.query(
      `insert into care_event (organization_id, id, external_id, kind, patient_id, facility_id, provider_ids, appointment_type_id, status,
         start_at, end_at, created_at_source, anchor_known_since, first_seen_at, created_at, updated_at)
       values ($1, $2, $3, 'appointment', $4, $5, array[$6::uuid], $7, 'booked', $8, $9, $10, $10, $10, $10, $10)`,
      [
        organization,
        ids.careEvent,
        `appt-${ids.careEvent}`,
        ids.patient,
        ids.facility,
        ids.provider,
        ids.type,
        new Date(startAt),
        new Date(startAt + 1_800_000),
        now,
      ],
    )
  })
  return ids
}

/** The smallest action that this release takes. */
export const reminder = {
  type: 'appointment',
  title: 'Reminder',
  status: 'active',
  recipients: { kind: 'patient' },
  message: { body: 'Hi {{ patient.firstName }}, see you soon', containsPhi: false },
  channels: { override: ['sms'], secure: false },
  timing: { offset: 60, unit: 'minutes', direction: 'before', anchor: 'start' },
  filters: {},
  skippedRules: ['quietHours', 'holidays', 'sundays', 'recentEdit'],
}
