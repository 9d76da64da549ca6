import { randomUUID } from 'node:crypto'
import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { createGroup } from '../../db/queries/actionGroups.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { createConfigurationCache, readCareEventFacts } from '../../db/queries/facts.ts'
import { replan } from '../../db/replan.ts'
import { type ActionDefinitionInput, actionDefinitionSchema } from '../../domain/action.ts'
import { dayMs, hourMs, type Instant } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { seeder } from './rows.ts'

/** Wednesday, March 4, 2026, 10:00 AM in New York: an ordinary morning before a clock change. */
export const morning: Instant = Date.UTC(2026, 2, 4, 15, 0)

export interface Practice {
  organizationId: string
  users: Record<'admin' | 'manager' | 'staff', { id: string; email: string }>
  groups: { before: string; after: string }
  actions: { prep: string; morningOf: string; forms: string; survey: string }
  facility: string
  patients: Record<'maria' | 'devon' | 'aiko', string>
  careEvents: Record<'maria' | 'devon' | 'aiko', string>
  delivered: string
  unknown: string
}

const people = {
  maria: ['Maria', 'Quill', '+15555550142', 'es', 5 * dayMs - 2 * hourMs],
  devon: ['Devon', 'Ash', '+15555550143', 'en', 2 * dayMs + 3 * hourMs],
  aiko: ['Aiko', 'Tanaka-Featherstonehaugh', '+15555550144', 'en', 9 * dayMs],
} as const

/** A small practice with two groups, four actions, three patients with appointments, and a ledger with a past. */
export async function seedPractice(
  database: Database,
  encryption: Encryption,
  now: Instant = morning,
): Promise<Practice> {
  const organizationId = randomUUID()
  return database.inOrganization(organizationId, async (tx) => {
    const seed = seeder(tx, now)
    await seed.organization()
    const users = {
      admin: await seed.user('admin', 'Jordan Avery'),
      manager: await seed.user('manager', 'Sam Okafor'),
      staff: await seed.user('staff', 'Robin Lake'),
    }
    const by = { now: now - 3 * dayMs, who: { userId: users.admin.id, apiKeyId: null } }
    const facility = await seed.resource('facility', 'RIVERSIDE ENDOSCOPY CTR', 'Riverside Endoscopy')
    await tx.query(
      `update facility set time_zone = 'America/New_York', state = 'NY', phone = '+15555550102', address = '12 Main St, Springfield' where id = $1`,
      [facility],
    )
    const provider = await seed.resource('provider', 'OSEI, ADJOA MD', 'Dr. Osei')
    await seed.resource('provider', 'LINDQVIST, PER DO', 'Dr. Lindqvist')
    const type = await seed.resource('appointment_type', 'COLONOSCOPY', 'Colonoscopy')
    for (const name of [
      'Follow-up',
      'Annual physical',
      'Telehealth',
      'New patient',
      'Lab work',
      'Ultrasound',
      'Endoscopy',
    ])
      await seed.resource('appointment_type', name.toUpperCase(), name)

    const before = (await createGroup(tx, { name: 'Before the visit' }, by)).id
    const after = (await createGroup(tx, { name: 'After the visit' }, by)).id
    const action = async (input: ActionDefinitionInput, at = by.now) =>
      (
        await createCustomAction(tx, await checkedDefinition(tx, actionDefinitionSchema.parse(input)), {
          ...by,
          now: at,
        })
      ).id
    const actions = {
      prep: await action({
        type: 'appointment',
        title: 'Prep instructions',
        groupId: before,
        status: 'active',
        recipients: { kind: 'patient' },
        message: {
          body: 'Hi {{ patient.firstName }}, your visit with {{ provider.name }} is {{ appointment.start }} at {{ facility.name }}. Please drink only clear liquids from noon the day before.',
        },
        timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '10:00' },
        filters: {
          facilityIds: [facility],
          providerIds: null,
          appointmentTypeIds: [type],
          statuses: null,
          confirmation: null,
          codes: null,
        },
        skippedRules: ['holidays'],
      }),
      morningOf: await action(
        {
          type: 'appointment',
          title: 'Morning-of reminder',
          groupId: before,
          status: 'active',
          recipients: { kind: 'patient' },
          message: {
            body: 'See you at {{ appointment.start | time }} today, {{ patient.firstName }}. Reply C to confirm.',
          },
          timing: { offset: 2, unit: 'hours', direction: 'before', anchor: 'start' },
        },
        now - 12 * 60_000,
      ),
      forms: await action({
        type: 'appointment',
        title: 'New-patient forms',
        groupId: before,
        recipients: { kind: 'patient' },
        message: { body: 'Welcome, {{ patient.firstName }}. Please bring your forms.' },
        timing: { offset: 7, unit: 'days', direction: 'before', anchor: 'start' },
        skippedRules: ['quietHours', 'sundays', 'recentEdit'],
      }),
      survey: await action({
        type: 'appointment',
        title: 'How was your visit?',
        groupId: after,
        status: 'active',
        recipients: { kind: 'patient' },
        message: { body: 'Thank you for coming, {{ patient.firstName }}. How was it?' },
        timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'start', timeOfDay: '16:00' },
      }),
    }

    const patients = {} as Practice['patients']
    const careEvents = {} as Practice['careEvents']
    for (const [key, [first, last, phone, language, ahead]] of Object.entries(people) as [
      keyof typeof people,
      (typeof people)['maria'],
    ][]) {
      patients[key] = await seed.patient(first, last, phone, language)
      careEvents[key] = await seed.appointment(patients[key], { facility, provider, type }, now + ahead)
    }
    const past = await seed.appointment(patients.maria, { facility, provider, type }, now - 6 * dayMs)
    const configurations = createConfigurationCache()
    const configuration = await configurations.read(tx)
    for (const id of [...Object.values(careEvents), past]) await replan(tx, configurations, id, now)
    await tx.query('delete from outbox')

    const seen = (await readCareEventFacts(tx, past))!
    const trailOf = (actionId: string, at: Instant) => {
      const asOfThen = configuration.actions.map((each) => ({
        ...each,
        activatedAt: now - 60 * dayMs,
        editedAt: now - 60 * dayMs,
      }))
      const booked = at < now - 8 * dayMs
      const careEvent = {
        ...seen.careEvent,
        status: booked ? ('booked' as const) : seen.careEvent.status,
        anchorKnownSince: now - 30 * dayMs,
      }
      return plan(careEvent, asOfThen, configuration.organization, { deliveries: [], suppressions: [] }, at).find(
        (each) => each.actionId === actionId,
      )!.trail
    }
    const occurrenceKey = `${past}/start/${new Date(now - 6 * dayMs).toISOString()}`
    const delivered = await seed.delivery(encryption, {
      actionId: actions.prep,
      careEventId: past,
      patientId: patients.maria,
      occurrenceKey,
      status: 'delivered',
      at: now - 8 * dayMs + 3 * hourMs,
      address: '+15555550142',
      text: 'Hi Maria, your visit with Dr. Osei is Thu, Feb 26, 10:00 AM EST at Riverside Endoscopy.',
      trail: trailOf(actions.prep, now - 9 * dayMs),
    })
    const unknown = await seed.delivery(encryption, {
      actionId: actions.survey,
      careEventId: past,
      patientId: patients.maria,
      occurrenceKey,
      status: 'unknown',
      at: now - 5 * dayMs,
      address: '+15555550142',
      text: 'Thank you for coming, Maria. How was it?',
      trail: trailOf(actions.survey, now - 6 * dayMs),
    })
    await seed.skipped(actions.morningOf, past, patients.maria, now - 6 * dayMs)
    return {
      organizationId,
      users,
      groups: { before, after },
      actions,
      facility,
      patients,
      careEvents,
      delivered,
      unknown,
    }
  })
}
