import type { TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'
import { recordAudit } from './queries/audit.ts'
import { touchCareEventsOfPatient } from './queries/touches.ts'
import { at } from './queries/values.ts'

interface Row {
  deliveryId: string
  careEventId: string
  patientId: string
  channel: TextChannel
  address: Buffer
  addressHash: string
}

/** What the practice's people read in their inbox. */
const told =
  'Somebody opened the link of a private message here and said that they are not the patient. The number or address is not used for this patient any more: please ask the patient for a new one.'

/**
 * "This is not me" (PHI): the address is not used for the patient any more, whoever of theirs it belonged to; no link
 * that went there opens; and a person of the practice has something to do. Said twice it is said once. False when there
 * is no such message of a patient.
 */
export async function disownSecureMessage(tx: Tx, encryption: Encryption, id: string, now: Instant): Promise<boolean> {
  const [row] = await tx.query<Row>(
    `select d.id as "deliveryId", d.care_event_id as "careEventId", m.patient_id as "patientId", d.channel, d.address,
            d.address_hash as "addressHash"
       from secure_message m join delivery d on d.organization_id = m.organization_id and d.id = m.delivery_id
      where m.id = $1 and m.patient_id is not null and m.invalidated_at is null and d.address is not null`,
    [id],
  )
  if (!row) return false
  const address = encryption.decrypt(row.address)
  await tx.query(
    `update contact_point set invalid_since = $3, updated_at = $3
      where address = $2 and invalid_since is null
        and (patient_id = $1 or patient_contact_id in (select id from patient_contact where patient_id = $1))`,
    [row.patientId, address, at(now)],
  )
  await tx.query(
    `update secure_message m set invalidated_at = $3 from delivery d
      where d.organization_id = m.organization_id and d.id = m.delivery_id and d.address_hash = any($2::text[])
        and m.patient_id = $1 and m.invalidated_at is null`,
    [row.patientId, encryption.blindIndexes(address), at(now)],
  )
  await tx.query(
    `insert into reply (organization_id, id, patient_id, care_event_id, delivery_id, direction, channel, address, address_hash,
       body_encrypted, meaning, received_at)
     values ($1, $2, $3, $4, $5, 'in', $6, $7, $8, $9, 'wrongPerson', $10)`,
    [
      tx.organizationId,
      newId(),
      row.patientId,
      row.careEventId,
      row.deliveryId,
      row.channel,
      row.address,
      row.addressHash,
      encryption.encrypt(told),
      at(now),
    ],
  )
  await touchCareEventsOfPatient(tx, row.patientId, now)
  const who = { userId: null, apiKeyId: null }
  await recordAudit(tx, { now, who }, { action: 'addressDisowned', subject: 'patient', subjectId: row.patientId })
  return true
}
