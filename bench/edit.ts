import { createCustomAction, editCustomAction, getCustomAction } from '../db/queries/customActions.ts'
import { dayMs, minuteMs } from '../domain/instant.ts'
import { everyRule } from '../test/support/practice.ts'
import { careEventSignaller } from '../worker/signal.ts'
import { careEventWorkflowId } from '../workflows/names.ts'
import { type Figure, figureOf, round } from './figure.ts'
import { storeManyAppointments } from './manyAppointments.ts'
import type { Product } from './product.ts'
import { each, until } from './wait.ts'

const careEvents = 100_000
const signalled = 500
const width = 16
const patience = 20 * minuteMs

/**
 * An edit that touches 100,000 waiting care events: how long the request takes, and how many care events one relay plans
 * anew a second where nothing moves earlier, so that nothing is signalled. Then, for some of them, an edit that moves their
 * messages earlier: signals a second, from the edit until the last is signalled, beside signalWithStart alone.
 */
export async function edit(product: Product): Promise<Figure> {
  const now = Date.now()
  await storeManyAppointments(product, {
    ...{ count: careEvents, patients: 25_000 },
    ...{ from: now + 40 * dayMs, to: now + 120 * dayMs },
  })
  const id = await save(product)
  await asleep(product)
  const later = await editing(product, id, 47)
  const planned = await secondsUntilDone(product)
  const bare = await bareSignals(product)
  const signals = await earlierSignals(product, id)
  return figureOf('edit', 'signals/s', signals, bare, {
    atLeast: { ratio: 0.8 },
    careEvents,
    request: { ms: round(later), atMostMs: 2_000 },
    plannedAnew: { perSecond: round(careEvents / planned), atLeast: 1_000 },
  })
}

/** Stored as planned and asleep, as the relay and the workflows would have left it: a hundred thousand starts take an hour. */
async function asleep({ database, organizationId }: Product): Promise<void> {
  const sendAt = `c.start_at - interval '48 hours'`
  await database.inOrganization(organizationId, async (tx) => {
    await tx.query('delete from outbox')
    await tx.query(
      `insert into planned_message (organization_id, care_event_id, action_id, recipient, patient_id, verdict, due_at, send_at)
       select c.organization_id, c.id, a.id, 'patient', c.patient_id, 'planned', ${sendAt}, ${sendAt}
         from care_event c, custom_action a where c.organization_id = $1`,
      [organizationId],
    )
    await tx.query(`update care_event c set wake_at = ${sendAt} where organization_id = $1`, [organizationId])
  })
}

async function save({ database, organizationId }: Product): Promise<string> {
  const by = { now: Date.now() - dayMs, who: { userId: null, apiKeyId: null } }
  const action = await database.inOrganization(organizationId, async (tx) => {
    const created = await createCustomAction(tx, definition(48), by)
    await tx.query('delete from outbox')
    return created
  })
  return action.id
}

const definition = (offset: number) => ({
  type: 'appointment' as const,
  title: 'Reminder',
  groupId: null,
  status: 'active' as const,
  category: 'care' as const,
  recipients: { kind: 'patient' as const },
  message: { subject: null, body: 'See you soon', channels: {}, containsPhi: false, translations: {} },
  templateId: null,
  channels: { override: null, secure: null },
  timing: {
    ...{ offset, unit: 'hours' as const, direction: 'before' as const, anchor: 'start' as const, timeOfDay: null },
    ...{ ifBlocked: 'moveEarlier' as const, ifMoved: 'again' as const, maxLatenessMinutes: 240 },
    ...{ acceptLateDays: 0, repeatAfterDays: 365 },
  },
  sameDay: 'each' as const,
  filters: {
    ...{ facilityIds: null, providerIds: null, appointmentTypeIds: null },
    ...{ statuses: null, confirmation: null, codes: null },
  },
  skippedRules: [...everyRule],
})

/** Milliseconds of the transaction that the request waits for. */
async function editing({ database, organizationId }: Product, id: string, offset: number): Promise<number> {
  const began = performance.now()
  await database.inOrganization(organizationId, async (tx) => {
    const by = { now: Date.now(), who: { userId: null, apiKeyId: null } }
    await editCustomAction(tx, await getCustomAction(tx, id), definition(offset), by)
  })
  return performance.now() - began
}

async function left({ database, organizationId }: Product): Promise<number> {
  const [row] = await database.inOrganization(organizationId, (tx) =>
    tx.query<{ n: number }>('select count(*)::int as n from outbox'),
  )
  return row?.n ?? 0
}

async function secondsUntilDone(product: Product): Promise<number> {
  const began = performance.now()
  const done = async () => ((await left(product)) === 0 ? true : undefined)
  await until(`all is planned anew (${product.said.failures.slice(0, 5).join(', ')})`, done, patience, 200)
  return (performance.now() - began) / 1_000
}

/** An edit that moves messages earlier, once only so many are left that it concerns. */
async function earlierSignals(product: Product, id: string): Promise<number> {
  const { database, organizationId } = product
  await database.inOrganization(organizationId, (tx) =>
    tx.query(
      `with others as (
         update care_event set start_at = start_at - interval '2 years', wake_at = null where organization_id = $1 and id not in (
           select id from care_event where organization_id = $1 order by start_at desc limit $2) returning id)
       delete from planned_message m using others where m.organization_id = $1 and m.care_event_id = others.id`,
      [organizationId, signalled],
    ),
  )
  await editing(product, id, 72)
  return signalled / (await secondsUntilDone(product))
}

/** signalWithStart alone, as the relay calls it: workflows that nobody has a care event for end by themselves. */
async function bareSignals({ client, taskQueue, organizationId }: Product): Promise<number> {
  const signal = careEventSignaller(client, taskQueue)
  const ids = Array.from({ length: signalled }, () => crypto.randomUUID())
  const began = performance.now()
  await each(ids.length, width, (n) => signal('appointment', { organizationId, careEventId: ids[n] ?? '' }))
  const seconds = (performance.now() - began) / 1_000
  const last = client.workflow.getHandle(
    careEventWorkflowId('appointment', { organizationId, careEventId: ids.at(-1) ?? '' }),
  )
  await last.result()
  return signalled / seconds
}
