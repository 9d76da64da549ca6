import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client } from 'pg'
import { CustomAction } from '../../db/entities/action.ts'
import { CareEvent } from '../../db/entities/careEvent.ts'
import { Patient } from '../../db/entities/people.ts'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import { touch, touchedChannel } from '../../db/outbox.ts'
import { readCareEventFacts } from '../../db/queries/facts.ts'
import { writePlannedMessages } from '../../db/queries/plannedMessages.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 2, 2, 14)
const at = new Date(now)
const patientId = newId()
const careEventId = newId()
const actionIds = [newId(), newId(), newId()]
let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  await inOrganization(async ({ em, organizationId }) => {
    const own = { organizationId, createdAt: at, updatedAt: at }
    em.create(Patient, { ...own, id: patientId })
    em.create(CareEvent, {
      ...own,
      id: careEventId,
      patientId,
      kind: 'recall',
      status: 'open',
      anchorKnownSince: at,
      firstSeenAt: at,
    })
    const definition = actionDefinitionSchema.parse({
      type: 'recall',
      title: 'Check-up is due',
      recipients: { kind: 'patient' },
      message: { body: 'Hello' },
      timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'dueDate' },
    })
    for (const id of actionIds)
      em.create(CustomAction, {
        ...own,
        id,
        type: 'recall',
        title: definition.title,
        status: 'active',
        definition,
        editedAt: at,
      })
  })
})
afterAll(() => fresh?.drop())

const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)
const outbox = () =>
  inOrganization((tx) =>
    tx.query('select care_event_id, edit_id, attempts, next_attempt_at, last_error from outbox order by id'),
  )

describe('touch', () => {
  it('adds a row a care event, due at once, and another one each time', async () => {
    const editId = newId()
    await inOrganization((tx) => touch(tx, [careEventId], editId))
    await inOrganization((tx) => touch(tx, [careEventId]))
    await inOrganization((tx) => touch(tx, []))
    const row = { care_event_id: careEventId, attempts: 0, next_attempt_at: at, last_error: null }
    expect(await outbox()).toEqual([
      { ...row, edit_id: editId },
      { ...row, edit_id: null },
    ])
  })

  it('is undone with what it belongs to', async () => {
    const before = await outbox()
    const failing = inOrganization(async (tx) => {
      await touch(tx, [careEventId])
      throw new Error('undo')
    })
    await expect(failing).rejects.toThrow('undo')
    expect(await outbox()).toEqual(before)
  })

  it('neither waits for a relay that plans the care event, nor is lost to it', async () => {
    const [group] = await fresh.database.lookup.outboxBatch(now, 100)
    await inOrganization(async (relay) => {
      await readCareEventFacts(relay, careEventId, { lock: true })
      await inOrganization((tx) => touch(tx, [careEventId]))
      await relay.query('delete from outbox where id = any($1::bigint[])', [group?.rowIds])
    })
    expect(await outbox()).toHaveLength(1)
  })

  it('tells whoever listens, once it is committed', async () => {
    const listener = new Client({ connectionString: fresh.url })
    await listener.connect()
    const told = new Promise<string>((resolve) => listener.once('notification', ({ channel }) => resolve(channel)))
    await listener.query(`listen ${touchedChannel}`)
    await inOrganization((tx) => touch(tx, [careEventId]))
    expect(await told).toBe(touchedChannel)
    await listener.end()
  })
})

const verdict = (place: number, more: Partial<Verdict> = {}): Verdict => ({
  actionId: actionIds[place]!,
  recipient: 'patient',
  verdict: 'planned',
  occurrenceKey: 'k',
  dueAt: now + 1000,
  sendAt: now + 2000,
  reason: null,
  deliveryId: null,
  trail: [],
  ...more,
})
const write = (verdicts: Verdict[]) =>
  inOrganization(async (tx) => {
    const reading = await readCareEventFacts(tx, careEventId, { lock: true })
    await writePlannedMessages(tx, [{ careEventId, patientId, verdicts, stored: reading!.planned }])
  })
/** `version` tells whether a row was written anew. */
const planned = () =>
  inOrganization((tx) =>
    tx.query<{ action_id: string; version: string }>(
      'select action_id, recipient, patient_id, verdict, due_at, send_at, reason, xmin::text as version from planned_message order by action_id',
    ),
  )

describe('planned messages', () => {
  it('are what the plan says is to come and not yet claimed', async () => {
    await write([
      verdict(0),
      verdict(1, { verdict: 'skipped', reason: 'noConsent' }),
      verdict(2, { verdict: 'postponed', deliveryId: newId() }),
      verdict(2, { verdict: 'done', sendAt: null }),
      verdict(2, { verdict: 'notMatching', recipient: null, sendAt: null }),
    ])
    const row = {
      recipient: 'patient',
      patient_id: patientId,
      due_at: new Date(now + 1000),
      send_at: new Date(now + 2000),
    }
    expect(await planned()).toMatchObject([
      { ...row, action_id: actionIds[0], verdict: 'planned', reason: null },
      { ...row, action_id: actionIds[1], verdict: 'skipped', reason: 'noConsent' },
    ])
  })

  it('are written only where the plan has changed', async () => {
    await write([verdict(0), verdict(1)])
    const before = await planned()
    await write([verdict(0), verdict(1, { sendAt: now + 5000 })])
    const after = await planned()
    expect(after[0]?.version).toBe(before[0]?.version)
    expect(after[1]).toMatchObject({ send_at: new Date(now + 5000) })
    await write([verdict(0), verdict(1, { sendAt: now + 5000, reason: 'noConsent' })])
    const last = await planned()
    expect(last.map(({ version }) => version)).toEqual([
      before[0]?.version,
      expect.not.stringMatching(after[1]!.version),
    ])
  })

  it('go when the plan has none', async () => {
    await write([verdict(0)])
    expect(await planned()).toHaveLength(1)
    await write([])
    expect(await planned()).toEqual([])
  })

  it('are one an action and recipient: the soonest', async () => {
    await write([verdict(0, { sendAt: now + 9000 }), verdict(0, { sendAt: now + 3000 })])
    expect(await planned()).toMatchObject([{ send_at: new Date(now + 3000) }])
  })
})
