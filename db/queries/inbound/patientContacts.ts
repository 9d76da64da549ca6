import type { InboundContact } from '../../../domain/inbound/normalForm.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'
import { syncContactPoints } from './contactPoints.ts'

/**
 * Makes those who answer for a patient what the EHR says. A Patient's contacts have no ids: they are known by their
 * position, and what is left over goes, with its numbers.
 */
export async function syncPatientContacts(
  applying: Applying,
  patient: { id: string; externalId: string },
  contacts: readonly InboundContact[],
): Promise<void> {
  const { tx, source, now } = applying
  const prefix = `${patient.externalId}/contact/`
  const externalIds = contacts.map((_, index) => `${prefix}${index + 1}`)
  await tx.query(
    `with gone as (
       select organization_id, id from patient_contact
        where patient_id = $1 and source_id = $2 and starts_with(external_id, $3) and not external_id = any($4::text[])),
       points as (delete from contact_point where patient_contact_id in (select id from gone) returning id)
     select count(*) from points`,
    [patient.id, source.id, prefix, externalIds],
  )
  await tx.query(
    `delete from patient_contact
      where patient_id = $1 and source_id = $2 and starts_with(external_id, $3) and not external_id = any($4::text[])`,
    [patient.id, source.id, prefix, externalIds],
  )
  for (const [index, contact] of contacts.entries()) {
    const [row] = await tx.query<{ id: string }>(
      `insert into patient_contact (organization_id, id, source_id, external_id, patient_id, role, relationship, first_name, last_name,
         created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
       on conflict (organization_id, source_id, external_id) do update set patient_id = excluded.patient_id, role = excluded.role,
         relationship = excluded.relationship, first_name = excluded.first_name, last_name = excluded.last_name,
         updated_at = excluded.updated_at
       returning id`,
      [
        tx.organizationId,
        newId(),
        source.id,
        externalIds[index],
        patient.id,
        contact.guardian ? 'guardian' : 'other',
        contact.relationships[0] ?? null,
        contact.firstName,
        contact.lastName,
        at(now),
      ],
    )
    if (row) await syncContactPoints(applying, { column: 'patient_contact_id', id: row.id }, contact.contactPoints)
  }
}
