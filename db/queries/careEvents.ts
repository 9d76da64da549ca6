import type { CareEventKind, Code, Confirmation } from '../../domain/careEvent.ts'
import { notFound } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { iso, isoOrNull, type Stamp } from './values.ts'

/** What came from the EHR, as the contract shows it. Of a date with a time of day, the instant is given. */
export interface CareEventView {
  id: string
  externalId: string | null
  kind: CareEventKind
  status: string
  confirmation: Confirmation
  patientId: string
  facilityId: string | null
  providerIds: string[]
  appointmentTypeId: string | null
  start: string | null
  createdAt: string | null
  updatedAt: string | null
  dueDate: string | null
  procedureDate: string | null
  diagnosisDate: string | null
  codes: Code[]
  origin: string | null
  fulfilledById: string | null
  wakeAt: string | null
}
interface Row {
  id: string
  external_id: string | null
  kind: CareEventKind
  status: string
  confirmation: Confirmation
  patient_id: string
  facility_id: string | null
  provider_ids: string[]
  appointment_type_id: string | null
  start_at: Stamp | null
  created_at_source: Stamp | null
  updated_anchor_at: Stamp | null
  due_date: string | null
  due_at: Stamp | null
  procedure_date: string | null
  procedure_at: Stamp | null
  diagnosis_date: string | null
  diagnosis_at: Stamp | null
  codes: Code[]
  origin: string | null
  fulfilled_by_id: string | null
  wake_at: Stamp | null
  first_seen_at: Stamp
}

const columns = `c.id, c.external_id, c.kind, c.status, c.confirmation, c.patient_id, c.facility_id, c.provider_ids,
  c.appointment_type_id, c.start_at, c.created_at_source, c.updated_anchor_at,
  c.due_date::text, c.due_at, c.procedure_date::text, c.procedure_at, c.diagnosis_date::text, c.diagnosis_at,
  c.origin, c.fulfilled_by_id, c.wake_at, c.first_seen_at,
  coalesce((select jsonb_agg(jsonb_build_object('system', k.system, 'code', k.code) order by k.position, k.system, k.code)
     from care_event_code k where k.organization_id = c.organization_id and k.care_event_id = c.id), '[]') as codes`
/** The instant by which a care event is found in a span of time; a date without a time counts from its midnight in UTC. */
export const anchorAt = (c: string): string =>
  `coalesce(${c}.start_at, ${c}.due_at, ${c}.procedure_at, ${c}.diagnosis_at, ${c}.due_date::timestamp at time zone 'UTC',
  ${c}.procedure_date::timestamp at time zone 'UTC', ${c}.diagnosis_date::timestamp at time zone 'UTC')`
export const careEventAnchor = anchorAt('c')

export interface CareEventFilter extends PageRequest {
  kind?: CareEventKind | undefined
  /** As the source has it; a recall's also without the resource type that tells it apart. */
  externalId?: string | undefined
  patientId?: string | undefined
  /** Epoch milliseconds, on the anchor; `to` is excluded. */
  from?: number | undefined
  to?: number | undefined
}

/** Last seen first. */
export async function listCareEvents(tx: Tx, filter: CareEventFilter): Promise<Page<CareEventView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select ${columns} from care_event c
      where ($1::text is null or c.kind = $1) and ($2::text is null or c.external_id = any(array[$2, 'CommunicationRequest/' || $2, 'Appointment/' || $2]))
        and ($3::uuid is null or c.patient_id = $3)
        and ($4::timestamptz is null or ${careEventAnchor} >= $4) and ($5::timestamptz is null or ${careEventAnchor} < $5)
        and ($6::timestamptz is null or (c.first_seen_at, c.id) < ($6::timestamptz, $7::uuid))
      order by c.first_seen_at desc, c.id desc limit $8`,
    [
      filter.kind ?? null,
      filter.externalId ?? null,
      filter.patientId ?? null,
      filter.from === undefined ? null : new Date(filter.from),
      filter.to === undefined ? null : new Date(filter.to),
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  return pageOf(rows, filter.limit, viewOf, (row) => [iso(row.first_seen_at), row.id])
}

/** Throws `notFound`. */
export async function getCareEvent(tx: Tx, id: string): Promise<CareEventView> {
  const [row] = await tx.query<Row>(`select ${columns} from care_event c where c.id = $1`, [id])
  if (!row) throw notFound('care event')
  return viewOf(row)
}

function viewOf(row: Row): CareEventView {
  return {
    id: row.id,
    externalId: row.external_id,
    kind: row.kind,
    status: row.status,
    confirmation: row.confirmation,
    patientId: row.patient_id,
    facilityId: row.facility_id,
    providerIds: row.provider_ids,
    appointmentTypeId: row.appointment_type_id,
    start: isoOrNull(row.start_at),
    createdAt: isoOrNull(row.created_at_source),
    updatedAt: isoOrNull(row.updated_anchor_at),
    dueDate: row.due_date ?? isoOrNull(row.due_at),
    procedureDate: row.procedure_date ?? isoOrNull(row.procedure_at),
    diagnosisDate: row.diagnosis_date ?? isoOrNull(row.diagnosis_at),
    codes: row.codes,
    origin: row.origin,
    fulfilledById: row.fulfilled_by_id,
    wakeAt: isoOrNull(row.wake_at),
  }
}
