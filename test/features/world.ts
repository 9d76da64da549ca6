import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { replan } from '../../db/replan.ts'
import { type ActionType, typeTraits } from '../../domain/action.ts'
import { freshDatabase } from '../support/database.ts'
import { overHttp } from '../support/overHttp.ts'

type Json = Record<string, unknown>

/** Monday, February 9, 2026, 10:00 AM in New York, a week before Presidents' Day. */
export const now = Date.UTC(2026, 1, 9, 15)

const reference = (to: string) => ({ reference: to })
const visit = (id: string, patient: string, at: string, place: Place, more: Json = {}): Json => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  created: '2026-02-09T14:50:00Z',
  start: at,
  appointmentType: { coding: [{ code: place.type, display: place.typeName }] },
  participant: [patient, place.provider, place.facility].map((actor) => ({
    actor: reference(actor),
    status: 'accepted',
  })),
  ...more,
})

interface Place {
  facility: string
  provider: string
  type: string
  typeName: string
}
const main: Place = {
  facility: 'Location/main',
  provider: 'Practitioner/strange',
  type: 'FOLLOWUP',
  typeName: 'Follow-up',
}
const hill: Place = { facility: 'Location/hill', provider: 'Practitioner/osei', type: 'CHECKUP', typeName: 'Check-up' }

const coding = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] })
const cpt = 'http://www.ama-assn.org/go/cpt'
const recall = (id: string, patient: string, place: Place): Json => ({
  resourceType: 'ServiceRequest',
  id,
  status: 'active',
  intent: 'plan',
  subject: reference(patient),
  code: { coding: [{ code: `${place.type}-LATER`, display: `${place.typeName} in spring` }] },
  performer: [reference(place.provider)],
  locationReference: [reference(place.facility)],
  occurrenceDateTime: '2026-03-30',
})
const procedure = (id: string, patient: string, place: Place, code: Json): Json => ({
  resourceType: 'Procedure',
  id,
  status: 'completed',
  subject: reference(patient),
  code,
  performedDateTime: '2026-02-09',
  performer: [{ actor: reference(place.provider) }],
  location: reference(place.facility),
})
const condition = (id: string, patient: string, place: Place, code: Json): Json => ({
  resourceType: 'Condition',
  id,
  subject: reference(patient),
  asserter: reference(place.provider),
  code,
  recordedDate: '2026-02-09T14:50:00Z',
})
const person = (id: string, given: string, number: string): Json => ({
  resourceType: 'Patient',
  id,
  name: [{ family: 'Quill', given: [given] }],
  birthDate: '1980-02-03',
  communication: id === 'quill' ? [{ language: { coding: [{ code: 'es' }] }, preferred: true }] : [],
  telecom: [
    { system: 'phone', use: 'mobile', value: number, rank: 1 },
    { system: 'email', value: `${id}@example.org`, rank: 2 },
  ],
})

/** Of each kind one care event of Zephyrine's at Main with Dr. Strange, and another one of Perdita's at Hill with Dr. Osei. */
const posts: Json[] = [
  { resourceType: 'Location', id: 'main', status: 'active', name: 'Riverside Main' },
  { resourceType: 'Location', id: 'hill', status: 'active', name: 'Riverside Hill' },
  { resourceType: 'Practitioner', id: 'strange', name: [{ family: 'Strange', given: ['Ada'], prefix: ['Dr.'] }] },
  { resourceType: 'Practitioner', id: 'osei', name: [{ family: 'Osei', given: ['Adjoa'], prefix: ['Dr.'] }] },
  person('quill', 'Zephyrine', '+15555550101'),
  person('vale', 'Perdita', '+15555550102'),
  visit('appointment', 'Patient/quill', '2026-02-19T19:00:00Z', main),
  visit('appointment-later', 'Patient/quill', '2026-02-19T21:00:00Z', main),
  visit('appointment-other', 'Patient/vale', '2026-02-19T19:00:00Z', hill),
  recall('recall', 'Patient/quill', main),
  recall('recall-other', 'Patient/vale', hill),
  procedure('procedure', 'Patient/quill', main, coding(cpt, '45378', 'Colonoscopy')),
  procedure('procedure-other', 'Patient/vale', hill, coding(cpt, '99213', 'Office visit')),
  condition('diagnosis', 'Patient/quill', main, coding('http://hl7.org/fhir/sid/icd-10-cm', 'E11.65', 'Diabetes')),
  condition('diagnosis-other', 'Patient/vale', hill, coding('http://hl7.org/fhir/sid/icd-9-cm', '250.00', 'Diabetes')),
]

/** What an action of a type is when nothing else is said: on Wednesday, February 11, at 10:00 AM, to the patient. */
export const plain: Record<ActionType, Json> = {
  appointment: { timing: { offset: 8, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '10:00' } },
  recall: { timing: { offset: 47, unit: 'days', direction: 'before', anchor: 'dueDate', timeOfDay: '10:00' } },
  procedure: { timing: { offset: 2, unit: 'days', direction: 'after', anchor: 'procedureDate', timeOfDay: '10:00' } },
  diagnosis: { timing: { offset: 2, unit: 'days', direction: 'after', anchor: 'diagnosisDate', timeOfDay: '10:00' } },
  extraReminder: {
    templateId: '{template}',
    timing: { offset: 8, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '10:00' },
  },
}

/** The practice over HTTP with its clock standing still, and what of an action can be seen through the API. */
export async function startWorld() {
  const clock = () => now
  const fresh = await freshDatabase({ clock })
  const configuration = createConfigurationCache()
  const encryption = createEncryption(generateEncryptionKey('test'))
  const http = await overHttp({ ...fresh, clock, configuration, encryption, publicUrl: 'http://localhost:8080' })
  // Few holidays: Presidents' Day alone falls into these days.
  await http.ok('patch', '/api/organization', { state: 'VT' })
  for (const resource of posts) await http.ehr(resource)
  const post = async (path: string, body: Json) => (await http.ok<{ id: string }>('post', path, body)).id
  const hello = 'Hello {{ patient.firstName }}'
  const ids: Record<string, string> = {
    main: await http.idOf('facilities', 'main'),
    hill: await http.idOf('facilities', 'hill'),
    strange: await http.idOf('providers', 'strange'),
    osei: await http.idOf('providers', 'osei'),
    followUp: await http.idOf('appointment-types', 'FOLLOWUP'),
    followUpLater: await http.idOf('appointment-types', 'FOLLOWUP-LATER'),
    template: await post('/api/templates', { name: 'Hello', message: { body: hello } }),
    privateTemplate: await post('/api/templates', { name: 'Private', message: { body: hello, containsPhi: true } }),
    group: await post('/api/groups', { name: 'Before the visit' }),
  }
  const staff = {
    lastName: 'Lake',
    facilityIds: [ids.main],
    contactPoints: [{ channel: 'sms', address: '+15555550140' }],
  }
  const strange = { firstName: 'Ada', lastName: 'Strange', providerId: ids.strange }
  const signIn = (email: string) =>
    post('/api/users', { email, name: email, role: 'staff', password: 'correct horse battery' })
  const userId = await signIn('robin@example.org')
  await signIn('ada@example.org')
  ids.robin = await post('/api/staff', { ...staff, firstName: 'Robin', roles: ['Nurse'], userId })
  ids.ada = await post('/api/staff', { ...strange, contactPoints: [{ channel: 'email', address: 'ada@example.org' }] })
  const events = new Map<string, string>()
  for (const { id, resourceType } of posts)
    if (['Appointment', 'ServiceRequest', 'Procedure', 'Condition'].includes(String(resourceType)))
      events.set(String(id), await http.idOf('care-events', String(id)))

  return {
    http,
    ids,
    drop: fresh.drop,
    /** A whole definition: the type's plain one, with the given settings laid over it, and its `{names}` as ids. */
    definition(type: ActionType, settings: Json): Json {
      const base: Json = { title: 'Hello', status: 'active', recipients: { kind: 'patient' }, ...plain[type] }
      if (type !== 'extraReminder') base.message = { body: hello }
      for (const [name, value] of Object.entries(settings)) {
        const isPart = ['timing', 'message'].includes(name) && typeof value === 'object' && value !== null
        base[name] = isPart ? { ...(base[name] as Json), ...value } : value
      }
      const text = JSON.stringify({ type, ...base })
      return JSON.parse(text.replaceAll(/"\{(\w+)\}"/g, (whole, name) => (ids[name] ? `"${ids[name]}"` : whole)))
    },
    /** What a care event's plan says of an action, one line a recipient: when, or why not. */
    async plan(actionId: string, event: string): Promise<string[]> {
      const id = events.get(event) ?? ''
      await fresh.database.inOrganization(fresh.organizationId, (tx) => replan(tx, configuration, id, now))
      const { items } = await http.ok<{ items: PlanItem[] }>('get', `/api/care-events/${id}/plan`)
      return items
        .filter((item) => item.actionId === actionId)
        .map(({ verdict, reason, sendAt }) =>
          sendAt === null || verdict !== 'planned' ? `${verdict} ${reason}` : inNewYork(sendAt),
        )
    },
    /** The texts for a type's own care event, `sms: Hello Zephyrine`, `secure` in front of those behind a link. */
    async texts(type: ActionType, definition: Json): Promise<string[]> {
      const careEventId = events.get(eventOf(type))
      const path = '/api/custom-actions/preview'
      const { messages } = await http.ok<{ messages: Previewed[] }>('post', path, { ...definition, careEventId })
      return messages.map(({ channel, language, secure, body }) =>
        [secure ? 'secure ' : '', channel, language === null ? '' : ` ${language}`, `: ${body}`].join(''),
      )
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>

/** The care event of the world that a type is about. */
export function eventOf(type: ActionType): string {
  return typeTraits[type].careEventKind
}

interface PlanItem {
  actionId: string
  verdict: string
  reason: string | null
  sendAt: string | null
}
interface Previewed {
  channel: string
  language: string | null
  secure: boolean
  body: string | null
}

function inNewYork(instant: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'short' })
    .format(new Date(instant))
    .slice(5)
}
