import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { CustomAction } from '../../db/entities/action.ts'
import { CareEvent } from '../../db/entities/careEvent.ts'
import { ContactPoint } from '../../db/entities/contact.ts'
import { PlannedMessage } from '../../db/entities/delivery.ts'
import { Patient, PatientContact } from '../../db/entities/people.ts'
import { Facility, Provider } from '../../db/entities/resources.ts'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import {
  touchAllCareEvents,
  touchCareEvent,
  touchCareEventsOfAction,
  touchCareEventsOfAddress,
  touchCareEventsOfPatient,
  touchCareEventsOfResource,
} from '../../db/queries/touches.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { dayMs } from '../../domain/instant.ts'
import { createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 2, 2, 14)
const at = new Date(now)
/** Care events by what is particular about them. */
const careEvents = {
  tomorrow: newId(),
  here: newId(),
  withAdams: newId(),
  ofChild: newId(),
  recall: newId(),
  lastWeek: newId(),
  longPast: newId(),
  longPastAsleep: newId(),
  longPastPlanned: newId(),
}
const id = {
  patient: newId(),
  child: newId(),
  guardian: newId(),
  facility: newId(),
  adams: newId(),
  action: newId(),
  stranger: newId(),
}
const nameOf = new Map(Object.entries(careEvents).map(([name, careEventId]) => [careEventId, name]))
const reminder = (more: object = {}): ActionDefinition =>
  actionDefinitionSchema.parse({
    type: 'appointment',
    title: 'Prep',
    recipients: { kind: 'patient' },
    message: { body: 'Hello' },
    timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start', ...more },
  })

let fresh: FreshDatabase
const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  await inOrganization(practice)
  const other = await createOrganization(fresh.database, 'Hillside Dental')
  await fresh.database.inOrganization(other, async ({ em, organizationId }) => {
    const own = { organizationId, createdAt: at, updatedAt: at }
    em.create(Patient, { ...own, id: id.patient })
    em.create(CareEvent, { ...careEvent(own, id.stranger), startAt: new Date(now + dayMs) })
  })
})
afterAll(() => fresh?.drop())
beforeEach(() => inOrganization((tx) => tx.query('delete from outbox')))

const careEvent = (own: { organizationId: string; createdAt: Date; updatedAt: Date }, careEventId: string) => ({
  ...own,
  id: careEventId,
  patientId: id.patient,
  kind: 'appointment' as const,
  status: 'booked' as const,
  anchorKnownSince: at,
  firstSeenAt: at,
})

async function practice({ em, organizationId }: Tx): Promise<void> {
  const own = { organizationId, createdAt: at, updatedAt: at }
  em.create(Patient, { ...own, id: id.patient })
  em.create(Patient, { ...own, id: id.child })
  em.create(PatientContact, { ...own, id: id.guardian, patientId: id.child, role: 'guardian' })
  const point = { ...own, channel: 'sms' as const, address: '+15555550101', origin: 'ehr' as const }
  em.create(ContactPoint, { ...point, id: newId(), patientContactId: id.guardian })
  em.create(Facility, { ...own, id: id.facility, name: 'Main Street' })
  em.create(Provider, { ...own, id: id.adams, name: 'Dr. Adams' })
  const add = (careEventId: string, daysAhead: number, more: object = {}) =>
    em.create(CareEvent, { ...careEvent(own, careEventId), startAt: new Date(now + daysAhead * dayMs), ...more })
  add(careEvents.tomorrow, 1)
  add(careEvents.here, 2, { facilityId: id.facility })
  add(careEvents.withAdams, 3, { providerIds: [newId(), id.adams] })
  add(careEvents.ofChild, 4, { patientId: id.child })
  add(careEvents.recall, 5, { kind: 'recall', status: 'open', startAt: null, dueDate: '2026-03-20' })
  add(careEvents.lastWeek, -7)
  add(careEvents.longPast, -200, { facilityId: id.facility })
  add(careEvents.longPastAsleep, -200, { wakeAt: at })
  add(careEvents.longPastPlanned, -200)
  const definition = reminder()
  const action = { ...own, type: definition.type, title: definition.title, definition, editedAt: at }
  em.create(CustomAction, { ...action, id: id.action, status: 'active' })
  await em.flush()
  em.create(PlannedMessage, {
    organizationId,
    careEventId: careEvents.longPastPlanned,
    actionId: id.action,
    recipient: 'patient',
    patientId: id.patient,
    verdict: 'planned',
  })
}

const appointments = ['tomorrow', 'here', 'withAdams', 'ofChild', 'lastWeek']

describe('what an edit could change is planned anew', () => {
  it.each<[string, (tx: Tx) => Promise<void>, string[]]>([
    ['one care event', (tx) => touchCareEvent(tx, careEvents.longPast, now), ['longPast']],
    [
      'an action: its kind, what it may still send for, what waits for it',
      (tx) => touchCareEventsOfAction(tx, id.action, reminder(), now),
      [...appointments, 'longPastPlanned'],
    ],
    [
      'an action that looks further back',
      (tx) => touchCareEventsOfAction(tx, newId(), reminder({ offset: 190, direction: 'after' }), now),
      [...appointments, 'longPast', 'longPastAsleep', 'longPastPlanned'],
    ],
    ['rules', (tx) => touchAllCareEvents(tx, now), [...appointments, 'recall', 'longPastAsleep']],
    ['a facility', (tx) => touchCareEventsOfResource(tx, 'facility', id.facility, now), ['here']],
    ['a provider', (tx) => touchCareEventsOfResource(tx, 'provider', id.adams, now), ['withAdams']],
    ['a patient', (tx) => touchCareEventsOfPatient(tx, id.child, now), ['ofChild']],
    ['a guardian’s number', (tx) => touchCareEventsOfAddress(tx, '+15555550101', now), ['ofChild']],
    ['a number that nobody has', (tx) => touchCareEventsOfAddress(tx, '+15555550199', now), []],
    ['a care event that is not there', (tx) => touchCareEvent(tx, id.stranger, now), []],
  ])('%s', async (_, edit, expected) => {
    await inOrganization(edit)
    const rows = await inOrganization((tx) =>
      tx.query<{ care_event_id: string; next_attempt_at: Date }>('select care_event_id, next_attempt_at from outbox'),
    )
    expect(rows.map((row) => nameOf.get(row.care_event_id)).sort()).toEqual([...expected].sort())
    for (const row of rows) expect(row.next_attempt_at).toEqual(at)
  })
})
