import type { AnchorValue, CareEventKind } from '../../domain/careEvent.ts'
import type { Instant, LocalDate, Zone } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { at } from './values.ts'

/** A care event whose patient a message is previewed for. */
export interface PreviewCareEvent {
  id: string
  /** What its kind is about: the start, the due date, the procedure's or the diagnosis's date. */
  anchor: AnchorValue
  patientName: string
  /** The patient's, BCP 47. */
  language: string | null
  /** Appointment type, or the codes. */
  about: string | null
  zone: Zone
}
interface Row extends Omit<PreviewCareEvent, 'anchor'> {
  instant: Instant | null
  date: LocalDate | null
}

/** Where each kind keeps its main anchor: an instant, or a date where the EHR gave no time. */
const columns: Record<CareEventKind, { instant: string; date: string }> = {
  appointment: { instant: 'c.start_at', date: 'null::date' },
  recall: { instant: 'c.due_at', date: 'c.due_date' },
  procedure: { instant: 'c.procedure_at', date: 'c.procedure_date' },
  diagnosis: { instant: 'c.diagnosis_at', date: 'c.diagnosis_date' },
}

const select = (kind: CareEventKind) => `
  select c.id, (extract(epoch from ${columns[kind].instant}) * 1000)::float8 as instant, ${columns[kind].date}::text as date,
         coalesce(nullif(concat_ws(' ', coalesce(p.preferred_name, p.first_name), p.last_name), ''), 'Unnamed patient') as "patientName",
         p.language, coalesce(f.time_zone, o.time_zone) as zone,
         coalesce(t.public_name, t.name, (select string_agg(distinct code.code, ', ') from care_event_code code
           where code.organization_id = c.organization_id and code.care_event_id = c.id)) as about
    from care_event c
    join organization o on o.id = c.organization_id
    join patient p on p.organization_id = c.organization_id and p.id = c.patient_id
    left join facility f on f.organization_id = c.organization_id and f.id = c.facility_id
    left join appointment_type t on t.organization_id = c.organization_id and t.id = c.appointment_type_id
   where c.kind = '${kind}' and not c.deleted and coalesce(${columns[kind].instant}, ${columns[kind].date}::timestamptz) is not null`

const usable = `c.status not in ('cancelled', 'noShow', 'enteredInError', 'proposed', 'pending', 'waitlist', 'notDone', 'refuted')`

/** Care events of a kind whose anchor is at or after an instant, the soonest first; where there are none, the latest ones. */
export async function listPreviewCareEvents(
  tx: Tx,
  kind: CareEventKind,
  from: Instant,
  limit: number,
): Promise<PreviewCareEvent[]> {
  const { instant, date } = columns[kind]
  const order = `coalesce(${instant}, ${date}::timestamptz)`
  const coming = `(${instant} >= $1 or ${date} >= ($1 at time zone 'UTC')::date)`
  const rows = await tx.query<Row>(`${select(kind)} and ${usable} and ${coming} order by ${order}, c.id limit $2`, [
    at(from),
    limit,
  ])
  if (rows.length > 0) return rows.map(viewOf)
  const past = await tx.query<Row>(`${select(kind)} and ${usable} order by ${order} desc, c.id limit $1`, [limit])
  return past.map(viewOf)
}

/** One of them by its id, whenever it is and whatever its status; null when there is none. */
export async function readPreviewCareEvent(tx: Tx, kind: CareEventKind, id: string): Promise<PreviewCareEvent | null> {
  const [row] = await tx.query<Row>(`${select(kind)} and c.id = $1`, [id])
  return row ? viewOf(row) : null
}

function viewOf({ instant, date, ...row }: Row): PreviewCareEvent {
  return { ...row, anchor: instant === null ? { date: date ?? '' } : { at: instant } }
}
