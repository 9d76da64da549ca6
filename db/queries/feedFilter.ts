import { externalIdsLike, type FeedOutcome } from '../../domain/inbound/feed.ts'
import type { Instant } from '../../domain/instant.ts'
import { at } from './values.ts'

/** Which messages of the feed are meant; what is left out does not matter. */
export interface FeedFilter {
  outcome?: FeedOutcome | undefined
  sourceId?: string | undefined
  /** Arrived at or after. */
  from?: Instant | undefined
  /** Arrived before. */
  to?: Instant | undefined
  /** FHIR's resource type or HL7's event, of the message or of one of its records. */
  kind?: string | undefined
  /** Of one of its records, with or without the resource type before it. */
  externalId?: string | undefined
  controlId?: string | undefined
  /** Either of the two. */
  anyId?: string | undefined
  /** Part of a reason's text or place, or its code. */
  reason?: string | undefined
  careEventId?: string | undefined
  /** Those of the patient's care events, too. */
  patientId?: string | undefined
}

/** The conditions on `inbound_message m`, and a function that adds a parameter and returns its placeholder. */
export function feedConditions(filter: FeedFilter) {
  const params: unknown[] = []
  const where: string[] = []
  const next = (value: unknown) => `$${params.push(value)}`
  const ofRecord = (condition: string) =>
    `exists (select 1 from inbound_record r where r.organization_id = m.organization_id and r.message_id = m.id and ${condition})`
  const amongRecords = (condition: string) => `m.id in (select r.message_id from inbound_record r where ${condition})`
  const { outcome, sourceId, from, to, kind, externalId, controlId, anyId, reason, careEventId, patientId } = filter

  if (outcome !== undefined) where.push(`m.outcome = ${next(outcome)}`)
  if (sourceId !== undefined) where.push(`m.source_id = ${next(sourceId)}::uuid`)
  if (from !== undefined) where.push(`m.received_at >= ${next(at(from))}`)
  if (to !== undefined) where.push(`m.received_at < ${next(at(to))}`)
  if (kind !== undefined) {
    const wanted = next(kind)
    where.push(`(m.kind = ${wanted} or ${ofRecord(`r.resource = ${wanted}`)})`)
  }
  if (externalId !== undefined)
    where.push(amongRecords(`r.external_id = any(${next(externalIdsLike(externalId))}::text[])`))
  if (controlId !== undefined) where.push(`m.control_id = ${next(controlId)}`)
  if (anyId !== undefined) {
    const records = amongRecords(`r.external_id = any(${next(externalIdsLike(anyId))}::text[])`)
    where.push(`(m.control_id = ${next(anyId)} or ${records})`)
  }
  if (reason !== undefined) {
    const pattern = next(`%${reason.replaceAll(/[\\%_]/g, (each) => `\\${each}`)}%`)
    where.push(`exists (select 1 from jsonb_array_elements(m.reasons) why where why ->> 'message' ilike ${pattern}
      or why ->> 'path' ilike ${pattern} or why ->> 'code' ilike ${pattern})`)
  }
  if (careEventId !== undefined) {
    const event = next(careEventId)
    // What an encounter says of it, or holds itself, came with the encounter.
    where.push(
      amongRecords(
        `r.subject_id in (select ${event}::uuid union all select e.encounter_id from care_event e where e.id = ${event}::uuid)`,
      ),
    )
  }
  if (patientId !== undefined) {
    const patient = next(patientId)
    where.push(
      amongRecords(
        `r.subject_id in (select ${patient}::uuid union all select e.id from care_event e where e.patient_id = ${patient}::uuid)`,
      ),
    )
  }
  return { where, params, next }
}
