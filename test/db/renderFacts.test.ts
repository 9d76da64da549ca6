import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import { updateOrganization } from '../../db/queries/organization.ts'
import { type RenderSubject, readRenderFacts } from '../../db/queries/renderFacts.ts'
import { dayMs } from '../../domain/instant.ts'
import { renderMessage } from '../../domain/render.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'
import { type Practice, quill, startPractice } from '../support/practice.ts'

/** Monday, 9 March 2026, 9:00 in New York. */
const now = Date.UTC(2026, 2, 9, 13)
const patient = { reference: 'Patient/quill' }
const location = { reference: 'Location/main' }
const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'

let fresh: FreshDatabase
let practice: Practice
beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  const encryption = createEncryption(generateEncryptionKey('test'))
  practice = await startPractice({ ...fresh, encryption, clock: () => now })
  await practice.post({
    resourceType: 'ServiceRequest',
    id: 'cleaning',
    status: 'active',
    intent: 'plan',
    subject: patient,
    code: { coding: [{ code: 'CLEANING', display: 'CLEANING, 6 MO' }] },
    locationReference: [location],
    occurrenceDateTime: '2026-03-02',
  })
  await practice.post({
    resourceType: 'Procedure',
    id: 'scope',
    status: 'completed',
    subject: patient,
    code: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '45378', display: 'Colonoscopy' }] },
    performedDateTime: '2026-03-08',
    location,
  })
  await practice.post({
    resourceType: 'Condition',
    id: 'sugar',
    subject: patient,
    code: {
      coding: [
        { system: icd10, code: 'I10', display: 'Hypertension' },
        { system: icd10, code: 'E11.65', display: 'Type 2 diabetes with hyperglycemia' },
      ],
    },
    recordedDate: '2026-03-08T15:00:00Z',
  })
  await practice.book('visit', now + dayMs)
})
afterAll(() => fresh.drop())

const inPractice: FreshDatabase['database']['inOrganization'] = (_id, work) =>
  fresh.database.inOrganization(fresh.organizationId, work)

/** The text as it goes out for what the EHR knows by this id. */
async function rendered(kind: string, template: string, subject: RenderSubject = {}): Promise<string> {
  return inPractice('', async (tx) => {
    const [event] = await tx.query<{ id: string }>('select id from care_event where kind = $1', [kind])
    const facts = await readRenderFacts(tx, event?.id ?? newId(), 'patient', subject)
    if (!facts) return 'nothing is known'
    const text = renderMessage(template, facts.context, { zone: facts.zone, language: 'en', secure: true })
    return text.ok ? text.text : `${text.reason}: ${text.detail}`
  })
}

describe('what a message can say', () => {
  const cases: [what: string, kind: string, template: string, text: string, subject: RenderSubject][] = [
    [
      'a recall’s due date, type and days overdue',
      'recall',
      '{{ recall.type }}, {{ recall.dueDate | date_short }}, {{ recall.daysOverdue }}',
      'CLEANING, 6 MO, Mar 2, 7',
      {},
    ],
    ['the days overdue at the moment of sending', 'recall', '{{ recall.daysOverdue }}', '9', { now: now + 2 * dayMs }],
    ['a recall has no appointment', 'recall', '{{ appointment.start | time }}', 'missingValue: appointment.start', {}],
    [
      'a procedure’s date, name and code',
      'procedure',
      '{{ procedure.date | date_short }}: {{ procedure.name }} ({{ procedure.code }})',
      'Mar 8: Colonoscopy (45378)',
      {},
    ],
    ['a diagnosis by its first code', 'diagnosis', '{{ diagnosis.name }} {{ diagnosis.code }}', 'Hypertension I10', {}],
    [
      'a diagnosis by the code that the action asked for, as people write it',
      'diagnosis',
      '{{ diagnosis.name }} {{ diagnosis.code }}, {{ diagnosis.date | date_short }}',
      'Type 2 diabetes with hyperglycemia E11.65, Mar 8',
      { codes: [{ system: 'icd10', code: 'E11.*' }] },
    ],
    [
      'a visit that never moved has no earlier start',
      'appointment',
      '{{ appointment.previousStart | default: "none" }}',
      'none',
      {},
    ],
  ]
  it.each(cases)('%s', async (_what, kind, template, text, subject) => {
    expect(await rendered(kind, template, subject)).toBe(text)
  })

  it('the practice’s own names before the EHR’s', async () => {
    await inPractice('', async (tx) => {
      await tx.query(`update appointment_type set public_name = 'Cleaning' where name like 'CLEANING%'`, [])
      await tx.query(`update facility set public_name = 'Riverside'`, [])
    })
    expect(await rendered('recall', '{{ recall.type }} at {{ facility.name }}')).toBe('Cleaning at Riverside')
  })

  it('whose phone it is: at a guardian’s number the guardian is greeted', async () => {
    await practice.post({
      ...quill,
      contact: [
        {
          relationship: [{ coding: [{ code: 'GUARD' }] }],
          name: { given: ['Opal'], family: 'Quill' },
          telecom: [{ system: 'phone', use: 'mobile', value: '+15555550177' }],
        },
      ],
    })
    const points = await inPractice('', (tx) =>
      tx.query<{ id: string; address: string }>(`select id, address from contact_point where channel = 'sms'`, []),
    )
    const greeted = (address: string) =>
      rendered('appointment', '{{ recipient.firstName }} for {{ patient.firstName }}', {
        contactPointId: points.find((point) => point.address === address)?.id ?? null,
      })
    expect(await greeted('+15555550177')).toBe('Opal for Zephyrine')
    expect(await greeted('+15555550101')).toBe('Zephyrine for Zephyrine')
  })

  it('where patients book, once the practice has said so', async () => {
    const template = 'Book: {{ recall.bookingLink }}'
    expect(await rendered('recall', template)).toBe('missingValue: recall.bookingLink')
    expect(await rendered('recall', '{{ recall.bookingLink | default: "call us" }}')).toBe('call us')
    const bookingUrl = 'https://example.org/book?from=text'
    await inPractice('', (tx) =>
      updateOrganization(tx, { bookingUrl }, null, { who: { userId: null, apiKeyId: null }, now }),
    )
    expect(await rendered('recall', template)).toBe(`Book: ${bookingUrl}`)
  })

  it('the practice’s time where the facility’s zone is none', async () => {
    const zoneOf = (zone: string) => inPractice('', (tx) => tx.query('update facility set time_zone = $1', [zone]))
    const [visit] = await inPractice('', (tx) =>
      tx.query<{ id: string }>(`select id from care_event where external_id = 'visit'`),
    )
    await zoneOf('Mars/Olympus')
    const facts = await inPractice('', (tx) => readRenderFacts(tx, visit?.id ?? '', 'patient', { wantsSameDay: true }))
    await zoneOf('America/New_York')
    expect(facts?.zone).toBe('America/New_York')
    expect(facts?.context.appointments).toHaveLength(1)
  })

  it('nothing of a care event that is not there', async () => {
    expect(await rendered('nothing', 'x')).toBe('nothing is known')
  })
})
