import type { AnchorValue, CareEventKind } from '../../../domain/careEvent.ts'
import type { CareEventState } from '../../../domain/inbound/careEventState.ts'
import type { Unsaid } from '../../../domain/inbound/encounter.ts'
import type { Instant } from '../../../domain/instant.ts'

/** A care event as `to_jsonb` gives it: instants are ISO strings, days 'YYYY-MM-DD'. */
export interface CareEventJson {
  id: string
  kind: CareEventKind
  source_last_updated: string | null
  source_version_id: string | null
  normal_hash: string | null
  status: CareEventState['status']
  deleted: boolean
  patient_id: string
  facility_id: string | null
  provider_ids: string[]
  appointment_type_id: string | null
  encounter_id: string | null
  unsaid: Unsaid | null
  start_at: string | null
  end_at: string | null
  previous_start_at: string | null
  due_date: string | null
  due_at: string | null
  procedure_date: string | null
  procedure_at: string | null
  diagnosis_date: string | null
  diagnosis_at: string | null
  created_at_source: string | null
  updated_anchor_at: string | null
  anchor_known_since: string
  loaded: boolean
  first_seen_at: string
  confirmation: CareEventState['confirmation']
  origin: CareEventState['origin']
  referred_by: string | null
  details: { duration?: number; instructions?: string; videoLink?: string }
}

const instantOf = (text: string | null): Instant | null => (text === null ? null : Date.parse(text))
export const anchorOf = (date: string | null, at: string | null): AnchorValue | null => {
  if (at !== null) return { at: Date.parse(at) }
  return date === null ? null : { date }
}

export function stateOf(row: CareEventJson): CareEventState {
  return {
    status: row.status,
    deleted: row.deleted,
    patientId: row.patient_id,
    facilityId: row.facility_id,
    providerIds: row.provider_ids,
    appointmentTypeId: row.appointment_type_id,
    encounterId: row.encounter_id,
    unsaid: row.unsaid,
    start: anchorOf(null, row.start_at),
    end: instantOf(row.end_at),
    previousStart: instantOf(row.previous_start_at),
    dueDate: anchorOf(row.due_date, row.due_at),
    procedureDate: anchorOf(row.procedure_date, row.procedure_at),
    diagnosisDate: anchorOf(row.diagnosis_date, row.diagnosis_at),
    createdAt: instantOf(row.created_at_source),
    updatedAt: instantOf(row.updated_anchor_at),
    anchorKnownSince: Date.parse(row.anchor_known_since),
    loaded: row.loaded,
    firstSeenAt: Date.parse(row.first_seen_at),
    confirmation: row.confirmation,
    origin: row.origin,
    referredBy: row.referred_by,
    durationMinutes: row.details.duration ?? null,
    instructions: row.details.instructions ?? null,
    videoLink: row.details.videoLink ?? null,
  }
}

export const instant = (anchor: AnchorValue | null): Date | null =>
  anchor !== null && 'at' in anchor ? new Date(anchor.at) : null
export const day = (anchor: AnchorValue | null): string | null =>
  anchor !== null && 'date' in anchor ? anchor.date : null
const date = (at: Instant | null): Date | null => (at === null ? null : new Date(at))

/** Every column that a sync decides. */
export const decidedColumns = [
  'status',
  'deleted',
  'patient_id',
  'facility_id',
  'provider_ids',
  'appointment_type_id',
  'encounter_id',
  'unsaid',
  'start_at',
  'end_at',
  'previous_start_at',
  'due_date',
  'due_at',
  'procedure_date',
  'procedure_at',
  'diagnosis_date',
  'diagnosis_at',
  'created_at_source',
  'updated_anchor_at',
  'anchor_known_since',
  'loaded',
  'first_seen_at',
  'confirmation',
  'origin',
  'referred_by',
  'details',
] as const

/** Column to value, as JSON writes it. */
export function rowOf(state: CareEventState): Record<(typeof decidedColumns)[number], unknown> {
  const details = { duration: state.durationMinutes, instructions: state.instructions, videoLink: state.videoLink }
  return {
    status: state.status,
    deleted: state.deleted,
    patient_id: state.patientId,
    facility_id: state.facilityId,
    provider_ids: state.providerIds,
    appointment_type_id: state.appointmentTypeId,
    encounter_id: state.encounterId,
    unsaid: state.unsaid,
    start_at: instant(state.start),
    end_at: date(state.end),
    previous_start_at: date(state.previousStart),
    due_date: day(state.dueDate),
    due_at: instant(state.dueDate),
    procedure_date: day(state.procedureDate),
    procedure_at: instant(state.procedureDate),
    diagnosis_date: day(state.diagnosisDate),
    diagnosis_at: instant(state.diagnosisDate),
    created_at_source: date(state.createdAt),
    updated_anchor_at: date(state.updatedAt),
    anchor_known_since: date(state.anchorKnownSince),
    loaded: state.loaded,
    first_seen_at: date(state.firstSeenAt),
    confirmation: state.confirmation,
    origin: state.origin,
    referred_by: state.referredBy,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== null)),
  }
}

/** The same, each as a parameter of a query. */
export function columnsOf(state: CareEventState): Record<string, unknown> {
  const row = rowOf(state)
  return {
    ...row,
    unsaid: row.unsaid === null ? null : JSON.stringify(row.unsaid),
    details: JSON.stringify(row.details),
  }
}
