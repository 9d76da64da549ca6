import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { replan } from '../../db/replan.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'

/** Monday, 2 March 2026, 10:00 in New York: everything arrives at this moment, in whatever order. */
const now = Date.UTC(2026, 2, 2, 15)
let fresh: FreshDatabase
let practice: Practice
const configurations = createConfigurationCache()

beforeAll(async () => {
  const clock = () => now
  fresh = await freshDatabase({ clock, poolSize: 8 })
  practice = await startPractice({ ...fresh, clock, encryption: createEncryption(generateEncryptionKey('test')) })
  const message = { body: 'Hello', containsPhi: false }
  const action = { message, skippedRules: [...everyRule] }
  await practice.action({ ...action, timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start' } })
  for (const [type, direction, anchor] of [
    ['recall', 'before', 'dueDate'],
    ['procedure', 'after', 'procedureDate'],
    ['diagnosis', 'after', 'diagnosisDate'],
  ] as const)
    await practice.action({ ...action, type, timing: { offset: 1, unit: 'days', direction, anchor } })
})
afterAll(() => fresh?.drop())

type Json = Record<string, unknown>
const deletion = (url: string, lastModified: string) => ({
  resourceType: 'Bundle',
  type: 'history',
  entry: [{ request: { method: 'DELETE', url }, response: { lastModified } }],
})

/** A year of one patient, who was registered twice; each message as often as it says. `n` makes the ids its own. */
function year(n: number): Json[] {
  let second = 0
  const id = (name: string) => `${name}-${n}`
  const next = () => new Date(Date.UTC(2026, 1, 1, 0, 0, ++second)).toISOString()
  const versioned = (resource: Json): Json => ({ ...resource, meta: { lastUpdated: next() } })
  const at = (day: number) => new Date(now + day * 86_400_000).toISOString()
  const who = (...references: string[]) => references.map((reference) => ({ actor: { reference }, status: 'accepted' }))
  const patient = (name: string, more: Json) =>
    versioned({ resourceType: 'Patient', id: id(name), birthDate: '1980-02-03', ...more })
  const visit = (name: string, status: string, day: number, more: Json = {}) =>
    versioned({
      resourceType: 'Appointment',
      id: id(name),
      status,
      ...(status === 'proposed' ? { requestedPeriod: [{ start: at(day).slice(0, 10) }] } : { start: at(day) }),
      appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
      participant: who(`Patient/${id('p')}`, 'Practitioner/strange', `Location/${id('l')}`),
      ...more,
    })
  const about = (name: string) => ({ subject: { reference: `Patient/${id(name)}` } })
  const recall = (name: string, day: string, more: Json = {}) =>
    versioned({
      resourceType: 'ServiceRequest',
      id: id(name),
      status: 'active',
      intent: 'plan',
      code: { coding: [{ code: 'FOLLOWUP' }] },
      occurrenceDateTime: day,
      ...about('p'),
      ...more,
    })
  const phone = (value: string) => ({ telecom: [{ system: 'phone', use: 'mobile', value }] })
  const during = { encounter: { reference: `Encounter/${id('e')}` } }
  const condition = (more: Json) =>
    versioned({
      resourceType: 'Condition',
      id: id('c'),
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
      ...about('q'),
      ...during,
      ...more,
    })
  const procedure = (name: string, more: Json) =>
    versioned({
      resourceType: 'Procedure',
      id: id(name),
      status: 'completed',
      code: { coding: [{ system: 'CPT', code: '45378' }] },
      ...about('q'),
      ...more,
    })
  return [
    patient('p', { name: [{ family: 'Quill', given: ['Zephyrine'] }], ...phone('+15555550111') }),
    patient('q', { name: [{ family: 'Quil', given: ['Zephyr'] }], ...phone('+15555550112') }),
    versioned({ resourceType: 'Location', id: id('l'), name: 'Riverside', address: { state: 'NY' } }),
    visit('moved', 'booked', 10),
    visit('moved', 'booked', 12),
    visit('moved', 'booked', 20, { participant: who(`Patient/${id('q')}`, `Location/${id('l')}`) }),
    visit('cancelled', 'booked', 14),
    visit('cancelled', 'cancelled', 14, { start: undefined }),
    visit('missed', 'booked', -3),
    visit('missed', 'noshow', -3),
    visit('deleted', 'booked', 15),
    deletion(`Appointment/${id('deleted')}`, next()),
    visit('proposed', 'proposed', 60),
    visit('proposed', 'booked', 50, { appointmentType: { coding: [{ code: 'SURGERY' }] } }),
    recall('open', '2026-08-01', { code: { coding: [{ code: 'CLEANING' }] } }),
    recall('open', '2026-09-01', { code: { coding: [{ code: 'CLEANING' }] } }),
    recall('done', '2026-04-01', { status: 'draft' }),
    recall('done', '2026-04-01'),
    condition({ onsetDateTime: '2020-01-01' }),
    condition({ onsetDateTime: '2021-01-01' }),
    versioned({
      resourceType: 'Encounter',
      id: id('e'),
      period: { start: '2026-03-01' },
      location: [{ location: { reference: `Location/${id('l')}` } }],
      participant: [{ individual: { reference: 'Practitioner/strange' } }],
      diagnosis: [{ condition: { reference: `Procedure/${id('done')}` } }],
    }),
    procedure('done', {}),
    procedure('voided', { performedDateTime: '2026-03-02' }),
    procedure('voided', { performedDateTime: '2026-03-02', status: 'entered-in-error' }),
    patient('p', {
      name: [{ family: 'Quill', given: ['Zephyrine'] }],
      ...phone('+15555550113'),
      link: [{ type: 'replaces', other: { reference: `Patient/${id('q')}` } }],
    }),
    patient('q', {
      active: false,
      ...phone('+15555550114'),
      link: [{ type: 'replaced-by', other: { reference: `Patient/${id('p')}` } }],
    }),
  ]
}

/**
 * All that is known of the patient and planned for them; ids as the source has them, without the number of the year. Of
 * what is over, an old version may never have been taken: what it alone said is of no account.
 */
async function state(n: number): Promise<string[]> {
  const plain = (text: string) => text.replaceAll(`-${n}`, '')
  return fresh.database.inOrganization(fresh.organizationId, async (tx) => {
    const events = await tx.query<{ id: string; line: string }>(
      `select c.id, concat_ws(' ', c.kind, c.external_id, c.status, p.external_id, coalesce(f.external_id, '-'), coalesce(t.external_id, '-'),
         (select string_agg(r.external_id, ',' order by r.external_id) from provider r where r.id = any(c.provider_ids)),
         case when c.status <> 'cancelled' then c.start_at end, c.due_date, c.due_at, c.procedure_date, c.diagnosis_date, c.onset,
         (select string_agg(k.normalized, ',') from care_event_code k where k.care_event_id = c.id),
         'by ' || (select a.external_id from care_event a where a.id = c.fulfilled_by_id)) as line
       from (select e.*, e.unsaid ->> 'onset' as onset from care_event e) c
         join patient p on p.id = c.patient_id left join facility f on f.id = c.facility_id
         left join appointment_type t on t.id = c.appointment_type_id
       where c.external_id like '%-' || $1 and not c.deleted and c.status <> 'closed' order by 2`,
      [String(n)],
    )
    const people = await tx.query<{ line: string }>(
      `select concat_ws(' ', p.external_id, p.first_name, p.last_name, p.active::text, m.external_id,
         (select string_agg(c.channel || c.address, ',' order by c.rank) from contact_point c where c.patient_id = p.id)) as line
       from patient p left join patient m on m.id = p.merged_into where p.external_id like '%-' || $1 order by 1`,
      [String(n)],
    )
    const lines = [...people.map(({ line }) => line)]
    for (const { id, line } of events) {
      const found = await replan(tx, configurations, id, now)
      const verdicts = found?.verdicts.filter(({ verdict }) => verdict !== 'notMatching') ?? []
      lines.push(`${line}: ${verdicts.map((each) => `${each.verdict} ${each.reason} ${each.sendAt}`).join(', ')}`)
    }
    return lines.map(plain)
  })
}

describe('a year of a patient', () => {
  it('ends alike in whatever order its messages arrive, and however often each of them', async () => {
    let n = 100
    const right = year(n)
    for (const message of right) await practice.post(message)
    const expected = await state(n)
    expect(expected).toEqual(expected.filter((line) => !line.includes('undefined')))
    const order = fc.shuffledSubarray(
      [...right.keys(), ...right.keys()].map((place, copy) => ({ place, copy })),
      {
        minLength: right.length * 2,
      },
    )
    const live = async (places: { place: number }[]) => {
      const [own, id] = [year(++n), n]
      for (const { place } of places) await practice.post(own[place] as Json)
      expect(await state(id)).toEqual(expected)
    }
    const several = fc.array(order, { minLength: 4, maxLength: 4 })
    const property = fc.asyncProperty(several, (orders) => Promise.all(orders.map(live)).then(() => undefined))
    await fc.assert(property, { numRuns: runs / 4, endOnFailure: true })
  }, 600_000)
})

/** Years, four at a time; each takes some hundred transactions, so that a thousand are for a long night. */
const runs = Number(process.env['ANY_ORDER_RUNS'] ?? 40)
