import type { Encryption } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import type { Database } from '../../db/orm.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { receiveFhir } from '../../db/queries/inbound/receiveFhir.ts'
import { createReceiveTogether } from '../../db/queries/inbound/receiveTogether.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import { type ActionDefinitionInput, actionDefinitionSchema } from '../../domain/action.ts'
import { defaultSourceSettings } from '../../domain/inbound/sourceSettings.ts'
import type { Clock, Instant } from '../../domain/instant.ts'

interface World {
  database: Database
  encryption: Encryption
  organizationId: string
  clock: Clock
}

/** A source of the practice, as the feed knows it once it has proved who it is. */
export async function addInboundSource(
  world: World,
  kind: InboundSource['kind'],
  settings = defaultSourceSettings,
): Promise<InboundSource> {
  const source = {
    id: newId(),
    organizationId: world.organizationId,
    kind,
    status: 'active' as const,
    version: 1,
    settings,
  }
  await world.database.inOrganization(world.organizationId, (tx) =>
    tx.query(
      `insert into ehr_source (organization_id, id, name, kind, secret_encrypted, status, version, created_at, updated_at)
       values ($1, $2, 'EHR', $3, $4, 'active', 1, $5, $5)`,
      [world.organizationId, source.id, kind, world.encryption.encrypt('secret'), new Date(world.clock())],
    ),
  )
  return source
}

/** Everything that a message is about: what the EHR posts, and what the admin writes, as they would. */
export async function startPractice(world: World) {
  const source = await addInboundSource(world, 'fhir')
  const together = createReceiveTogether()
  const practice = {
    /** Posts one resource as the EHR, perhaps while it loads its history. */
    async post(resource: object, { as = source.status }: { as?: InboundSource['status'] } = {}): Promise<void> {
      const raw = { contentType: 'application/fhir+json', body: Buffer.from(JSON.stringify(resource)) }
      const received = await receiveFhir({ ...world, together }, { ...source, status: as }, raw, world.clock())
      if (received.outcome !== 'applied' && received.outcome !== 'unchanged')
        throw new Error(`not taken: ${JSON.stringify([received.reasons, received.entries])}`)
    },
    /** Posts an appointment and returns the id of its care event. */
    async book(id: string, start: Instant, more: AppointmentDetails = {}): Promise<string> {
      await practice.post(appointment(id, start, more))
      const [row] = await world.database.inOrganization(world.organizationId, (tx) =>
        tx.query<{ id: string }>('select id from care_event where external_id = $1', [id]),
      )
      if (!row) throw new Error(`the appointment ${id} was not stored`)
      return row.id
    },
    /** Saves an active appointment action; what is not said is 60 minutes before, by SMS, skipping no rule. */
    async action(definition: Partial<ActionDefinitionInput> = {}): Promise<string> {
      const parsed = actionDefinitionSchema.parse({ ...plainAction, ...definition })
      const created = await world.database.inOrganization(world.organizationId, (tx) =>
        createCustomAction(tx, parsed, { now: world.clock(), who: { userId: null, apiKeyId: null } }),
      )
      return created.id
    },
    /** The phone's messages, oldest first, as text. */
    async phone(): Promise<{ to: string; body: string; sentAt: Instant }[]> {
      const rows = await world.database.inOrganization(world.organizationId, (tx) =>
        tx.query<{ address: Buffer; body: Buffer; sent_at: Date }>(
          'select address, body_encrypted as body, sent_at from simulated_message order by sent_at, id',
        ),
      )
      return rows.map((row) => ({
        to: world.encryption.decrypt(row.address),
        body: world.encryption.decrypt(row.body),
        sentAt: row.sent_at.getTime(),
      }))
    },
    /** The ledger, oldest first. */
    ledger: () =>
      world.database.inOrganization(world.organizationId, (tx) =>
        tx.query<{
          status: string
          reason: string | null
          occurrence_key: string
          sent_at: Date | null
          trail: { check: string }[]
        }>('select status, reason, occurrence_key, sent_at, trail from delivery order by created_at, id'),
      ),
  }
  await practice.post({
    resourceType: 'Location',
    id: 'main',
    status: 'active',
    name: 'Riverside Main',
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' }],
    address: { state: 'NY' },
  })
  await practice.post({
    resourceType: 'Practitioner',
    id: 'strange',
    name: [{ family: 'Strange', given: ['Ada'], prefix: ['Dr.'] }],
  })
  await practice.post(quill)
  return practice
}

export type Practice = Awaited<ReturnType<typeof startPractice>>

export const quill = {
  resourceType: 'Patient',
  id: 'quill',
  active: true,
  name: [{ family: 'Quill', given: ['Zephyrine'] }],
  birthDate: '1980-02-03',
  telecom: [{ system: 'phone', use: 'mobile', value: '+15555550101', rank: 1 }],
}

interface AppointmentDetails {
  status?: string
  patient?: string
}

/** An appointment of half an hour as the EHR posts it. */
export function appointment(id: string, start: Instant, more: AppointmentDetails = {}): object {
  const { status = 'booked', patient = 'quill' } = more
  return {
    resourceType: 'Appointment',
    id,
    status,
    start: new Date(start).toISOString(),
    end: new Date(start + 1_800_000).toISOString(),
    appointmentType: { coding: [{ code: 'FOLLOWUP', display: 'Follow up' }] },
    participant: [`Patient/${patient}`, 'Practitioner/strange', 'Location/main'].map((reference) => ({
      actor: { reference },
      status: 'accepted',
    })),
  }
}

export const everyRule = ['quietHours', 'holidays', 'sundays', 'recentEdit'] as const

const plainAction: ActionDefinitionInput = {
  type: 'appointment',
  title: 'Reminder',
  status: 'active',
  recipients: { kind: 'patient' },
  message: {
    body: 'Hi {{ patient.firstName }}, see you on {{ appointment.start | date_short }} at {{ appointment.start | time }}',
  },
  channels: { override: ['sms'], secure: false },
  timing: { offset: 60, unit: 'minutes', direction: 'before', anchor: 'start' },
}
