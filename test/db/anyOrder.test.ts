import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { receiveHl7 } from '../../db/queries/inbound/receiveHl7.ts'
import { createReceiveTogether } from '../../db/queries/inbound/receiveTogether.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import { replan } from '../../db/replan.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { addInboundSource, everyRule, startPractice } from '../support/practice.ts'
import { fhirYear } from './patientYear/fhir.ts'
import { hl7Year, recallSegment } from './patientYear/hl7v2.ts'

/** Monday, 2 March 2026, 10:00 in New York: everything arrives at this moment, in whatever order. */
const now = Date.UTC(2026, 2, 2, 15)
const clock = () => now
const encryption = createEncryption(generateEncryptionKey('test'))
const configurations = createConfigurationCache()
const opened: FreshDatabase[] = []
afterAll(async () => {
  for (const fresh of opened) await fresh.drop()
})

/** A practice with an action of each kind, none of them held up by a rule. */
async function openPractice() {
  const fresh = await freshDatabase({ clock, poolSize: width + 1 })
  opened.push(fresh)
  const practice = await startPractice({ ...fresh, clock, encryption })
  const message = { body: 'Hello', containsPhi: false }
  const action = { message, skippedRules: [...everyRule] }
  await practice.action({ ...action, timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start' } })
  for (const [type, direction, anchor] of [
    ['recall', 'before', 'dueDate'],
    ['procedure', 'after', 'procedureDate'],
    ['diagnosis', 'after', 'diagnosisDate'],
  ] as const)
    await practice.action({ ...action, type, timing: { offset: 1, unit: 'days', direction, anchor } })
  return { ...fresh, practice }
}

/**
 * All that is known of the patient and planned for them; ids as the source has them, without the number of the year. Of
 * what is over, an old version may never have been taken: what it alone said is of no account.
 */
async function state({ database, organizationId }: FreshDatabase, n: number): Promise<string[]> {
  const plain = (text: string) => text.replaceAll(`-${n}`, '')
  return database.inOrganization(organizationId, async (tx) => {
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

/** How one wire's years are told: each message of the `n`th, in the right order. */
interface Wire {
  fresh: FreshDatabase
  year: (n: number) => (() => Promise<void>)[]
}

async function fhir(): Promise<Wire> {
  const { practice, ...fresh } = await openPractice()
  return { fresh, year: (n) => fhirYear(n, now).map((message) => () => practice.post(message)) }
}

async function hl7v2(): Promise<Wire> {
  const fresh = await openPractice()
  const settings = sourceSettingsSchema.parse({ hl7v2: { recallSegment } })
  const source: InboundSource = await addInboundSource({ ...fresh, clock, encryption }, 'hl7v2', settings)
  const deps = { database: fresh.database, encryption, together: createReceiveTogether() }
  const take = async (message: string) => {
    for (const { received, acknowledgement } of await receiveHl7(deps, source, Buffer.from(message), now))
      if (received.outcome !== 'applied' && received.outcome !== 'unchanged')
        throw new Error(`not taken: ${acknowledgement}`)
  }
  return { fresh, year: (n) => hl7Year(n, now).map((message) => () => take(message)) }
}

/**
 * Orders of each wire's year; a thousand (`ANY_ORDER_RUNS=1000`) take some minutes, fewer are for every run of the tests.
 * The seed is the same each time, so that a failure is found again.
 */
const runs = Number(process.env['ANY_ORDER_RUNS'] ?? 15)
const seed = Number(process.env['ANY_ORDER_SEED'] ?? 20260302)
const width = 8

describe('a year of a patient ends alike in whatever order its messages arrive, and however often each of them', () => {
  it.each<[string, () => Promise<Wire>, string[]]>([
    [
      'FHIR',
      fhir,
      ['appointment cancelled cancelled p', 'appointment moved booked p', 'diagnosis c active p', 'recall done open p'],
    ],
    [
      'HL7 v2',
      hl7v2,
      ['appointment again booked p', 'appointment cancelled cancelled p', 'diagnosis DG1/diagnosis active p'],
    ],
  ])(
    'over %s',
    async (_wire, open, some) => {
      const { fresh, year } = await open()
      let n = 100
      const right = year(n)
      for (const tell of right) await tell()
      const expected = await state(fresh, n)
      expect(expected).toEqual(expect.arrayContaining(some.map((line) => expect.stringContaining(line))))
      const twice = [...right.keys(), ...right.keys()].map((place, copy) => ({ place, copy }))
      const order = fc.shuffledSubarray(twice, { minLength: twice.length })
      const live = async (places: { place: number }[]) => {
        const [own, id] = [year(++n), n]
        for (const { place } of places) await own[place]?.()
        expect(await state(fresh, id)).toEqual(expected)
      }
      const several = fc.array(order, { minLength: width, maxLength: width })
      const property = fc.asyncProperty(several, (orders) => Promise.all(orders.map(live)).then(() => undefined))
      await fc.assert(property, { numRuns: Math.ceil(runs / width), seed, endOnFailure: true })
    },
    3_600_000,
  )
})
