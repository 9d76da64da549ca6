import { randomUUID } from 'node:crypto'
import { createTemplate } from '../../db/queries/templates.ts'
import { actionTypes } from '../../domain/action.ts'
import { hourMs } from '../../domain/instant.ts'
import type { Site } from './site.ts'

/**
 * Beside the seeded appointments: a recall and three overdue ones, a procedure, a diagnosis, two of the staff, a template;
 * all types on.
 */
export async function seedEveryKind(site: Site): Promise<void> {
  const { practice, database } = site
  const now = site.now()
  const at = new Date(now)
  await database.inOrganization(practice.organizationId, async (tx) => {
    const insert = async (table: string, row: Record<string, unknown>) => {
      const whole: Record<string, unknown> = { organization_id: tx.organizationId, ...row }
      const names = Object.keys(whole)
      const values = names.map((_, n) => `$${n + 1}`).join(', ')
      await tx.query(`insert into ${table} (${names.join(', ')}) values (${values})`, Object.values(whole))
    }
    const stamps = { created_at: at, updated_at: at }
    const careEvent = async (row: Record<string, unknown>, codes: [system: string, code: string][] = []) => {
      const id = randomUUID()
      const known = { anchor_known_since: at, first_seen_at: at, external_id: id, facility_id: practice.facility }
      await insert('care_event', { id, ...known, ...stamps, ...row })
      for (const [system, code] of codes) await insert('care_event_code', { care_event_id: id, system, code })
    }
    await tx.query('update organization set enabled_action_types = $1', [[...actionTypes]])
    const { maria, devon, aiko } = practice.patients
    for (const [n, patient] of [maria, devon, aiko].entries())
      await careEvent({ kind: 'recall', status: 'open', patient_id: patient, due_date: `2026-02-1${n}` })
    await careEvent({ kind: 'recall', status: 'open', patient_id: maria, due_date: '2026-03-25' })
    const done = new Date(now - hourMs)
    await careEvent({ kind: 'procedure', status: 'completed', patient_id: devon, procedure_at: done }, [
      ['cpt', '45378'],
    ])
    await careEvent({ kind: 'diagnosis', status: 'active', patient_id: maria, diagnosis_at: done }, [['icd10', 'E119']])
    for (const [first, last, role, phone] of [
      ['Ada', 'Okoye', 'Nurse', '+15555550191'],
      ['Ben', 'Marsh', 'Front desk', '+15555550192'],
    ]) {
      const id = randomUUID()
      const name = { first_name: first, last_name: last, roles: [role], facility_ids: [practice.facility] }
      await insert('staff_member', { id, ...name, ...stamps })
      const point = { staff_member_id: id, channel: 'sms', address: phone, rank: 1, origin: 'practice' }
      await insert('contact_point', { id: randomUUID(), ...point, ...stamps })
    }
    const by = { now, who: { userId: practice.users.admin.id, apiKeyId: null } }
    const message = {
      subject: null,
      body: 'Hi {{ patient.firstName }}, see you soon.',
      channels: {},
      containsPhi: false,
    }
    await createTemplate(tx, { name: 'See you soon', message: { ...message, translations: {} } }, by)
  })
}
