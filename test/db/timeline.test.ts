import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { createConfigurationCache, readConfiguration } from '../../db/queries/facts.ts'
import { readTimeline } from '../../db/queries/timeline.ts'
import { replanFree } from '../../db/replan.ts'
import { dayMs } from '../../domain/instant.ts'
import { definition } from '../domain/build.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 2, 4, 15)
const encryption = createEncryption(generateEncryptionKey('test'))
const patientId = newId()
const careEvents = {
  visit: newId(),
  recall: newId(),
  lineOne: newId(),
  lineTwo: newId(),
  diagnosis: newId(),
}
let fresh: FreshDatabase
let actions: Record<'visit' | 'created' | 'recall' | 'procedure' | 'diagnosis', string>
const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  await inOrganization(async (tx) => {
    await storePatient(tx)
    const by = { now: now - dayMs, who: { userId: null, apiKeyId: null } }
    const message = { subject: null, body: 'Hello', channels: {}, containsPhi: false, translations: {} }
    const save = async (each: ReturnType<typeof definition>) =>
      (await createCustomAction(tx, { ...each, templateId: null, message }, by)).id
    actions = {
      visit: await save(definition()),
      created: await save(
        definition({ type: 'extraReminder', timing: { anchor: 'created', direction: 'after', offset: 3 } }),
      ),
      recall: await save(definition({ type: 'recall', timing: { offset: 1 } })),
      procedure: await save(definition({ type: 'procedure', timing: { offset: 4 } })),
      diagnosis: await save(definition({ type: 'diagnosis', timing: { offset: 5 } })),
    }
    await replanFree(tx, createConfigurationCache(), Object.values(careEvents), now)
  })
})
afterAll(() => fresh?.drop())

describe('the forecast of a patient', () => {
  it('has what is to come of every type of action, soonest first; what two charges of a day share comes once', async () => {
    const { coming } = await inOrganization(async (tx) =>
      readTimeline(tx, patientId, { configuration: await readConfiguration(tx), encryption, now }),
    )
    expect(coming.map(({ actionId, sendAt, channel }) => [actionId, sendAt, channel])).toEqual([
      [actions.created, '2026-03-06T15:00:00.000Z', 'sms'],
      [actions.procedure, '2026-03-07T15:00:00.000Z', 'sms'],
      [actions.recall, '2026-03-09T14:00:00.000Z', 'sms'],
      [actions.diagnosis, '2026-03-09T14:00:00.000Z', 'sms'],
      [actions.visit, '2026-03-10T14:00:00.000Z', 'sms'],
    ])
    for (const message of coming) expect(message.trail.length).toBeGreaterThan(5)
  })
})

async function storePatient({ query, organizationId }: Tx): Promise<void> {
  const at = (iso: string) => new Date(iso)
  const own = [organizationId, patientId, new Date(now - dayMs)]
  await query(
    `insert into patient (organization_id, id, birth_date, created_at, updated_at) values ($1, $2, '1980-02-03', $3, $3)`,
    own,
  )
  await query(
    `insert into contact_point (organization_id, id, patient_id, channel, address, rank, origin, created_at, updated_at)
     values ($1, $4, $2, 'sms', '+15555550101', 1, 'ehr', $3, $3)`,
    [...own, newId()],
  )
  const columns: [string, string, string, string, unknown][] = [
    [careEvents.visit, 'appointment', 'booked', 'start_at', at('2026-03-12T14:00:00Z')],
    [careEvents.recall, 'recall', 'open', 'due_date', '2026-03-10'],
    [careEvents.lineOne, 'procedure', 'completed', 'procedure_date', '2026-03-03'],
    [careEvents.lineTwo, 'procedure', 'completed', 'procedure_date', '2026-03-03'],
    [careEvents.diagnosis, 'diagnosis', 'active', 'diagnosis_date', '2026-03-04'],
  ]
  for (const [id, kind, status, column, value] of columns)
    await query(
      `insert into care_event (organization_id, patient_id, id, kind, status, ${column}, created_at_source, anchor_known_since,
         first_seen_at, created_at, updated_at)
       values ($1, $2, $4, $5, $6, $7, $8, $3, $3, $3, $3)`,
      [...own, id, kind, status, value, kind === 'appointment' ? new Date(now - dayMs) : null],
    )
}
