import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CustomAction, MessageTemplate, Suppression } from '../../db/entities/action.ts'
import { CareEvent, CareEventCode } from '../../db/entities/careEvent.ts'
import { Consent, ContactPoint } from '../../db/entities/contact.ts'
import { Delivery } from '../../db/entities/delivery.ts'
import { Closure } from '../../db/entities/organization.ts'
import { Patient, PatientContact, StaffMember } from '../../db/entities/people.ts'
import { AppointmentType, Facility, Provider } from '../../db/entities/resources.ts'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import {
  createConfigurationCache,
  readCareEventFacts,
  readConfiguration,
  touchConfiguration,
} from '../../db/queries/facts.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { asAdmin, createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 2, 2, 14)
const at = new Date(now)
const times = { createdAt: at, updatedAt: at }
const start = Date.UTC(2026, 2, 5, 14, 30)
const id = {
  facility: newId(),
  provider: newId(),
  second: newId(),
  type: newId(),
  patient: newId(),
  guardian: newId(),
  staff: newId(),
  appointment: newId(),
  procedure: newId(),
  other: newId(),
  action: newId(),
  templated: newId(),
  template: newId(),
  sms: newId(),
  email: newId(),
  guardianSms: newId(),
  staffSms: newId(),
}
let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  await inOrganization(practice)
})
afterAll(() => fresh?.drop())

const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)
const definition = (more: object) =>
  actionDefinitionSchema.parse({
    type: 'appointment',
    title: 'Prep',
    recipients: { kind: 'patient' },
    message: { body: 'Hello' },
    timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start' },
    ...more,
  })

async function practice(tx: Tx): Promise<void> {
  const { em, organizationId } = tx
  const own = { organizationId, ...times }
  em.create(Facility, {
    ...own,
    id: id.facility,
    name: 'MAIN ST',
    publicName: 'Main Street',
    timeZone: 'America/Chicago',
    state: 'IL',
    enabled: true,
  })
  em.create(Provider, { ...own, id: id.provider, name: 'Dr. Adams', enabled: true })
  em.create(Provider, { ...own, id: id.second, name: 'Dr. Brown', sensitive: true })
  em.create(AppointmentType, { ...own, id: id.type, name: 'Check-up', enabled: true })
  em.create(Patient, {
    ...own,
    id: id.patient,
    firstName: 'Robin',
    birthDate: '2012-05-06',
    bornIn: '2012',
    language: 'es',
    addressState: 'IL',
    muted: true,
  })
  em.create(PatientContact, { ...own, id: id.guardian, patientId: id.patient, role: 'guardian' })
  em.create(StaffMember, {
    ...own,
    id: id.staff,
    firstName: 'Sam',
    lastName: 'Lee',
    roles: ['nurse'],
    facilityIds: [id.facility],
    providerId: id.provider,
    timeZone: 'America/Denver',
    ownHours: { 1: { from: '08:00', to: '16:00' } },
  })
  await em.flush()
  const point = { ...own, origin: 'ehr' as const }
  em.create(ContactPoint, {
    ...point,
    id: id.email,
    patientId: id.patient,
    channel: 'email',
    address: 'robin@example.com',
    rank: 2,
  })
  em.create(ContactPoint, {
    ...point,
    id: id.sms,
    patientId: id.patient,
    channel: 'sms',
    address: '+15555550101',
    rank: 1,
    invalidSince: at,
  })
  em.create(ContactPoint, {
    ...point,
    id: newId(),
    patientId: id.patient,
    channel: 'sms',
    address: '+15555550109',
    validTo: '2025-12-31',
  })
  em.create(ContactPoint, {
    ...point,
    id: id.guardianSms,
    patientContactId: id.guardian,
    channel: 'sms',
    address: '+15555550102',
  })
  em.create(ContactPoint, {
    ...point,
    id: id.staffSms,
    staffMemberId: id.staff,
    channel: 'sms',
    address: '+15555550103',
  })
  const consent = { organizationId, channel: 'sms' as const, category: 'care' as const, source: 'reply' as const }
  em.create(Consent, { ...consent, id: newId(), address: '+15555550101', state: 'denied', at: new Date(now - 2) })
  em.create(Consent, { ...consent, id: newId(), address: '+15555550101', state: 'granted', at: new Date(now - 1) })
  em.create(Consent, { ...consent, id: newId(), address: '+15555550102', state: 'denied', at })
  em.create(Consent, { ...consent, id: newId(), address: '+15555550199', state: 'denied', at })
  const careEvent = { ...own, patientId: id.patient, anchorKnownSince: new Date(now - 5000), firstSeenAt: at }
  em.create(CareEvent, {
    ...careEvent,
    id: id.appointment,
    kind: 'appointment',
    status: 'booked',
    confirmation: 'confirmed',
    facilityId: id.facility,
    appointmentTypeId: id.type,
    providerIds: [id.second, id.provider],
    startAt: new Date(start),
    createdAtSource: new Date(now - 9000),
    wakeAt: new Date(now + 1000),
  })
  em.create(CareEvent, {
    ...careEvent,
    id: id.procedure,
    kind: 'procedure',
    status: 'completed',
    procedureDate: '2026-03-01',
  })
  em.create(CareEvent, {
    ...careEvent,
    id: id.other,
    kind: 'procedure',
    status: 'completed',
    procedureAt: new Date(now),
  })
  em.create(CareEventCode, { organizationId, careEventId: id.procedure, system: 'cpt', code: '45378', position: 1 })
  em.create(CareEventCode, { organizationId, careEventId: id.procedure, system: 'cpt', code: '99213', position: 0 })
  em.create(MessageTemplate, {
    ...own,
    id: id.template,
    name: 'Standard',
    message: definition({ message: { body: 'From the template' } }).message!,
    editedAt: new Date(now - 10),
  })
  await em.flush()
  const action = { ...own, version: 1, editedAt: new Date(now - 99) }
  em.create(CustomAction, {
    ...action,
    id: id.action,
    type: 'appointment',
    title: 'Prep',
    status: 'active',
    definition: definition({ status: 'active' }),
    activatedAt: at,
  })
  em.create(CustomAction, {
    ...action,
    id: id.templated,
    type: 'appointment',
    title: 'T',
    status: 'inactive',
    templateId: id.template,
    definition: definition({ message: null, templateId: id.template }),
  })
  em.create(CustomAction, {
    ...action,
    id: newId(),
    type: 'appointment',
    title: 'Gone',
    status: 'active',
    definition: definition({}),
    deletedAt: at,
  })
  em.create(Closure, {
    ...own,
    id: newId(),
    facilityId: id.facility,
    fromDate: '2026-12-24',
    toDate: '2026-12-26',
    name: 'Holidays',
  })
  em.create(Suppression, {
    organizationId,
    id: newId(),
    actionId: id.action,
    careEventId: id.appointment,
    recipient: 'patient',
    createdAt: at,
  })
  const delivery = { ...own, actionId: id.action, actionVersion: 1, patientId: id.patient, recipient: 'patient' }
  em.create(Delivery, {
    ...delivery,
    id: newId(),
    careEventId: id.appointment,
    occurrenceKey: 'k1',
    status: 'sent',
    sentAt: at,
    reachedProvider: true,
  })
  em.create(Delivery, {
    ...delivery,
    id: newId(),
    careEventId: id.other,
    occurrenceKey: `${id.patient}/procedure/2026-03-01`,
    status: 'skipped',
    reason: 'tooLate',
    final: true,
    dueAt: at,
  })
  await em.flush()
}

describe('the facts of a care event', () => {
  it('are what the rows say', async () => {
    const reading = await inOrganization((tx) => readCareEventFacts(tx, id.appointment))
    expect(reading).toMatchObject({
      wakeAt: now + 1000,
      careEvent: {
        id: id.appointment,
        kind: 'appointment',
        status: 'booked',
        confirmation: 'confirmed',
        deleted: false,
        start: { at: start },
        createdAt: now - 9000,
        updatedAt: null,
        dueDate: null,
        procedureDate: null,
        diagnosisDate: null,
        anchorKnownSince: now - 5000,
        loaded: false,
        codes: [],
        fulfilledById: null,
        facility: {
          id: id.facility,
          name: 'Main Street',
          enabled: true,
          sensitive: false,
          zone: 'America/Chicago',
          state: 'IL',
        },
        appointmentType: { id: id.type, name: 'Check-up', enabled: true, sensitive: false },
        providers: [
          { id: id.second, name: 'Dr. Brown', enabled: false, sensitive: true, staffMemberId: null },
          { id: id.provider, name: 'Dr. Adams', enabled: true, sensitive: false, staffMemberId: id.staff },
        ],
        patient: {
          key: 'patient',
          kind: 'patient',
          id: id.patient,
          active: true,
          deceased: false,
          muted: true,
          birthDate: '2012-05-06',
          bornIn: '2012',
          zone: null,
          addressState: 'IL',
          language: 'es',
          ownHours: null,
        },
      },
      decided: {
        deliveries: [
          {
            occurrenceKey: 'k1',
            status: 'sent',
            sentAt: now,
            reachedProvider: true,
            final: false,
            reason: null,
            notBefore: null,
          },
        ],
        suppressions: [{ actionId: id.action, recipient: 'patient' }],
      },
    })
  })

  it('have the contact points in their order, the guardian’s apart, without those that the source has ended', async () => {
    const reading = await inOrganization((tx) => readCareEventFacts(tx, id.appointment))
    const { contactPoints, guardianContactPoints } = reading!.careEvent.patient
    expect(contactPoints).toEqual([
      { id: id.sms, channel: 'sms', address: '+15555550101', rank: 1, invalidSince: now },
      { id: id.email, channel: 'email', address: 'robin@example.com', rank: 2, invalidSince: null },
    ])
    expect(guardianContactPoints).toMatchObject([{ id: id.guardianSms, address: '+15555550102' }])
  })

  it('have the latest consent of each address that counts here', async () => {
    const reading = await inOrganization((tx) => readCareEventFacts(tx, id.appointment))
    expect(reading!.careEvent.patient.consents).toEqual([
      { address: '+15555550101', channel: 'sms', category: 'care', state: 'granted' },
      { address: '+15555550102', channel: 'sms', category: 'care', state: 'denied' },
    ])
  })

  it('tell a day from an instant, keep the order of the codes, and know what another care event of the patient has sent', async () => {
    const reading = await inOrganization((tx) => readCareEventFacts(tx, id.procedure, { lock: true }))
    expect(reading).toMatchObject({
      wakeAt: null,
      careEvent: {
        procedureDate: { date: '2026-03-01' },
        facility: null,
        appointmentType: null,
        providers: [],
        codes: [
          { system: 'cpt', code: '99213' },
          { system: 'cpt', code: '45378' },
        ],
      },
      decided: {
        deliveries: [{ careEventId: id.other, status: 'skipped', reason: 'tooLate', final: true, dueAt: now }],
        suppressions: [],
      },
    })
    const other = await inOrganization((tx) => readCareEventFacts(tx, id.other))
    expect(other?.careEvent.procedureDate).toEqual({ at: now })
  })

  it('are nothing for a care event that is not there, or is another organization’s', async () => {
    expect(await inOrganization((tx) => readCareEventFacts(tx, newId(), { lock: true }))).toBeNull()
    const stranger = await createOrganization(fresh.database, 'Hillside Dental')
    expect(await fresh.database.inOrganization(stranger, (tx) => readCareEventFacts(tx, id.appointment))).toBeNull()
  })

  it('read under the lock are no older than the lock', async () => {
    const locked = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const first = inOrganization(async (tx) => {
      await readCareEventFacts(tx, id.other, { lock: true })
      locked.resolve()
      await release.promise
      await tx.query(
        `insert into suppression (organization_id, id, action_id, care_event_id, created_at) values ($1, $2, $3, $4, $5)`,
        [tx.organizationId, newId(), id.action, id.other, at],
      )
    })
    await locked.promise
    const second = inOrganization((tx) => readCareEventFacts(tx, id.other, { lock: true }))
    await waitsForLock()
    release.resolve()
    await first
    expect((await second)?.decided.suppressions).toHaveLength(1)
  })
})

it('the lock of a care event lets others refer to it', async () => {
  await inOrganization(async (tx) => {
    await readCareEventFacts(tx, id.appointment, { lock: true })
    await inOrganization((other) =>
      other.query(
        'insert into suppression (organization_id, id, action_id, care_event_id, created_at) values ($1, $2, $3, $4, $5)',
        [other.organizationId, newId(), id.action, id.appointment, at],
      ),
    )
  })
})

/** Until a statement of this database waits for a lock. */
function waitsForLock(): Promise<void> {
  return asAdmin(fresh.url, async (client) => {
    let waiting = 0
    while (waiting === 0) {
      const { rows } = await client.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      waiting = rows[0]?.waiting ?? 0
    }
  })
}

describe('the configuration', () => {
  it('is the organization with its closures and staff, and the actions that were not deleted', async () => {
    const { organization, actions } = await inOrganization(readConfiguration)
    expect(organization).toMatchObject({
      id: fresh.organizationId,
      name: 'Riverside Family Clinic',
      timeZone: 'America/New_York',
      paused: false,
      defaultSendTime: '10:00',
      deliveryRules: defaultDeliveryRules,
      enabledResourceKinds: ['facility', 'provider', 'appointmentType'],
      closures: [{ facilityId: id.facility, from: '2026-12-24', to: '2026-12-26', name: 'Holidays' }],
      staff: [
        {
          key: id.staff,
          kind: 'staff',
          roles: ['nurse'],
          facilityIds: [id.facility],
          active: true,
          zone: 'America/Denver',
          ownHours: { 1: { from: '08:00', to: '16:00' } },
          consents: [],
          contactPoints: [{ id: id.staffSms, channel: 'sms', address: '+15555550103', rank: 1, invalidSince: null }],
        },
      ],
    })
    expect(actions.map((action) => action.id)).toEqual([id.action, id.templated].sort())
    expect(actions.find((action) => action.id === id.action)).toMatchObject({
      version: 1,
      activatedAt: now,
      editedAt: now - 99,
      deleted: false,
      definition: { title: 'Prep', status: 'active' },
    })
  })

  it('has the message of a template as the action’s own, and its edit as the action’s', async () => {
    const { actions } = await inOrganization(readConfiguration)
    const templated = actions.find((action) => action.id === id.templated)
    expect(templated).toMatchObject({
      editedAt: now - 10,
      activatedAt: null,
      definition: { message: { body: 'From the template' } },
    })
  })

  it('is the same object until it is touched', async () => {
    const cache = createConfigurationCache()
    const first = await inOrganization(cache.read)
    expect(await inOrganization(cache.read)).toBe(first)
    await inOrganization(async (tx) => {
      await tx.query('update organization set paused = true where id = $1', [tx.organizationId])
      await touchConfiguration(tx)
    })
    const second = await inOrganization(cache.read)
    expect(second).toMatchObject({ revision: first.revision + 1, organization: { paused: true } })
  })

  it('is kept for as many organizations as it is told to, each its own', async () => {
    const other = await createOrganization(fresh.database, 'Lakeside Pediatrics')
    const cache = createConfigurationCache(1)
    const first = await inOrganization(cache.read)
    expect((await fresh.database.inOrganization(other, cache.read)).organization.name).toBe('Lakeside Pediatrics')
    expect(await inOrganization(cache.read)).not.toBe(first)
  })

  it.each([
    [
      'a staff member opts out',
      `insert into consent (organization_id, id, address, channel, category, state, source, at) values ($1, $2, '+15555550103', 'sms', 'care', 'denied', 'reply', $3)`,
      1,
    ],
    [
      'a staff member’s number turns out invalid',
      `update contact_point set invalid_since = $3 where organization_id = $1 and address = '+15555550103' and $2::uuid is not null`,
      1,
    ],
    [
      'a patient opts out',
      `insert into consent (organization_id, id, address, channel, category, state, source, at) values ($1, $2, '+15555550101', 'sms', 'care', 'denied', 'reply', $3)`,
      0,
    ],
  ])('is read anew when %s: %#', async (_, sql, growth) => {
    const before = await inOrganization(readConfiguration)
    await inOrganization((tx) => tx.query(sql, [tx.organizationId, newId(), at]))
    const after = await inOrganization(readConfiguration)
    expect(after.revision - before.revision).toBe(growth)
  })
})
