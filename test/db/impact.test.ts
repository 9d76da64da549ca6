import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Tx } from '../../db/orm.ts'
import {
  createCustomAction,
  deleteCustomAction,
  editCustomAction,
  getCustomAction,
} from '../../db/queries/customActions.ts'
import { createConfigurationCache, readConfiguration } from '../../db/queries/facts.ts'
import { type Impact, readImpact } from '../../db/queries/impact.ts'
import { updateOrganization } from '../../db/queries/organization.ts'
import { createTemplate, editTemplate, getTemplate } from '../../db/queries/templates.ts'
import { replanFree } from '../../db/replan.ts'
import { type ActionDefinition, actionDefinitionSchema, ruleNames } from '../../domain/action.ts'
import { dayMs } from '../../domain/instant.ts'
import type { OrganizationSettings } from '../../domain/organization.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import type { UnsavedEdit } from '../../domain/unsavedEdit.ts'
import { definition } from '../domain/build.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { type ManyCareEvents, storeManyCareEvents } from '../support/manyCareEvents.ts'
import { tried as undone } from '../support/tried.ts'

// Six in the morning in New York, before the clocks change: some messages wait for nine.
const now = Date.UTC(2026, 2, 5, 11)
const system = { userId: null, apiKeyId: null }
const by = { now, who: system }
/** The actions are older than the edits. */
const before = { now: now - 12 * dayMs, who: system }
const runs = 30

const message = { subject: null, body: 'Hello', channels: {}, containsPhi: false, translations: {} }
const staff = { kind: 'staff' as const, staffIds: [], roles: ['nurse'], careEventProviders: true }
const definitions: ActionDefinition[] = [
  definition(),
  definition({ timing: { offset: 5, timeOfDay: '07:30' } }),
  definition({ timing: { offset: 20, unit: 'hours' }, recipients: staff }),
  definition({ timing: { offset: 1, direction: 'after' }, status: 'inactive' }),
  definition({ timing: { offset: 1, direction: 'after', timeOfDay: '05:00' } }),
  definition({ type: 'extraReminder', timing: { offset: 4, direction: 'after', anchor: 'created' } }),
  definition({ type: 'recall', timing: { offset: 3 } }),
  definition({ type: 'procedure', timing: { offset: 6 } }),
  definition({ type: 'diagnosis', timing: { offset: 9 } }),
]

let fresh: FreshDatabase
let practice: ManyCareEvents
let actionIds: string[]
let template: string
const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  await inOrganization(async (tx) => {
    practice = await storeManyCareEvents(tx, { seed: 11, count: 400, now })
    template = (await createTemplate(tx, { name: 'Parking', message }, before)).id
    actionIds = []
    for (const each of definitions) actionIds.push((await createCustomAction(tx, withText(each), before)).id)
    await tx.query('delete from outbox')
    await replanFree(tx, createConfigurationCache(), practice.careEventIds, now)
  })
})
afterAll(() => fresh?.drop())

/** Texts are those of the action, or of the one template. */
function withText(each: ActionDefinition): ActionDefinition {
  return each.templateId === null ? { ...each, message } : { ...each, templateId: template, message: null }
}

/** Undone when the test is over, so that each edit meets the same practice. */
const tried = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => undone(inOrganization, work)

type Plans = Map<string, number>
/** What waits, by care event, action and recipient. */
async function planned(tx: Tx): Promise<Plans> {
  const rows = await tx.query<{ key: string; at: Date }>(
    `select concat_ws('/', care_event_id, action_id, recipient) as key, send_at as at
       from planned_message where verdict = 'planned'`,
  )
  return new Map(rows.map(({ key, at }) => [key, at.getTime()]))
}

/** Saves it as API and pages do, and plans anew what that touched. */
async function save(tx: Tx, edit: UnsavedEdit): Promise<void> {
  if (edit.kind === 'create') await createCustomAction(tx, edit.definition, by)
  if (edit.kind === 'delete') await deleteCustomAction(tx, edit.id, null, by)
  if (edit.kind === 'edit')
    for (const { id, definition: wanted } of edit.changes)
      await editCustomAction(tx, await getCustomAction(tx, id), wanted, by)
  if (edit.kind === 'template') {
    const old = await getTemplate(tx, edit.id)
    await editTemplate(tx, old, { name: old.name, message: edit.message }, by)
  }
  if (edit.kind === 'organization') await updateOrganization(tx, edit.settings, null, by)
  const touched = await tx.query<{ id: string }>('select distinct care_event_id as id from outbox')
  const ids = touched.map(({ id }) => id)
  for (let n = 0; n < ids.length; n += 200) await replanFree(tx, createConfigurationCache(), ids.slice(n, n + 200), now)
}

/** The same numbers, from the planned messages themselves. */
function compared(old: Plans, saved: Plans) {
  const kept = [...old].filter(([key]) => saved.has(key))
  const fresh = [...saved].filter(([key]) => !old.has(key))
  const isNow = (at: number) => at <= now
  const moved = kept.filter(([key, at]) => saved.get(key) !== at && !(isNow(at) && isNow(saved.get(key) as number)))
  const goNow = [...moved.map(([key]) => saved.get(key) as number), ...fresh.map(([, at]) => at)].filter(isNow)
  return {
    stay: kept.length - moved.length,
    move: moved.filter(([key]) => !isNow(saved.get(key) as number)).length,
    added: fresh.filter(([, at]) => !isNow(at)).length,
    goNow: goNow.length,
    gone: old.size - kept.length,
  }
}

async function tryEdit(edit: UnsavedEdit): Promise<{ told: Impact; after: ReturnType<typeof compared> }> {
  return tried(async (tx) => {
    const told = await readImpact(tx, await readConfiguration(tx), edit, now, { judgeAtMost: 5_000 })
    const concerned = await concernedBy(tx, edit)
    const old = await planned(tx)
    await save(tx, edit)
    const saved = await planned(tx)
    const isOwn = ([key]: [string, number]) =>
      edit.kind === 'create' ? !old.has(key) : concerned.has(key.split('/')[1] ?? '')
    return {
      told,
      after: compared(new Map(edit.kind === 'create' ? [] : [...old].filter(isOwn)), new Map([...saved].filter(isOwn))),
    }
  })
}

/** Whose messages an impact counts: those of the actions that the edit is about. */
async function concernedBy(tx: Tx, edit: UnsavedEdit): Promise<Set<string>> {
  if (edit.kind === 'edit') return new Set(edit.changes.map(({ id }) => id))
  if (edit.kind === 'delete') return new Set([edit.id])
  if (edit.kind === 'template') return new Set((await getTemplate(tx, edit.id)).usedBy.map(({ id }) => id))
  return new Set(actionIds)
}

const some = <T>(list: readonly T[]) => fc.subarray([...list], { minLength: 1 })
const changes = fc.record(
  {
    status: fc.constantFrom('active' as const, 'inactive' as const),
    skippedRules: fc.subarray([...ruleNames]),
    offset: fc.integer({ min: 1, max: 12 }),
    timeOfDay: fc.constantFrom(null, '06:30', '10:00', '21:00'),
    facilities: fc.nat(),
    types: fc.nat(),
    maxLatenessMinutes: fc.constantFrom(0, 240, 10_080),
    acceptLateDays: fc.constantFrom(0, 7, 30),
    override: fc.constantFrom(null, ['email' as const], ['sms' as const]),
    body: fc.constantFrom('Hello', 'Hello again'),
  },
  { requiredKeys: [] },
)
type Changes = ReturnType<(typeof changes)['generate']>['value']

function changed(each: ActionDefinition, change: Changes): ActionDefinition {
  const { timing, filters } = each
  const pick = (ids: readonly string[], n: number | undefined) =>
    n === undefined ? null : n % 4 === 0 ? null : ids.slice(n % ids.length)
  const filtered = each.type === 'appointment' || each.type === 'recall'
  const usesDays = timing.unit === 'days'
  const edited = {
    ...each,
    ...(change.status && { status: change.status }),
    ...(change.skippedRules && { skippedRules: change.skippedRules }),
    ...(change.body && each.templateId === null && { message: { ...message, body: change.body } }),
    ...(change.override !== undefined && { channels: { ...each.channels, override: change.override } }),
    timing: {
      ...timing,
      ...(change.offset && { offset: change.offset }),
      ...(usesDays && change.timeOfDay !== undefined && { timeOfDay: change.timeOfDay }),
      ...(change.maxLatenessMinutes !== undefined && { maxLatenessMinutes: change.maxLatenessMinutes }),
      ...(change.acceptLateDays !== undefined && { acceptLateDays: change.acceptLateDays }),
    },
    filters: {
      ...filters,
      ...(filtered && change.facilities && { facilityIds: pick(practice.facilityIds, change.facilities) }),
      ...(filtered && change.types && { appointmentTypeIds: pick(practice.appointmentTypeIds, change.types) }),
    },
  }
  return actionDefinitionSchema.parse(edited)
}

const settings: fc.Arbitrary<Partial<OrganizationSettings>> = fc.record(
  {
    paused: fc.boolean(),
    timeZone: fc.constantFrom('America/New_York', 'America/Denver'),
    defaultSendTime: fc.constantFrom('10:00', '19:30'),
    enabledActionTypes: some(['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'] as const),
    enabledResourceKinds: some(['facility', 'provider', 'appointmentType'] as const),
    deliveryRules: fc
      .record({ quiet: fc.boolean(), sundays: fc.boolean(), holidays: fc.boolean() })
      .map(({ quiet, sundays, holidays }) => ({
        ...defaultDeliveryRules,
        quietHours: { ...defaultDeliveryRules.quietHours, enabled: quiet },
        sundays: { enabled: sundays },
        holidays: { ...defaultDeliveryRules.holidays, enabled: holidays },
      })),
  },
  { requiredKeys: [] },
)

type Drawn = { kind: UnsavedEdit['kind']; which: number[]; change: Changes; settings: Partial<OrganizationSettings> }
const edits: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom('create', 'edit', 'edit', 'edit', 'delete', 'template', 'organization'),
  which: fc.uniqueArray(fc.nat(definitions.length - 1), { minLength: 1, maxLength: 3 }),
  change: changes,
  settings,
})

/** The night’s messages of one action go out at once when it skips every rule. */
const skipsAll: Drawn = { kind: 'edit', which: [4], change: { skippedRules: [...ruleNames] }, settings: {} }

/** With most of a year before it, the time of many has passed: nothing is left to send them at. */
const tooLongBefore: Drawn = {
  kind: 'edit',
  which: [0, 1],
  change: { offset: 300, acceptLateDays: 0, maxLatenessMinutes: 0 },
  settings: {},
}

function editOf({ kind, which, change, settings }: Drawn): UnsavedEdit {
  const [first = 0] = which
  const wanted = (n: number) => changed(withText(definitions[n] as ActionDefinition), change)
  switch (kind) {
    case 'create':
      return { kind, definition: { ...wanted(first), status: 'active' } }
    case 'edit':
      return { kind, changes: which.map((n) => ({ id: actionIds[n] as string, definition: wanted(n) })) }
    case 'delete':
      return { kind, id: actionIds[first] as string }
    case 'template':
      return { kind, id: template, message: { ...message, body: change.body ?? 'Hello' } }
    case 'organization':
      return { kind, settings }
  }
}

describe('what is shown before saving', () => {
  it(`is what is planned afterwards: ${runs} random edits of a practice`, async () => {
    const seen = { stay: 0, move: 0, added: 0, dropped: 0, goNow: 0, lost: 0 }
    await fc.assert(
      fc.asyncProperty(edits, async (drawn) => {
        const { told, after } = await tryEdit(editOf(drawn))
        const { stay, move, added, dropped, goNow, lost } = told
        expect(told.exact).toBe(true)
        expect({ stay, move, added, goNow, gone: dropped + lost }).toEqual(withUnchanged(after, told))
        for (const outcome of Object.keys(seen) as (keyof typeof seen)[]) seen[outcome] += told[outcome]
      }),
      { numRuns: runs, examples: [[skipsAll], [tooLongBefore]] },
    )
    // Each of the six came up: a property about nothing holds always.
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([])
  })
})

/** What an edit does not concern (a title, the same again) is not asked about: none of its messages counts. */
function withUnchanged(after: ReturnType<typeof compared>, told: Impact) {
  const nothing = told.of === 0 && after.move + after.added + after.goNow + after.gone === 0
  return nothing ? { ...after, stay: 0 } : after
}
