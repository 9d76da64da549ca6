import type { careEventKinds } from '../../../domain/careEvent.ts'
import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { WireEntry } from '../../../domain/inbound/wireMessage.ts'
import type { RecordOutcome } from './applying.ts'

/** A record of a message, as the feed keeps it: ids and codes only. */
export interface StoredEntry extends Pick<WireEntry, 'resource' | 'record' | 'reasons'> {
  /** null: refused. */
  outcome: RecordOutcome | null
}

/** What a record is here: a kind of care event, or another kind of record. */
export type SubjectKind = Exclude<InboundRecord['kind'], 'careEvent'> | (typeof careEventKinds)[number]

/** Where the record of each kind lies; care events are told apart by their kind. */
const tableOf: Record<Exclude<InboundRecord['kind'], 'careEvent'>, string> = {
  patient: 'patient',
  patientContact: 'patient_contact',
  encounter: 'encounter',
  facility: 'facility',
  provider: 'provider',
  appointmentType: 'appointment_type',
}

/** The id of the row that `said(kind, external_id)` of a source has become, as SQL; null: it left none. */
export function subjectSql(sourceId: string): string {
  const cases = Object.entries(tableOf).map(
    ([kind, table]) =>
      `when '${kind}' then (select t.id from ${table} t where t.source_id = ${sourceId} and t.external_id = said.external_id)`,
  )
  return `case said.kind ${cases.join(' ')} else (select e.id from care_event e
    where e.source_id = ${sourceId} and e.kind = said.kind and e.external_id = said.external_id) end`
}

/** A column each, in the order of the message: resource, kind, external id, outcome, reasons. */
export function columnsOfEntries(entries: readonly StoredEntry[]): (string | null)[][] {
  return [
    entries.map(({ resource }) => resourceOf(resource)),
    entries.map(({ record }) => record && kindOf(record)),
    entries.map(({ record, resource }) => record?.externalId ?? idOf(resource)),
    entries.map(({ outcome }) => outcome ?? 'refused'),
    entries.map(({ reasons }: { reasons: readonly InboundReason[] }) =>
      reasons.length === 0 ? null : JSON.stringify(reasons),
    ),
  ]
}

/** `Appointment` of `Appointment/a-1`, `DG1` of `DG1(2)`. */
export function resourceOf(resource: string | null): string | null {
  return /^\w{1,60}/.exec(resource ?? '')?.[0] ?? null
}

/** What was refused still has the id that it came with. */
function idOf(resource: string | null): string | null {
  const id = /^\w+\/(.+)$/s.exec(resource ?? '')?.[1]
  return id === undefined || id === '?' ? null : id.slice(0, 200)
}

export function kindOf(record: InboundRecord): SubjectKind {
  return record.kind === 'careEvent' ? record.careEventKind : record.kind
}
