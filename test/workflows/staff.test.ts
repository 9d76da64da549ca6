import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { openSignedIn } from '../../db/openSecureMessage.ts'
import { createStaffMember, updateStaffMember } from '../../db/queries/staffEdit.ts'
import { createUser } from '../../db/queries/users.ts'
import { replyFromSimulator } from '../../db/simulatorReply.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import { staffInputSchema } from '../../domain/staff.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { appointment, everyRule, type Practice, quill, startPractice } from '../support/practice.ts'

const daySeconds = dayMs / 1_000
const newYork = 'America/New_York'

describe('messages to staff', () => {
  let engine: Engine
  let practice: Practice
  let start: Instant
  beforeEach(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
    start = nextWednesday(engine.now() + 2 * dayMs)
  })
  afterEach(() => engine.stop())

  const by = () => ({ now: engine.now(), who: { userId: null, apiKeyId: null } })
  const idOf = async (table: 'facility' | 'provider', externalId: string): Promise<string> => {
    const [row] = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ id: string }>(`select id from ${table} where external_id = $1`, [externalId]),
    )
    if (!row) throw new Error(`${table} ${externalId} is not there`)
    return row.id
  }
  const add = (firstName: string, phone: string, more: object = {}) =>
    engine.database.inOrganization(engine.organizationId, async (tx) => {
      const contactPoints = [{ channel: 'sms', address: phone }]
      const input = staffInputSchema.parse({ firstName, lastName: 'Lake', contactPoints, ...more })
      return createStaffMember(tx, input, by())
    })
  const user = async (email: string): Promise<string> => {
    const role = 'staff' as const
    const { id } = await engine.database.inOrganization(engine.organizationId, (tx) =>
      createUser(tx, { email, name: 'Robin Lake', role, passwordHash: '' }, by()),
    )
    return id
  }
  /** An hour after the visit, in working hours or outside them. */
  const action = (recipients: object, more: object = {}) =>
    practice.action({
      recipients: { kind: 'staff', ...recipients },
      message: { body: '{{ recipient.firstName }}: {{ patient.firstName }} was here' },
      channels: { override: null, secure: null },
      timing: { offset: 1, unit: 'hours', direction: 'after', anchor: 'start' },
      skippedRules: everyRule.filter((rule) => rule !== 'quietHours'),
      ...more,
    })
  /** What the ledger says of each: who, what became of it, when by the workflow's clock. */
  const ledger = () =>
    engine.database.inOrganization(engine.organizationId, async (tx) => {
      const rows = await tx.query<{ name: string; status: string; reason: string | null; sentAt: Date | null }>(
        `select m.first_name as name, d.status, d.reason, d.sent_at as "sentAt" from delivery d
           join staff_member m on m.organization_id = d.organization_id and m.id::text = d.recipient order by m.first_name`,
      )
      return rows.map(({ name, status, reason, sentAt }) => [name, reason ?? status, sentAt && inNewYork(sentAt)])
    })
  const phones = async () => (await practice.phone()).map(({ to, body }) => `${to} ${body}`).sort()
  const finished = async (id: string) => {
    await engine.relay()
    await engine.workflow(id).result()
  }
  /** Booked, planned and asleep for a day; what `meanwhile` changes is found when it wakes, days later. */
  const asleep = async (meanwhile: (id: string) => Promise<unknown>) => {
    const id = await practice.book('visit', start)
    engine.hold(id)
    await engine.relay()
    await engine.advance(id, daySeconds)
    await meanwhile(id)
    await engine.relay()
    await engine.advance(id, 9 * daySeconds)
    await engine.workflow(id).result()
  }
  const weekdays = (hours: { from: string; to: string }) =>
    Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, hours]))

  it('go to everyone with the role at the facility, to each in their own hours and zone', async () => {
    const here = { roles: ['Nurse'], facilityIds: [await idOf('facility', 'main')] }
    await add('Robin', '+15555550140', { ...here, ownHours: weekdays({ from: '08:00', to: '17:00' }) })
    const west = { timeZone: 'America/Los_Angeles', ownHours: weekdays({ from: '09:00', to: '17:00' }) }
    await add('Sam', '+15555550141', { ...here, ...west })
    await add('Elsewhere', '+15555550142', { roles: ['Nurse'] })
    await add('Doctor', '+15555550143', { ...here, roles: ['Physician'] })
    await action({ roles: ['nurse'] })
    await finished(await practice.book('visit', start))
    expect(await phones()).toEqual(['+15555550140 Robin: Zephyrine was here', '+15555550141 Sam: Zephyrine was here'])
    expect(await ledger()).toEqual([
      ['Robin', 'delivered', 'Wed 11:00'],
      ['Sam', 'delivered', 'Wed 12:00'],
    ])
  })

  it("go to the care event's provider as of sending: a new one gets it, the old one does not", async () => {
    await practice.post({ resourceType: 'Practitioner', id: 'osei', name: [{ family: 'Osei', given: ['Adjoa'] }] })
    const allDay = { ownHours: weekdays({ from: '00:00', to: '00:00' }) }
    await add('Ada', '+15555550144', { ...allDay, providerId: await idOf('provider', 'strange') })
    await add('Adjoa', '+15555550145', { ...allDay, providerId: await idOf('provider', 'osei') })
    await action({ careEventProviders: true })
    await asleep(() => practice.post(withProvider(appointment('visit', start), 'osei')))
    expect(await phones()).toEqual(['+15555550145 Adjoa: Zephyrine was here'])
    expect(await ledger()).toEqual([['Adjoa', 'delivered', 'Wed 11:00']])
  })

  it('are dropped for whoever is deactivated while they wait', async () => {
    const here = { roles: ['Nurse'], facilityIds: [await idOf('facility', 'main')] }
    await add('Robin', '+15555550140', here)
    const leaving = await add('Sam', '+15555550141', here)
    await action({ roles: ['Nurse'], staffIds: [leaving.id] })
    await asleep(() =>
      engine.database.inOrganization(engine.organizationId, (tx) =>
        updateStaffMember(tx, leaving.id, { active: false }, null, by()),
      ),
    )
    expect(await phones()).toEqual(['+15555550140 Robin: Zephyrine was here'])
    expect(await ledger()).toEqual([['Robin', 'delivered', 'Wed 11:00']])
  })

  it('take the next channel after STOP from the phone, and none after that', async () => {
    const both = [
      { channel: 'sms', address: '+15555550140' },
      { channel: 'email', address: 'robin@riverside.example' },
    ]
    const robin = await add('Robin', '+15555550140', { contactPoints: both })
    const sam = await add('Sam', '+15555550141')
    await action({ staffIds: [robin.id, sam.id] })
    await asleep(async () => {
      for (const from of ['+15555550140', '+15555550141'])
        await engine.database.inOrganization(engine.organizationId, (tx) =>
          replyFromSimulator(tx, engine.encryption, { from, body: 'STOP' }, engine.now()),
        )
    })
    expect(await phones()).toEqual(['robin@riverside.example Robin: Zephyrine was here'])
    expect(await ledger()).toEqual([
      ['Robin', 'delivered', 'Wed 11:00'],
      ['Sam', 'noConsent', null],
    ])
  })

  it('carry health information behind a link that only they open, signed in', async () => {
    await practice.post({ ...quill, identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'M-7731' }] })
    const userId = await user('robin@riverside.example')
    const robin = await add('Robin', '+15555550140', { userId })
    const sam = await add('Sam', '+15555550141')
    await action(
      { staffIds: [robin.id, sam.id] },
      { message: { body: 'Record {{ patient.mrn }}, {{ patient.phone }}', containsPhi: true } },
    )
    await finished(await practice.book('visit', start))
    const [sent, ...more] = await practice.phone()
    expect(more).toEqual([])
    expect(await ledger()).toEqual([
      ['Robin', 'delivered', 'Wed 11:00'],
      ['Sam', 'noSignIn', null],
    ])
    expect(sent?.body).toContain('/m/')
    expect(sent?.body).not.toContain('7731')
    const content = await engine.database.inOrganization(engine.organizationId, async (tx) => {
      const [row] = await tx.query<{ id: string }>('select id from secure_message where staff_member_id = $1', [
        robin.id,
      ])
      return openSignedIn(tx, engine.encryption, row?.id ?? '', userId, engine.now())
    })
    expect(content?.body).toBe('Record M-7731, (555) 555-0101')
  })
})

/** A Wednesday, 10 in the morning in New York. */
function nextWednesday(after: Instant): Instant {
  let at = DateTime.fromMillis(after, { zone: newYork }).startOf('day').set({ hour: 10 })
  while (at.weekday !== 3) at = at.plus({ days: 1 })
  return at.toMillis()
}

/** "Wed 11:00". */
function inNewYork(at: Date): string {
  return DateTime.fromJSDate(at, { zone: newYork }).toFormat('ccc HH:mm')
}

function withProvider(resource: object, id: string): object {
  const { participant, ...rest } = resource as { participant: { actor: { reference: string } }[] }
  const others = participant.filter(({ actor }) => !actor.reference.startsWith('Practitioner/'))
  return { ...rest, participant: [...others, { actor: { reference: `Practitioner/${id}` }, status: 'accepted' }] }
}
