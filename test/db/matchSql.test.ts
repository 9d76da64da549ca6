import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import { dueSql } from '../../db/queries/anchorSql.ts'
import { type CareEventReading, readFactsOfMany } from '../../db/queries/facts.ts'
import { matchSql, parameters } from '../../db/queries/matchSql.ts'
import { readPracticeSwitches } from '../../db/queries/practiceSwitches.ts'
import { type ActionDefinition, actionTypes, typeTraits } from '../../domain/action.ts'
import { anchorOf } from '../../domain/anchor.ts'
import {
  type CareEventKind,
  type Code,
  careEventKinds,
  careEventStatuses,
  confirmations,
} from '../../domain/careEvent.ts'
import { dueTime } from '../../domain/dueTime.ts'
import { matches } from '../../domain/filter.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { type ResourceKind, resourceKinds } from '../../domain/organization.ts'
import { facilityZone } from '../../domain/zones.ts'
import { action, definition, organization } from '../domain/build.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'

// In the middle of the days around which New York and London change their clocks.
const now = Date.UTC(2026, 2, 20, 15)
const careEventCount = 500
const definitionCount = 60

/** Ten of each, so that filters hit and miss; some are switched off. */
const resources = (enabled: number) =>
  Array.from({ length: 6 }, (_, n) => ({ id: newId(), enabled: n < enabled, name: `resource ${n}` }))
const zones = ['America/New_York', 'America/Los_Angeles', 'Europe/London', null, 'no zone', 'Asia/Kolkata']
const facilities = resources(4).map((facility, n) => ({ ...facility, zone: zones[n] ?? null }))
const providers = resources(4)
const appointmentTypes = resources(5)
const codes: Code[] = [
  ...['E11.9', 'e11.65', 'E119', 'E08.1', 'E13', 'E13.15', 'E13.19', 'Z00.00', 'M54.5'].map((code) => ({
    system: 'icd10' as const,
    code,
  })),
  ...['250.00', '25001', 'V70.0', '250', '259.9'].map((code) => ({ system: 'icd9' as const, code })),
  ...['99213', '99213-25', '99201', '99215 ', '0001F', '0015F', '0007T', '45378'].map((code) => ({
    system: 'cpt' as const,
    code,
  })),
]
const patterns: Code[] = [
  ...['E11.*', 'E08-E13', 'E11.9', 'e119', 'Z*', 'E11.9-E13.1', 'E08-E13.1'].map((code) => ({
    system: 'icd10' as const,
    code,
  })),
  ...['250.*', '250-259', 'V70.0'].map((code) => ({ system: 'icd9' as const, code })),
  ...['99201-99215', '992*', '0001F-0015F', '99213', '45378', 'nonsense'].map((code) => ({
    system: 'cpt' as const,
    code,
  })),
]

let fresh: FreshDatabase
let readings: CareEventReading[]
const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  const seed = 20260320
  const rows = fc.sample(careEventRow, { numRuns: careEventCount, seed })
  await inOrganization(async (tx) => {
    await storePractice(tx)
    await storeCareEvents(tx, rows)
    readings = await readFactsOfMany(
      tx,
      rows.map(({ id }) => id),
    )
  })
})
afterAll(() => fresh?.drop())

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1, maxLength: 3 })
const anyOf = <T>(values: readonly T[]) => fc.option(some(values), { nil: null, freq: 2 })
const idOf = (list: readonly { id: string }[]) => fc.constantFrom(...list.map(({ id }) => id))

const instant = fc
  .integer({ min: -20 * 24 * 4, max: 30 * 24 * 4 })
  .map((quarters) => new Date(now + (quarters * hourMs) / 4))
const day = instant.map((at) => at.toISOString().slice(0, 10))
const unknownProvider = newId()

/** Instants on every quarter of an hour around two clock changes; resources of every sort, also none. */
const careEventRow = fc
  .record({
    id: fc.constant(null).map(() => newId()),
    kind: fc.constantFrom(...careEventKinds),
    deleted: fc.boolean(),
    confirmation: fc.constantFrom(...confirmations),
    facilityId: fc.option(idOf(facilities), { nil: null, freq: 4 }),
    appointmentTypeId: fc.option(idOf(appointmentTypes), { nil: null, freq: 4 }),
    providerIds: fc.subarray([...providers.map(({ id }) => id), unknownProvider], { maxLength: 3 }),
    status: fc.nat(20),
    at: instant,
    day,
    dated: fc.boolean(),
    without: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    codes: fc.subarray(codes, { maxLength: 3 }),
    fulfilled: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  })
  .map((row) => {
    const statuses: readonly string[] = careEventStatuses[row.kind]
    // Most are of the sort that matches: what nothing matches tells nothing.
    const status = row.status > 10 ? usual[row.kind] : (statuses[row.status % statuses.length] as string)
    return { ...row, status, deleted: row.deleted && row.status % 3 === 0 }
  })
type Row = ReturnType<(typeof careEventRow)['generate']>['value']

const usual: Record<CareEventKind, string> = {
  appointment: 'booked',
  recall: 'open',
  procedure: 'completed',
  diagnosis: 'active',
}

const anyDefinition: fc.Arbitrary<ActionDefinition> = fc
  .record({
    type: fc.constantFrom(...actionTypes),
    pick: fc.nat(100),
    direction: fc.boolean(),
    unit: fc.constantFrom('days' as const, 'hours' as const, 'minutes' as const),
    offset: fc.integer({ min: 0, max: 40 }),
    timeOfDay: fc.option(fc.constantFrom('00:30', '02:30', '10:00', '23:30'), { nil: null }),
    facilityIds: anyOf(facilities.map(({ id }) => id)),
    providerIds: anyOf(providers.map(({ id }) => id)),
    appointmentTypeIds: anyOf(appointmentTypes.map(({ id }) => id)),
    confirmation: anyOf(confirmations),
    codes: anyOf(patterns),
    statuses: fc.boolean(),
    statusPick: fc.nat(100),
  })
  .map(({ type, pick, direction, unit, offset, timeOfDay, statuses, statusPick, ...filters }) => {
    const traits = typeTraits[type]
    const known = careEventStatuses[traits.careEventKind] as readonly string[]
    const one = <T>(list: readonly T[]) => list[pick % list.length] as T
    const wanted = statuses ? [known[statusPick % known.length] as string, usual[traits.careEventKind]] : null
    return definition({
      type,
      timing: {
        offset,
        unit,
        timeOfDay: unit === 'days' ? timeOfDay : null,
        anchor: one(traits.anchors),
        direction: direction ? one(traits.directions) : (traits.directions[0] as 'before' | 'after'),
      },
      filters: {
        ...filters,
        codes: traits.codeSystems.length > 0 ? filters.codes : null,
        confirmation: traits.careEventKind === 'appointment' ? filters.confirmation : null,
        statuses: wanted,
      },
    })
  })

const cases = fc.record({
  asked: anyDefinition,
  enabledResourceKinds: fc
    .integer({ min: 0, max: 5 })
    .map((n): ResourceKind[] => resourceKinds.filter((_, index) => n !== index)),
})

describe('what SQL selects and what the plan matches', () => {
  it(`are the same: ${definitionCount} definitions for ${careEventCount} care events each`, async () => {
    let matched = 0
    await fc.assert(
      fc.asyncProperty(cases, async ({ asked, enabledResourceKinds }) => {
        const settings = organization({ enabledResourceKinds })
        const bySql = await selected(asked, settings)
        const pure = readings.filter(({ careEvent }) => matches(careEvent, action({ ...asked }), settings).matched)
        matched += pure.length
        expect(bySql).toEqual(new Set(pure.map(({ careEvent }) => careEvent.id)))
      }),
      { numRuns: definitionCount },
    )
    // A property about nothing holds always.
    expect(matched).toBeGreaterThan(definitionCount)
  })

  it('are the same about what is due in a span, on every quarter of an hour of two clock changes', async () => {
    let due = 0
    await fc.assert(
      fc.asyncProperty(anyDefinition, fc.integer({ min: 1, max: 60 }), async (asked, days) => {
        const settings = organization()
        const span = { from: now - 10 * dayMs, to: now + days * dayMs }
        const bySql = await selected(asked, settings, span)
        const pure = readings.filter(({ careEvent }) => {
          const anchor = anchorOf(careEvent, asked.timing.anchor)
          if (anchor === null || !matches(careEvent, action({ ...asked }), settings).matched) return false
          const zone = facilityZone(careEvent, settings)
          const { dueAt } = dueTime(asked.timing, anchor, zone, settings.defaultSendTime)
          return dueAt >= span.from && dueAt < span.to
        })
        due += pure.length
        expect(bySql).toEqual(new Set(pure.map(({ careEvent }) => careEvent.id)))
      }),
      { numRuns: definitionCount },
    )
    expect(due).toBeGreaterThan(definitionCount)
  })
})

async function selected(
  asked: ActionDefinition,
  settings: ReturnType<typeof organization>,
  span?: { from: number; to: number },
): Promise<Set<string>> {
  return inOrganization(async (tx) => {
    const switches = await readPracticeSwitches(tx)
    const { values, param } = parameters()
    const matching = matchSql(asked, settings, switches, param)
    const due = span === undefined ? 'true' : dueSql(asked.timing, settings, switches, span, param)
    const rows = await tx.query<{ id: string }>(`select c.id from care_event c where ${matching} and ${due}`, values)
    return new Set(rows.map(({ id }) => id))
  })
}

async function storePractice({ query, organizationId }: Tx): Promise<void> {
  const own = [organizationId, new Date(now)]
  for (const { id, name, enabled, zone } of facilities)
    await query(
      `insert into facility (organization_id, id, name, enabled, time_zone, created_at, updated_at)
       values ($1, $3, $4, $5, $6, $2, $2)`,
      [...own, id, name, enabled, zone],
    )
  for (const [table, list] of [['provider', providers] as const, ['appointment_type', appointmentTypes] as const])
    for (const { id, name, enabled } of list)
      await query(
        `insert into ${table} (organization_id, id, name, enabled, created_at, updated_at) values ($1, $3, $4, $5, $2, $2)`,
        [...own, id, name, enabled],
      )
}

async function storeCareEvents({ query, organizationId }: Tx, rows: readonly Row[]): Promise<void> {
  const patientId = newId()
  await query(`insert into patient (organization_id, id, created_at, updated_at) values ($1, $2, $3, $3)`, [
    organizationId,
    patientId,
    new Date(now),
  ])
  // What closes some of the recalls; nothing is asked about it.
  const fulfilling = newId()
  const list = [...rows, { ...(rows[0] as Row), id: fulfilling, kind: 'appointment' as const, deleted: true }]
  const stored = list.map((row) => {
    const own = (kind: CareEventKind) => row.kind === kind && !row.without
    return {
      id: row.id,
      kind: row.kind,
      status: row.status,
      deleted: row.deleted,
      confirmation: row.kind === 'appointment' ? row.confirmation : 'none',
      facility_id: row.facilityId,
      appointment_type_id: row.appointmentTypeId,
      provider_ids: row.providerIds,
      start_at: own('appointment') ? row.at : null,
      created_at_source: own('appointment') ? row.at : null,
      updated_anchor_at: own('appointment') && row.dated ? row.at : null,
      due_at: own('recall') && !row.dated ? row.at : null,
      due_date: own('recall') && row.dated ? row.day : null,
      procedure_at: own('procedure') && !row.dated ? row.at : null,
      procedure_date: own('procedure') && row.dated ? row.day : null,
      diagnosis_at: own('diagnosis') && !row.dated ? row.at : null,
      diagnosis_date: own('diagnosis') && row.dated ? row.day : null,
      fulfilled_by_id: row.kind === 'recall' && row.fulfilled ? fulfilling : null,
    }
  })
  const columns = Object.keys(stored[0] ?? {}).join(', ')
  const ordered = [...stored].sort((a, b) => Number(b.id === fulfilling) - Number(a.id === fulfilling))
  await query(
    `insert into care_event (organization_id, patient_id, anchor_known_since, first_seen_at, created_at, updated_at, ${columns})
     select $1, $2, $3, $3, $3, $3, ${columns.replaceAll(/(\w+)/g, 'r.$1')}
       from jsonb_populate_recordset(null::care_event, $4::jsonb) r`,
    [organizationId, patientId, new Date(now), JSON.stringify(ordered)],
  )
  await query(
    `insert into care_event_code (organization_id, care_event_id, system, code)
     select $1, c.id, k.system, k.code from jsonb_to_recordset($2::jsonb) as c (id uuid, codes jsonb)
     cross join lateral jsonb_to_recordset(c.codes) as k (system text, code text)`,
    [organizationId, JSON.stringify(rows.filter(({ kind }) => kind !== 'appointment'))],
  )
}
