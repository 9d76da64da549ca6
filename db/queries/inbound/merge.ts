import type { PatientContent, RecordReference } from '../../../domain/inbound/normalForm.ts'
import { keyAfterMerge } from '../../../domain/occurrence.ts'
import { newId } from '../../newId.ts'
import { touchCareEventsOfPatient } from '../touches.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'
import { keepBirth } from './birth.ts'
import { syncPatientContactPoints } from './contactPoints.ts'
import { reviseRecalls } from './recalls.ts'
import { stubFor } from './references.ts'

/** Merges that a patient's links ask for: this one into another, or others into this one; whether any was news. */
export async function mergeLinked(applying: Applying, patientId: string, content: PatientContent): Promise<boolean> {
  let news = false
  if (content.mergedInto) news = await merge(applying, patientId, await survivorOf(applying, content.mergedInto))
  for (const replaced of content.replaces) {
    const retired = await patientOf(applying, replaced)
    if (await merge(applying, retired, (await mergedInto(applying, patientId)) ?? patientId)) news = true
  }
  return news
}

/** The record itself, even when it was merged away already. */
async function patientOf(applying: Applying, reference: RecordReference): Promise<string> {
  await stubFor(applying, 'patient', reference)
  const [row] = await applying.tx.query<{ id: string }>(
    'select id from patient where source_id = $1 and external_id = $2',
    [applying.source.id, reference.externalId],
  )
  if (row === undefined) throw new Error('the stub of a patient is not there')
  return row.id
}

/** The end of the chain: what the named record was itself merged into. */
async function survivorOf(applying: Applying, reference: RecordReference): Promise<string> {
  return await stubFor(applying, 'patient', reference)
}

async function mergedInto({ tx }: Applying, patientId: string): Promise<string | null> {
  const [row] = await tx.query<{ merged_into: string | null }>('select merged_into from patient where id = $1', [
    patientId,
  ])
  return row?.merged_into ?? null
}

/**
 * The survivor gets what belonged to the retired patient; of consents the most restrictive wins, and no message is
 * repeated (Inbound: merges). A merge that is known already, or would close a circle, changes nothing; returns whether it did.
 */
async function merge(applying: Applying, retiredId: string, survivorId: string): Promise<boolean> {
  const { tx, now } = applying
  if (retiredId === survivorId || (await mergedInto(applying, retiredId)) === survivorId) return false
  await tx.query('select id from patient where id = any($1::uuid[]) order by id for no key update', [
    [retiredId, survivorId],
  ])
  await tx.query('update patient set merged_into = null where id = $1 and merged_into = $2', [survivorId, retiredId])
  await keepRestrictions(applying, retiredId, survivorId)
  await tx.query('update care_event set patient_id = $2, updated_at = $3 where patient_id = $1', [
    retiredId,
    survivorId,
    at(now),
  ])
  await tx.query('update planned_message set patient_id = $2 where patient_id = $1', [retiredId, survivorId])
  await tx.query('update patient_contact set patient_id = $2, updated_at = $3 where patient_id = $1', [
    retiredId,
    survivorId,
    at(now),
  ])
  await moveContactPoints(applying, retiredId, survivorId)
  await moveDeliveries(applying, retiredId, survivorId)
  await tx.query('update secure_message set patient_id = $2 where patient_id = $1', [retiredId, survivorId])
  await tx.query('update reply set patient_id = $2 where patient_id = $1', [retiredId, survivorId])
  await tx.query(
    `update patient set merged_into = $2, updated_at = $3, version = version + 1 where id = $1 or merged_into = $1`,
    [retiredId, survivorId, at(now)],
  )
  await keepBirth(tx, survivorId)
  await syncPatientContactPoints(applying, survivorId)
  await reviseRecalls(tx, survivorId, now)
  await touchCareEventsOfPatient(tx, survivorId, now)
  await tx.query(
    `insert into audit_entry (organization_id, id, at, actor_kind, actor_id, action, subject, subject_id, after)
     values ($1, $2, $3, 'ehrSource', $4, 'merged', 'patient', $5, $6)`,
    [tx.organizationId, newId(), at(now), applying.source.id, retiredId, JSON.stringify({ mergedInto: survivorId })],
  )
  return true
}

/**
 * The numbers of the retired record come after the survivor's own; those that both have stay once, and are invalid where
 * one of them was.
 */
async function moveContactPoints({ tx, now }: Applying, retiredId: string, survivorId: string): Promise<void> {
  await tx.query(
    `update contact_point s set invalid_since = r.invalid_since, updated_at = $3 from contact_point r
      where s.patient_id = $2 and r.patient_id = $1 and s.channel = r.channel and s.address = r.address
        and s.invalid_since is null and r.invalid_since is not null`,
    [retiredId, survivorId, at(now)],
  )
  await tx.query(
    `delete from contact_point r where r.patient_id = $1
       and exists (select 1 from contact_point s where s.patient_id = $2 and s.channel = r.channel and s.address = r.address)`,
    [retiredId, survivorId],
  )
  await tx.query(
    `update contact_point set patient_id = $2, updated_at = $3,
       rank = rank + coalesce((select max(s.rank) from contact_point s where s.patient_id = $2), 0)
     where patient_id = $1`,
    [retiredId, survivorId, at(now)],
  )
}

/** Where one of the two said no to an address last, the answer is no, whatever the other said since; likewise who is muted, or locked by wrong birth dates. */
async function keepRestrictions({ tx, now }: Applying, retiredId: string, survivorId: string): Promise<void> {
  await tx.query(
    `insert into consent (organization_id, id, address, channel, category, state, source, patient_id, at)
     select organization_id, gen_random_uuid(), address, channel, category, 'denied', 'merge', $2, $3
     from (
       select organization_id, address, channel, category, patient_id, state,
         first_value(state) over (partition by address, channel, category, patient_id order by at desc, id desc) as own_latest,
         first_value(state) over (partition by address, channel, category order by at desc, id desc) as latest
       from consent where patient_id in ($1, $2)) said
     where own_latest = 'denied' and latest = 'granted'
     group by organization_id, address, channel, category`,
    [retiredId, survivorId, at(now)],
  )
  await tx.query(
    `update patient s set muted = s.muted or r.muted, secure_tries = greatest(s.secure_tries, r.secure_tries),
       secure_locked_at = coalesce(s.secure_locked_at, r.secure_locked_at)
     from patient r where s.id = $2 and r.id = $1 and (r.muted or r.secure_tries > 0 or r.secure_locked_at is not null)`,
    [retiredId, survivorId],
  )
}

/** What was sent to the retired record counts as sent to the survivor; where both were sent it, both rows stay. */
async function moveDeliveries({ tx }: Applying, retiredId: string, survivorId: string): Promise<void> {
  const keyed = await tx.query<{ id: string; key: string }>(
    'select id, occurrence_key as key from delivery where patient_id = $1 and starts_with(occurrence_key, $2)',
    [retiredId, `${retiredId}/`],
  )
  if (keyed.length > 0)
    await tx.query(
      `update delivery d set occurrence_key = n.key
       from unnest($1::uuid[], $2::text[]) as n(id, key)
       where d.id = n.id and not exists (
         select 1 from delivery s where s.action_id = d.action_id and s.occurrence_key = n.key and s.recipient = d.recipient)`,
      [keyed.map(({ id }) => id), keyed.map(({ key }) => keyAfterMerge(key, retiredId, survivorId))],
    )
  await tx.query(
    `update delivery set covers = array(
       select case when starts_with(key, $1::text || '/') then $2::text || substr(key, length($1::text) + 1) else key end
         from unnest(covers) with ordinality as said (key, place) order by place)
      where patient_id = $1::uuid and covers is not null`,
    [retiredId, survivorId],
  )
  await tx.query('update delivery set patient_id = $2 where patient_id = $1', [retiredId, survivorId])
}
