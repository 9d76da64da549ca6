import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { openSignedIn, openWithBirthDate } from '../../db/openSecureMessage.ts'
import { type ActionType, typeTraits } from '../../domain/action.ts'
import { hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { careEventWorkflowId } from '../../workflows/names.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { type OverHttp, overHttp } from '../support/overHttp.ts'
import { everyRule } from '../support/practice.ts'

const newYork = 'America/New_York'
type Json = Record<string, unknown>

const links = {
  patient: /^Riverside Family Clinic has a private message for you\. Read it here: \S+\/m\/\S+$/,
  staff: /^Riverside Family Clinic has a message for you\. Sign in to read it: \S+\/m\/\S+$/,
}

interface Journey {
  type: ActionType
  to: 'patient' | 'staff'
  /** What the EHR posts, about this patient, as of now. */
  posted: (patient: string, now: Instant) => Json
  /** What the practice writes beside type, title and recipients. */
  written: Json
  recipients?: Json
  /** When it has to be on the phone. */
  at: (now: Instant) => Instant
  /** The text on the phone; behind a link when it is secure. */
  says: string
  secure?: boolean
}

const wall = (at: Instant, days: number, hour: number, minute = 0): Instant =>
  DateTime.fromMillis(at, { zone: newYork }).plus({ days }).set({ hour, minute, second: 0, millisecond: 0 }).toMillis()
const isoDate = (at: Instant, days = 0) => DateTime.fromMillis(at, { zone: newYork }).plus({ days }).toISODate() ?? ''
const iso = (at: Instant) => new Date(at).toISOString()
const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] })
const reference = (to: string) => ({ reference: to })

const visit = (patient: string, start: Instant): Json => ({
  resourceType: 'Appointment',
  status: 'booked',
  start: iso(start),
  end: iso(start + hourMs / 2),
  appointmentType: { coding: [{ code: 'FOLLOWUP', display: 'Follow up' }] },
  participant: [patient, 'Practitioner/strange', 'Location/main'].map((actor) => ({
    actor: reference(actor),
    status: 'accepted',
  })),
})
const recall = (patient: string, now: Instant): Json => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'plan',
  subject: reference(patient),
  code: { coding: [{ code: 'CLEANING', display: 'Cleaning' }] },
  locationReference: [reference('Location/main')],
  occurrenceDateTime: isoDate(now, 40),
})
const procedure = (patient: string, now: Instant): Json => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject: reference(patient),
  code: coded('http://www.ama-assn.org/go/cpt', '45378', 'Colonoscopy'),
  performedDateTime: isoDate(now),
  performer: [{ actor: reference('Practitioner/strange') }],
  location: reference('Location/main'),
})
const diagnosis = (patient: string, now: Instant): Json => ({
  resourceType: 'Condition',
  clinicalStatus: { coding: [{ code: 'active' }] },
  subject: reference(patient),
  code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'E11.65', 'Type 2 diabetes mellitus with hyperglycemia'),
  recordedDate: iso(now - minuteMs),
})

const journeys: Journey[] = [
  {
    type: 'appointment',
    to: 'patient',
    posted: (patient, now) => visit(patient, wall(now, 9, 14)),
    written: {
      message: { body: 'Hi {{ patient.firstName }}, see you at {{ appointment.start | time }}' },
      timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '11:15' },
    },
    at: (now) => wall(now, 7, 11, 15),
    says: 'Hi Zephyrine, see you at 2:00 PM',
  },
  {
    type: 'appointment',
    to: 'staff',
    recipients: { careEventProviders: true },
    posted: (patient, now) => visit(patient, wall(now, 9, 14)),
    written: {
      message: { body: '{{ recipient.firstName }}: {{ patient.firstName }} was here' },
      timing: { offset: 3, unit: 'hours', direction: 'after', anchor: 'start' },
    },
    at: (now) => wall(now, 9, 17),
    says: 'Robin: Zephyrine was here',
  },
  {
    type: 'recall',
    to: 'patient',
    posted: recall,
    written: {
      message: { body: '{{ patient.firstName }}, your {{ recall.type }} is due {{ recall.dueDate | date_short }}' },
      timing: { offset: 7, unit: 'days', direction: 'before', anchor: 'dueDate' },
    },
    at: (now) => wall(now, 33, 10),
    says: 'Zephyrine, your Cleaning is due DUE',
  },
  {
    type: 'recall',
    to: 'staff',
    recipients: { roles: ['Nurse'] },
    posted: recall,
    written: {
      message: { body: '{{ recipient.firstName }}: call {{ patient.firstName }}' },
      timing: { offset: 90, unit: 'minutes', direction: 'after', anchor: 'dueDate' },
    },
    at: (now) => wall(now, 40, 11, 30),
    says: 'Robin: call Zephyrine',
  },
  {
    type: 'procedure',
    to: 'patient',
    posted: procedure,
    written: {
      message: { body: 'How do you feel after your {{ procedure.name }}, {{ patient.firstName }}?', containsPhi: true },
      timing: { offset: 3, unit: 'days', direction: 'after', anchor: 'procedureDate' },
      filters: { codes: [{ system: 'cpt', code: '45300-45399' }] },
    },
    at: (now) => wall(now, 3, 10),
    says: 'How do you feel after your Colonoscopy, Zephyrine?',
    secure: true,
  },
  {
    type: 'procedure',
    to: 'staff',
    recipients: { careEventProviders: true },
    posted: procedure,
    written: {
      message: { body: 'Check on {{ patient.firstName }}: {{ procedure.code }}', containsPhi: true },
      timing: { offset: 2, unit: 'days', direction: 'after', anchor: 'procedureDate', timeOfDay: '08:00' },
      filters: { codes: [{ system: 'cpt', code: '45378' }] },
    },
    at: (now) => wall(now, 2, 8),
    says: 'Check on Zephyrine: 45378',
    secure: true,
  },
  {
    type: 'diagnosis',
    to: 'patient',
    posted: diagnosis,
    written: {
      message: { body: '{{ patient.firstName }}, about your {{ diagnosis.name }}', containsPhi: true },
      timing: { offset: 26, unit: 'hours', direction: 'after', anchor: 'diagnosisDate' },
      filters: { codes: [{ system: 'icd10', code: 'e11.*' }] },
    },
    at: (now) => now - minuteMs + 26 * hourMs,
    says: 'Zephyrine, about your Type 2 diabetes mellitus with hyperglycemia',
    secure: true,
  },
  {
    type: 'diagnosis',
    to: 'staff',
    recipients: { staffIds: ['ROBIN'] },
    posted: diagnosis,
    written: {
      message: { body: 'Plan a talk with {{ patient.firstName }}: {{ diagnosis.code }}', containsPhi: true },
      timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'diagnosisDate', timeOfDay: '09:30' },
      filters: {
        codes: [
          { system: 'icd9', code: '250.*' },
          { system: 'icd10', code: 'E08-E13' },
        ],
      },
    },
    at: (now) => wall(now - minuteMs, 1, 9, 30),
    says: 'Plan a talk with Zephyrine: E11.65',
    secure: true,
  },
  {
    type: 'extraReminder',
    to: 'patient',
    posted: (patient, now) => visit(patient, wall(now, 9, 14)),
    written: {
      templateId: 'TEMPLATE',
      timing: { offset: 30, unit: 'minutes', direction: 'after', anchor: 'created' },
    },
    at: (now) => now + 30 * minuteMs,
    says: 'Zephyrine, you are booked for 2:00 PM',
  },
]

describe('from the EHR’s message to the phone, in virtual time', () => {
  let engine: Engine
  let http: OverHttp
  let robin: string
  let readerId: string
  let template: string
  let count = 0
  const staffPhone = '+15555550140'
  beforeAll(async () => {
    engine = await startEngine()
    http = await overHttp(engine)
    await http.ehr({
      resourceType: 'Location',
      id: 'main',
      status: 'active',
      name: 'Riverside Main',
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: newYork }],
    })
    await http.ehr({ resourceType: 'Practitioner', id: 'strange', name: [{ family: 'Strange', given: ['Ada'] }] })
    const user = await http.ok<{ id: string }>('post', '/api/users', {
      email: 'robin@riverside.example',
      name: 'Robin Lake',
      role: 'staff',
      password: 'correct horse battery',
    })
    const member = await http.ok<{ id: string }>('post', '/api/staff', {
      userId: user.id,
      firstName: 'Robin',
      lastName: 'Lake',
      roles: ['Nurse'],
      facilityIds: [await http.idOf('facilities', 'main')],
      providerId: await http.idOf('providers', 'strange'),
      contactPoints: [{ channel: 'sms', address: staffPhone }],
    })
    robin = member.id
    readerId = user.id
    const text = {
      name: 'Booked',
      message: { body: '{{ patient.firstName }}, you are booked for {{ appointment.start | time }}' },
    }
    template = (await http.ok<{ id: string }>('post', '/api/templates', text)).id
  })
  afterAll(() => engine.stop())
  // A workflow's virtual time begins with the machine's, whatever the one before went through.
  beforeEach(() => engine.setClock(Date.now()))

  it.each(journeys)('$type, to $to', async ({ type, to, recipients, posted, written, at, says, secure = false }) => {
    count += 1
    const own = `+155555501${String(count).padStart(2, '0')}`
    const phone = to === 'staff' ? staffPhone : own
    // Two that read the same would reach the same phone on the same day as one.
    const name = `Zephyrine ${count}`
    const action = { type, title: type, status: 'active', skippedRules: everyRule, ...written }
    const sentTo = to === 'staff' ? { kind: 'staff', ...recipients } : { kind: 'patient' }
    const filled = JSON.stringify({ ...action, recipients: sentTo })
      .replace('ROBIN', robin)
      .replace('TEMPLATE', template)
    const { id: actionId } = await http.ok<{ id: string }>('post', '/api/custom-actions', JSON.parse(filled))
    await http.ehr({
      resourceType: 'Patient',
      id: `p-${count}`,
      name: [{ family: 'Quill', given: [name] }],
      birthDate: '1980-02-03',
      telecom: [{ system: 'phone', use: 'mobile', value: own }],
    })
    const now = engine.now()
    const due = at(now)

    await http.ehr({ id: `e-${count}`, ...posted(`Patient/p-${count}`, now) })
    const careEventId = await http.idOf('care-events', `e-${count}`)
    await engine.relay()
    const { items } = await http.ok<{ items: { actionId: string; verdict: string; sendAt: string }[] }>(
      'get',
      `/api/care-events/${careEventId}/plan`,
    )
    const [planned] = items.filter((item) => item.actionId === actionId)
    expect(planned).toMatchObject({ verdict: 'planned', reason: null })
    expectWithinMinute(Date.parse(planned?.sendAt ?? ''), due)
    const ref = { organizationId: engine.organizationId, careEventId }
    await engine.client.workflow.getHandle(careEventWorkflowId(typeTraits[type].careEventKind, ref)).result()

    const path = `/api/deliveries?actionId=${actionId}`
    const { items: deliveries } = await http.ok<{ items: Delivery[] }>('get', path)
    const sent = deliveries.filter((each) => each.careEventId === careEventId)
    expect(sent).toMatchObject([{ status: 'delivered' }])
    expectWithinMinute(Date.parse(sent[0]?.sentAt ?? ''), due)
    const messages = (await arrived(phone)).filter(({ deliveryId }) => deliveryId === sent[0]?.id)
    expect(messages).toHaveLength(1)
    const text = says.replace('Zephyrine', name).replace('DUE', DateTime.fromISO(isoDate(now, 40)).toFormat('MMM d'))
    if (secure) {
      expect(messages[0]?.body).toMatch(links[to])
      expect(await opened(to, sent[0]?.id ?? '')).toBe(text)
    } else expect(messages[0]?.body).toBe(text)
    await http.ok('delete', `/api/custom-actions/${actionId}`)
  })

  it('extra reminders go to patients only', async () => {
    const answer = await http.call('post', '/api/custom-actions', {
      type: 'extraReminder',
      title: 'To staff',
      templateId: template,
      recipients: { kind: 'staff', staffIds: [robin] },
      timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'created' },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toEqual([
      { path: 'recipients.kind', message: 'extraReminder actions go to the patient only' },
    ])
  })

  type Delivery = { id: string; careEventId: string; status: string; sentAt: string }
  const arrived = async (phone: string) => {
    const path = `/api/simulator/messages?limit=200&to=${encodeURIComponent(phone)}`
    return (await http.ok<{ items: { deliveryId: string; body: string }[] }>('get', path)).items
  }
  /** What the reader of a secure message sees, who knows the birth date, or has signed in. */
  const opened = (to: Journey['to'], deliveryId: string) =>
    engine.database.inOrganization(engine.organizationId, async (tx) => {
      const [link] = await tx.query<{ id: string }>('select id from secure_message where delivery_id = $1', [
        deliveryId,
      ])
      const id = link?.id ?? ''
      if (to === 'staff') return (await openSignedIn(tx, engine.encryption, id, readerId, engine.now()))?.body
      const opening = await openWithBirthDate(tx, engine.encryption, id, '1980-02-03', engine.now())
      return opening?.outcome === 'opened' ? opening.content.body : opening?.outcome
    })
})

function expectWithinMinute(at: Instant, due: Instant): void {
  expect(Math.floor((at - due) / minuteMs)).toBe(0)
}
