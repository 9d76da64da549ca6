import { randomUUID } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { Encryption } from '../../db/encryption.ts'
import type { Tx } from '../../db/orm.ts'
import { dayMs, hourMs, type Instant } from '../../domain/instant.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'

export const password = 'correct horse battery staple'

interface SeededDelivery {
  actionId: string
  careEventId: string
  patientId: string
  occurrenceKey: string
  status: 'delivered' | 'unknown'
  at: Instant
  address: string
  text: string
  trail: unknown
}

/** Writes the rows that a practice begins with, past every check: only what tests look at is filled in. */
export function seeder(tx: Tx, now: Instant) {
  const at = new Date(now - 30 * dayMs)
  const insert = async (table: string, row: Record<string, unknown>) => {
    const id = row.id ?? randomUUID()
    const whole: Record<string, unknown> =
      table === 'organization' ? row : { organization_id: tx.organizationId, ...row, id }
    const names = Object.keys(whole)
    await tx.query(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(whole),
    )
    return id as string
  }
  const stamps = { created_at: at, updated_at: at }
  return {
    organization: () =>
      insert('organization', {
        id: tx.organizationId,
        name: 'Riverside Family Clinic',
        phone: '+15555550100',
        time_zone: 'America/New_York',
        state: 'NY',
        default_send_time: '10:00',
        enabled_action_types: ['appointment'],
        enabled_resource_kinds: ['facility', 'provider', 'appointmentType'],
        delivery_rules: JSON.stringify(defaultDeliveryRules),
        ...stamps,
      }),
    async user(role: 'admin' | 'manager' | 'staff', name: string) {
      const email = `${role}@riverside.example`
      const passwordHash = await hash(password, { memoryCost: 8, timeCost: 1 })
      return { id: await insert('app_user', { email, name, role, password_hash: passwordHash, ...stamps }), email }
    },
    resource: (table: 'facility' | 'provider' | 'appointment_type', name: string, publicName: string) =>
      insert(table, { name, public_name: publicName, external_id: name, enabled: true, ...stamps }),
    async patient(first: string, last: string, phone: string, language: string) {
      const id = await insert('patient', {
        first_name: first,
        last_name: last,
        language,
        birth_date: '1980-02-03',
        mrn: `M-${phone.slice(-4)}`,
        ...stamps,
      })
      await insert('contact_point', {
        patient_id: id,
        channel: 'sms',
        address: phone,
        rank: 1,
        origin: 'ehr',
        ...stamps,
      })
      return id
    },
    appointment: (
      patientId: string,
      { facility, provider, type }: Record<'facility' | 'provider' | 'type', string>,
      start: Instant,
    ) =>
      insert('care_event', {
        kind: 'appointment',
        patient_id: patientId,
        facility_id: facility,
        provider_ids: [provider],
        appointment_type_id: type,
        status: start < now ? 'fulfilled' : 'booked',
        start_at: new Date(start),
        end_at: new Date(start + hourMs),
        created_at_source: at,
        anchor_known_since: at,
        first_seen_at: at,
        external_id: `apt-${start}`,
        ...stamps,
      }),
    async delivery(encryption: Encryption, seeded: SeededDelivery) {
      const { status, text, trail, address, actionId, careEventId, patientId } = seeded
      const when = new Date(seeded.at)
      const addressed = { address: encryption.encrypt(address), address_hash: encryption.blindIndex(address) }
      const id = await insert('delivery', {
        action_id: actionId,
        action_version: 1,
        care_event_id: careEventId,
        patient_id: patientId,
        occurrence_key: seeded.occurrenceKey,
        recipient: 'patient',
        channel: 'sms',
        ...addressed,
        status,
        final: status === 'delivered',
        due_at: when,
        send_at: when,
        claimed_at: when,
        sent_at: status === 'delivered' ? when : null,
        text_encrypted: encryption.encrypt(text),
        segments: 1,
        trail: JSON.stringify(trail),
        reached_provider: true,
        created_at: when,
        updated_at: when,
      })
      const attemptId = await insert('attempt', {
        delivery_id: id,
        number: 1,
        channel: 'sms',
        provider: 'simulated',
        provider_id: `sim-${id.slice(0, 8)}`,
        ...addressed,
        status: status === 'delivered' ? 'delivered' : 'unknown',
        opened_at: when,
        called_at: when,
        updated_at: when,
      })
      if (status === 'delivered')
        await insert('simulated_message', {
          attempt_id: attemptId,
          delivery_id: id,
          channel: 'sms',
          ...addressed,
          body_encrypted: encryption.encrypt(text),
          sent_at: when,
        })
      return id
    },
    skipped: (actionId: string, careEventId: string, patientId: string, when: Instant) =>
      insert('delivery', {
        action_id: actionId,
        action_version: 1,
        care_event_id: careEventId,
        patient_id: patientId,
        occurrence_key: `${careEventId}/${when}`,
        recipient: 'patient',
        status: 'skipped',
        reason: 'tooLate',
        final: true,
        due_at: new Date(when),
        trail: '[]',
        created_at: new Date(when),
        updated_at: new Date(when),
      }),
  }
}
