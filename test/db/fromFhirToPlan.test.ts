import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { replan } from '../../db/replan.ts'
import type { ActionDefinitionInput } from '../../domain/action.ts'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { appointment, everyRule, type Practice, startPractice } from '../support/practice.ts'

/** Monday, 2 March 2026, 10:00 in New York. */
const monday = Date.UTC(2026, 2, 2, 15)
let now: Instant
let fresh: FreshDatabase
let practice: Practice
const opened: FreshDatabase[] = []
const configurations = createConfigurationCache()

beforeEach(async () => {
  now = monday - 30 * dayMs
  const clock = () => now
  fresh = await freshDatabase({ clock })
  opened.push(fresh)
  practice = await startPractice({ ...fresh, clock, encryption: createEncryption(generateEncryptionKey('test')) })
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

type Json = Record<string, unknown>
const subject = { reference: 'Patient/quill' }
const recall = (fields: Json = {}): Json => ({
  resourceType: 'ServiceRequest',
  id: 'recall',
  status: 'active',
  intent: 'plan',
  subject,
  code: { coding: [{ code: 'FOLLOWUP' }] },
  locationReference: [{ reference: 'Location/main' }],
  occurrenceDateTime: '2026-04-01',
  ...fields,
})
const cpt = (...codes: string[]) => ({
  coding: codes.map((code) => ({ system: 'http://www.ama-assn.org/go/cpt', code })),
})
const procedure = (id: string, code: object, fields: Json = {}): Json => ({
  resourceType: 'Procedure',
  id,
  status: 'completed',
  subject,
  code,
  performedDateTime: '2026-03-02',
  location: { reference: 'Location/main' },
  ...fields,
})
const condition = (id: string, codes: string[], fields: Json = {}): Json => ({
  resourceType: 'Condition',
  id,
  subject,
  code: { coding: codes.map((code) => ({ system: 'http://hl7.org/fhir/sid/icd-10-cm', code })) },
  recordedDate: '2026-03-02',
  ...fields,
})

async function action(definition: Partial<ActionDefinitionInput>): Promise<string> {
  const message = { body: 'Hello {{ patient.firstName }}', containsPhi: false }
  return practice.action({ message, skippedRules: [...everyRule], ...definition } as ActionDefinitionInput)
}
const codes = (system: 'cpt' | 'icd10', ...list: string[]) => ({
  facilityIds: null,
  providerIds: null,
  appointmentTypeIds: null,
  statuses: null,
  confirmation: null,
  codes: list.map((code) => ({ system, code })),
})

/** The one verdict of a care event, as the relay would store it; times as New York's clock shows them. */
async function planned(externalId: string) {
  return fresh.database.inOrganization(fresh.organizationId, async (tx) => {
    const [row] = await tx.query<{ id: string }>('select id from care_event where external_id = $1', [externalId])
    if (!row) throw new Error(`${externalId} was not stored`)
    const found = await replan(tx, configurations, row.id, now)
    const [verdict] = found?.verdicts ?? []
    if (!verdict) throw new Error('there is no action')
    const sendAt = verdict.sendAt === null ? null : written(verdict.sendAt)
    return { verdict: verdict.verdict, reason: verdict.reason, sendAt, key: verdict.occurrenceKey }
  })
}
const written = (at: Instant) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'short' }).format(at)

describe('a recall', () => {
  beforeEach(async () => {
    await action({ type: 'recall', timing: { offset: 7, unit: 'days', direction: 'before', anchor: 'dueDate' } })
    now = monday
    await practice.post(recall())
  })

  it('is planned before its due date, at the default send time', async () => {
    expect(await planned('recall')).toMatchObject({ verdict: 'planned', sendAt: '2026-03-25 10:00' })
  })

  it('with a moved due date is another occurrence', async () => {
    const before = await planned('recall')
    await practice.post(recall({ occurrenceDateTime: '2026-05-01' }))
    const after = await planned('recall')
    expect(after).toMatchObject({ verdict: 'planned', sendAt: '2026-04-24 10:00' })
    expect(after.key).not.toBe(before.key)
  })

  it('does not match while an appointment is booked for it, and does when that is cancelled', async () => {
    await practice.post(appointment('visit', monday + 20 * dayMs))
    expect(await planned('recall')).toMatchObject({ verdict: 'notMatching', reason: 'recallFulfilled' })
    await practice.post(appointment('visit', monday + 20 * dayMs, { status: 'cancelled' }))
    expect(await planned('recall')).toMatchObject({ verdict: 'planned' })
  })

  it.each(['completed', 'revoked', 'entered-in-error', 'on-hold'])('that is %s does not match', async (status) => {
    await practice.post(recall({ status }))
    expect(await planned('recall')).toMatchObject({ verdict: 'notMatching' })
  })

  it('without a day is skipped, never sent now', async () => {
    await practice.post(recall({ occurrenceDateTime: undefined }))
    expect(await planned('recall')).toMatchObject({ verdict: 'skipped', reason: 'noAnchor' })
  })
})

describe('procedures', () => {
  const timing = { offset: 1, unit: 'days', direction: 'after', anchor: 'procedureDate' } as const
  const colonoscopies = { type: 'procedure', timing, filters: codes('cpt', '45378-45398') } as const

  it('of one day are one message, however many lines of the bill they are', async () => {
    await action({ type: 'procedure', timing })
    now = monday
    for (const [id, code] of [
      ['p-1', '45378'],
      ['p-2', '45380'],
      ['p-3', '99213'],
    ] as const)
      await practice.post(procedure(id, cpt(code)))
    const keys = [await planned('p-1'), await planned('p-2'), await planned('p-3')]
    expect(keys).toMatchObject(keys.map(() => ({ verdict: 'planned', sendAt: '2026-03-03 10:00' })))
    expect(new Set(keys.map(({ key }) => key)).size).toBe(1)
    await practice.post(procedure('p-4', cpt('45378'), { performedDateTime: '2026-03-03' }))
    expect((await planned('p-4')).key).not.toBe(keys[0]?.key)
  })

  it.each<[string, object, string]>([
    ['one code of the range', cpt('45380'), 'planned'],
    ['several codes, one of them wanted', cpt('99213', '45380'), 'planned'],
    ['a code with its modifier', cpt('45380-59'), 'planned'],
    ['another code', cpt('99213'), 'notMatching'],
    ['no code', { text: 'Colonoscopy' }, 'notMatching'],
  ])('match by code: %s', async (_what, code, expected) => {
    await action(colonoscopies)
    now = monday
    await practice.post(procedure('p-1', code))
    expect((await planned('p-1')).verdict).toBe(expected)
  })

  it.each(['not-done', 'entered-in-error', 'stopped', 'preparation'])(
    'that turn out to be %s do not match any more',
    async (status) => {
      await action(colonoscopies)
      now = monday
      await practice.post(procedure('p-1', cpt('45378')))
      expect((await planned('p-1')).verdict).toBe('planned')
      await practice.post(procedure('p-1', cpt('45378'), { status }))
      expect((await planned('p-1')).verdict).toBe('notMatching')
    },
  )

  it.each<[string, number, string, string | null]>([
    ['seven days late are told at once', 8, 'planned', null],
    ['later than that are not', 9, 'skipped', 'recordedTooLate'],
  ])('that are posted %s', async (_what, days, verdict, reason) => {
    await action({ type: 'procedure', timing })
    now = monday + days * dayMs - 2 * hourMs
    await practice.post(procedure('p-1', cpt('45378')))
    expect(await planned('p-1')).toMatchObject({ verdict, reason })
  })
})

describe('diagnoses', () => {
  const timing = { offset: 2, unit: 'days', direction: 'after', anchor: 'diagnosisDate' } as const
  beforeEach(async () => {
    await action({ type: 'diagnosis', timing, filters: codes('icd10', 'E11.*') })
    now = monday
  })

  it.each<[string, string[], string]>([
    ['by prefix', ['E11.9'], 'planned'],
    ['without the dot', ['e119'], 'planned'],
    ['one of several codes', ['I10', 'E11.65'], 'planned'],
    ['another code', ['E10.9'], 'notMatching'],
  ])('match %s', async (_how, list, expected) => {
    await practice.post(condition('c-1', list))
    expect((await planned('c-1')).verdict).toBe(expected)
  })

  it('of one patient and the same codes are one message', async () => {
    await practice.post(condition('c-1', ['E11.9']))
    await practice.post(condition('c-2', ['E11.65'], { recordedDate: '2026-03-04' }))
    expect((await planned('c-1')).key).toBe((await planned('c-2')).key)
  })

  it.each([
    ['refuted', { verificationStatus: { coding: [{ code: 'refuted' }] } }],
    ['entered in error', { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }],
    ['over', { clinicalStatus: { coding: [{ code: 'resolved' }] } }],
  ])('that are %s do not match any more', async (_what, fields) => {
    await practice.post(condition('c-1', ['E11.9']))
    await practice.post(condition('c-1', ['E11.9'], fields))
    expect((await planned('c-1')).verdict).toBe('notMatching')
  })
})

describe('what a source loads as its history', () => {
  const timing = { offset: 1, unit: 'days', direction: 'after', anchor: 'procedureDate' } as const

  it('is not told late, only what is still to come', async () => {
    await action({ type: 'procedure', timing })
    now = monday + 3 * dayMs
    const asLoading = { as: 'loading' as const }
    await practice.post(procedure('old', cpt('45378')), asLoading)
    await practice.post(procedure('new', cpt('45378'), { performedDateTime: '2026-03-05' }), asLoading)
    expect(await planned('old')).toMatchObject({ verdict: 'skipped', reason: 'recordedTooLate' })
    expect(await planned('new')).toMatchObject({ verdict: 'planned', sendAt: '2026-03-06 10:00' })
    await practice.post(procedure('old', cpt('45378'), { performedDateTime: '2026-03-03' }))
    expect(await planned('old')).toMatchObject({ verdict: 'planned' })
  })
})

describe('extra reminders', () => {
  const extra = (anchor: 'created' | 'updated', offset = 0) =>
    action({ type: 'extraReminder', timing: { offset, unit: 'minutes', direction: 'after', anchor } })
  const visit = (more: Json = {}) => ({ ...appointment('visit', monday + 20 * dayMs), ...more })
  const minutes = (count: number) => written(monday + count * minuteMs)

  it('after the booking count from its arrival, or what the EHR says of it', async () => {
    await extra('created', 30)
    now = monday
    await practice.post(visit())
    expect(await planned('visit')).toMatchObject({ verdict: 'planned', sendAt: minutes(30) })
    await practice.post(visit({ created: new Date(monday - 10 * minuteMs).toISOString() }))
    expect(await planned('visit')).toMatchObject({ verdict: 'planned', sendAt: minutes(20) })
  })

  it('never come of a booking that was loaded as history', async () => {
    await extra('created', 30)
    now = monday
    await practice.post(visit({ created: new Date(monday).toISOString() }), { as: 'loading' })
    expect(await planned('visit')).toMatchObject({ verdict: 'skipped', reason: 'noAnchor' })
    await practice.post(visit({ created: new Date(monday).toISOString(), minutesDuration: 45 }))
    expect(await planned('visit')).toMatchObject({ verdict: 'skipped', reason: 'noAnchor' })
  })

  it('after a change count when it has been quiet for ten minutes: a burst is one message', async () => {
    await extra('updated')
    now = monday
    await practice.post(visit())
    expect(await planned('visit')).toMatchObject({ verdict: 'skipped', reason: 'noAnchor' })
    const keys: unknown[] = []
    for (const [minute, hour] of [
      [1, 1],
      [4, 2],
      [9, 3],
    ] as const) {
      now = monday + minute * minuteMs
      await practice.post(appointment('visit', monday + 20 * dayMs + hour * hourMs))
      const { verdict, sendAt, key } = await planned('visit')
      expect({ verdict, sendAt }).toEqual({ verdict: 'planned', sendAt: minutes(minute + 10) })
      keys.push(key)
    }
    expect(new Set(keys).size).toBe(3)
  })

  it('after a change are about start, place, people, type and status, and about nothing else', async () => {
    await extra('updated')
    now = monday
    await practice.post(visit())
    now += hourMs
    await practice.post(visit({ patientInstruction: 'Bring your card', end: undefined, minutesDuration: 40 }))
    expect(await planned('visit')).toMatchObject({ reason: 'noAnchor' })
    await practice.post(visit({ appointmentType: { coding: [{ code: 'SURGERY' }] } }))
    expect(await planned('visit')).toMatchObject({ verdict: 'planned', sendAt: minutes(70) })
  })
})
