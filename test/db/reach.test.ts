import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Tx } from '../../db/orm.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { createConfigurationCache, readConfiguration } from '../../db/queries/facts.ts'
import { type ReachQuestion, readReach } from '../../db/queries/reach.ts'
import { replanFree } from '../../db/replan.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import { dayMs } from '../../domain/instant.ts'
import { definition } from '../domain/build.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { type ManyCareEvents, storeManyCareEvents } from '../support/manyCareEvents.ts'
import { tried as undone } from '../support/tried.ts'

// A Wednesday before the clocks change.
const now = Date.UTC(2026, 2, 4, 15)
const by = { now, who: { userId: null, apiKeyId: null } }
let fresh: FreshDatabase
let practice: ManyCareEvents
const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  practice = await inOrganization((tx) => storeManyCareEvents(tx, { seed: 7, count: 1_500, now }))
})
afterAll(() => fresh?.drop())

const reach = (tx: Tx, asked: ActionDefinition, more: Partial<ReachQuestion> = {}, at = now) => {
  const question = { definition: asked, actionId: null, horizonDays: 90, judgeAtMost: 5_000, ...more }
  return readConfiguration(tx).then((configuration) => readReach(tx, configuration, question, at))
}

/** Undone when the test is over, so that each begins with the same practice. */
const tried = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => undone(inOrganization, work)

const sum = (list: readonly { count: number }[]) => list.reduce((all, { count }) => all + count, 0)

const staff = { kind: 'staff' as const, staffIds: [], roles: ['nurse'], careEventProviders: true }
const cases: [string, ActionDefinition][] = [
  ['two days before the visit', definition()],
  ['at a time of day', definition({ timing: { timeOfDay: '07:30' } })],
  ['hours before', definition({ timing: { offset: 30, unit: 'hours' } })],
  ['after the visit', definition({ timing: { direction: 'after', offset: 1 } })],
  ['to staff', definition({ recipients: staff })],
  ['as a secure message', definition({ channels: { override: null, secure: true } })],
  ['after the booking', reminder('created', 3)],
  ['after a change', reminder('updated', 10)],
  ['recalls', definition({ type: 'recall', timing: { offset: 3 } })],
  ['recalls, overdue', definition({ type: 'recall', timing: { offset: 5, direction: 'after' } })],
  ['procedures of a code', definition({ type: 'procedure', filters: { codes: [{ system: 'cpt', code: '992*' }] } })],
  ['diagnoses', definition({ type: 'diagnosis', timing: { offset: 20 } })],
]

function reminder(anchor: 'created' | 'updated', offset: number): ActionDefinition {
  return definition({ type: 'extraReminder', timing: { anchor, offset, direction: 'after', unit: 'days' } })
}

describe('reach and what is then planned', () => {
  it.each(cases)('are the same: %s', async (_, asked) => {
    // A template of one's own would be one more table; what is planned does not hang on the text.
    const plain = { ...asked, templateId: null, message: { ...asked.message, ...text } }
    const { told, rows } = await tried(async (tx) => {
      const told = await reach(tx, plain)
      await createCustomAction(tx, plain, by)
      await replanFree(tx, createConfigurationCache(), practice.careEventIds, now)
      return { told, rows: await plannedRows(tx) }
    })
    const inHorizon = rows.filter(({ due }) => due >= now && due < now + 90 * dayMs)
    const planned = inHorizon.filter(({ verdict }) => verdict === 'planned')
    const once = new Set(planned.map(({ occurrence, recipient }) => `${occurrence} ${recipient}`))
    expect(told.exact).toBe(true)
    expect(told.deliverable).toBe(once.size)
    expect(told.deliverable).toBeGreaterThan(10)
    expect(sum(told.byDay)).toBe(told.deliverable)
    const shared = told.undeliverable.find(({ reason }) => reason === 'mergedInto')?.count ?? 0
    expect(shared).toBe(planned.length - once.size)
    for (const reason of ['noContactPoint', 'noConsent', 'patientMuted'] as const) {
      const skipped = inHorizon.filter((row) => row.verdict === 'skipped' && row.reason === reason)
      expect([reason, told.undeliverable.find((each) => each.reason === reason)?.count ?? 0]).toEqual([
        reason,
        skipped.length,
      ])
    }
    if (asked.recipients.kind === 'patient') expect(told.deliverable + sum(told.undeliverable)).toBe(told.careEvents)
  })

  it('counts what was due earlier and still waits: the night’s messages, asked for before the morning', async () => {
    const night = Date.UTC(2026, 2, 7, 11)
    const patient = definition({ timing: { maxLatenessMinutes: 10_080 } })
    const { told, rows, late } = await tried(async (tx) => {
      const { id } = await createCustomAction(tx, patient, by)
      await replanFree(tx, createConfigurationCache(), practice.careEventIds, night)
      const told = await reach(tx, patient, { actionId: id }, night)
      const rows = (await plannedRows(tx)).filter(
        ({ verdict, due }) => verdict === 'planned' && due < night + 90 * dayMs,
      )
      return { told, rows, late: rows.filter(({ due }) => due < night) }
    })
    expect(late.length).toBeGreaterThan(0)
    expect(told.deliverable).toBe(rows.length)
    expect(sum(told.byDay)).toBe(rows.length)
  })
})

describe('beyond so many care events', () => {
  it('judges whole patients of a random sample, and says so; what is counted stays exact', async () => {
    const [exact, sampled] = await tried(async (tx) => [
      await reach(tx, definition()),
      await reach(tx, definition(), { judgeAtMost: 40 }),
    ])
    expect(sampled).toMatchObject({ exact: false, judged: 40, careEvents: exact?.careEvents })
    expect(sampled?.patients).toBe(exact?.patients)
    expect((sampled?.deliverable ?? 0) + sum(sampled?.undeliverable ?? [])).toBe(exact?.careEvents)
    expect(sum(sampled?.byDay ?? [])).toBe(sampled?.deliverable)
  })

  it('counts messages to staff by place and providers', async () => {
    const asked = definition({ recipients: staff })
    const [exact, sampled] = await tried(async (tx) => [
      await reach(tx, asked),
      await reach(tx, asked, { judgeAtMost: 40 }),
    ])
    expect(sampled?.staff).toBe(exact?.staff)
    expect((sampled?.deliverable ?? 0) + sum(sampled?.undeliverable ?? [])).toBe(
      (exact?.deliverable ?? 0) + sum(exact?.undeliverable ?? []),
    )
  })
})

describe('what is switched off as a whole', () => {
  it.each([
    ['organizationPaused', 'update organization set paused = true'],
    ['typeDisabled', `update organization set enabled_action_types = '{recall}'`],
  ])('keeps everything back: %s', async (reason, sql) => {
    const told = await tried(async (tx) => {
      await tx.query(sql)
      return reach(tx, definition())
    })
    expect(told.careEvents).toBeGreaterThan(10)
    expect(told).toMatchObject({ deliverable: 0, undeliverable: [{ reason, count: told.careEvents }], byDay: [] })
  })
})

describe('what is not recorded yet', () => {
  it.each([
    ['appointments are booked ahead', definition(), null],
    ['procedures come as they did in the last 90 days', definition({ type: 'procedure' }), 'number'],
    ['bookings too', reminder('created', 3), 'number'],
  ])('%s', async (_, asked, expected) => {
    const told = await tried((tx) => reach(tx, asked))
    if (expected === null) expect(told.estimatedPerWeek).toBeNull()
    else expect(told.estimatedPerWeek).toBeGreaterThan(1)
  })
})

const text = { subject: null, body: 'Hello', channels: {}, containsPhi: false, translations: {} }

async function plannedRows(tx: Tx) {
  const rows = await tx.query<{ occurrence: string; recipient: string; verdict: string; reason: string; due: Date }>(
    `select m.recipient, m.verdict, m.reason, m.due_at as due,
       case c.kind when 'procedure' then c.patient_id::text || coalesce(c.procedure_date,
           (c.procedure_at at time zone coalesce(f.time_zone, 'America/New_York'))::date)::text
         when 'diagnosis' then c.patient_id::text else c.id::text end as occurrence
       from planned_message m join care_event c on c.id = m.care_event_id left join facility f on f.id = c.facility_id`,
  )
  return rows.map((row) => ({ ...row, due: row.due.getTime() }))
}
