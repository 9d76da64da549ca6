import type { Filters } from '../../domain/action.ts'
import type { CareEventKind, Code } from '../../domain/careEvent.ts'
import { codeMatches } from '../../domain/codes.ts'
import { codeText } from '../../domain/codeText.ts'
import { daysOverdue } from '../../domain/daysOverdue.ts'
import type { Instant, LocalDate, Zone } from '../../domain/instant.ts'
import type { AppointmentContext, CodedContext, Moment, RenderContext } from '../../domain/renderContext.ts'
import { dayAt, endOfDay, isZone, startOfDay } from '../../domain/time.ts'
import type { Tx } from '../orm.ts'
import { renderFactsSql, sameDaySql } from './renderFactsSql.ts'

interface AppointmentRow {
  id: string
  start: Instant | null
  end: Instant | null
  type: string | null
  instructions: string | null
  arriveEarlyMinutes: number | null
  details: { duration?: number; videoLink?: string; instructions?: string }
  previousStart: Instant | null
}

interface Row extends AppointmentRow {
  kind: CareEventKind
  firstName: string | null
  lastName: string | null
  preferredName: string | null
  mrn: string | null
  birthDate: LocalDate | null
  phone: string | null
  practiceName: string
  practicePhone: string | null
  practiceZone: Zone
  bookingUrl: string | null
  facility: { name: string | null; address: string | null; phone: string | null; directions: string | null } | null
  facilityZone: Zone | null
  providerName: string | null
  recipientFirstName: string | null
  dueAt: Instant | null
  dueDate: LocalDate | null
  procedureAt: Instant | null
  procedureDate: LocalDate | null
  diagnosisAt: Instant | null
  diagnosisDate: LocalDate | null
  codes: (Code & { name: string | null })[]
}

/** What a text is about beside its care event; each may be left out. */
export interface RenderSubject {
  /** The text lists the patient's other appointments of the day; they are read only then. */
  wantsSameDay?: boolean
  /** The action's codes: of several that the care event has, the text speaks of one that the action asked for. */
  codes?: Filters['codes']
  /** Where it goes to: at a guardian's number the guardian is who gets it. */
  contactPointId?: string | null
  /** The appointments that the text speaks for; null: the booked ones of the day. */
  listed?: readonly string[] | null
  /** The moment of sending; default: that of the transaction. */
  now?: Instant
}

/**
 * What a message of this care event can say, and the zone its times are written in: the facility's, else the practice's
 * (one that is none falls back, as in the plan).
 * `recipient` is `patient` or a staff member's id.
 */
export async function readRenderFacts(
  tx: Tx,
  careEventId: string,
  recipient: string,
  { wantsSameDay = false, codes = null, contactPointId = null, listed = null, now = tx.now }: RenderSubject = {},
): Promise<{ context: RenderContext; zone: Zone } | null> {
  const staffId = recipient === 'patient' ? null : recipient
  const [row] = await tx.query<Row>(renderFactsSql, [careEventId, staffId, contactPointId], 'render facts')
  if (!row) return null
  const zone = [row.facilityZone, row.practiceZone].find(isZone) ?? 'UTC'
  const all = row.start === null || !wantsSameDay ? [] : await sameDay(tx, careEventId, row.start, zone, listed)
  const context: RenderContext = {
    patient: {
      firstName: row.firstName,
      lastName: row.lastName,
      preferredName: row.preferredName,
      mrn: row.mrn,
      birthDate: row.birthDate,
      phone: row.phone,
    },
    recipient: { firstName: row.recipientFirstName },
    practice: { name: row.practiceName, phone: row.practicePhone },
    provider: { name: row.providerName },
    links: { preferences: null },
    facility: row.facility ?? { name: null, address: null, phone: null, directions: null },
    ...ofKind(row, zone, codes, now),
    ...(row.kind === 'appointment' && { appointments: all.map(appointmentOf) }),
  }
  return { context, zone }
}

/** The day is reckoned here: Postgres may not know a zone that we do. */
function sameDay(
  tx: Tx,
  careEventId: string,
  start: Instant,
  zone: Zone,
  listed: readonly string[] | null,
): Promise<AppointmentRow[]> {
  const day = dayAt(zone, start)
  const bounds = [startOfDay(zone, day), endOfDay(zone, day)].map((at) => new Date(at))
  return tx.query<AppointmentRow>(sameDaySql, [careEventId, ...bounds, listed])
}

function ofKind(row: Row, zone: Zone, wanted: Filters['codes'], now: Instant): Partial<RenderContext> {
  switch (row.kind) {
    case 'appointment':
      return { appointment: appointmentOf(row) }
    case 'recall': {
      const dueDate = row.dueAt ?? row.dueDate
      const overdue = daysOverdue(dueDate, zone, now)
      return { recall: { dueDate, type: row.type, daysOverdue: overdue, bookingLink: row.bookingUrl } }
    }
    case 'procedure':
      return { procedure: codedOf(row, row.procedureAt ?? row.procedureDate, wanted) }
    case 'diagnosis':
      return { diagnosis: codedOf(row, row.diagnosisAt ?? row.diagnosisDate, wanted) }
  }
}

function codedOf({ codes }: Row, date: Moment | null, wanted: Filters['codes']): CodedContext {
  const code = codes.find((given) => wanted?.some((each) => codeMatches(each, given))) ?? codes[0]
  return { date, name: code?.name ?? null, code: code ? codeText(code) : null }
}

function appointmentOf(row: AppointmentRow): AppointmentContext {
  const { start, end, details, previousStart } = row
  return {
    id: row.id,
    start,
    end,
    arrivalTime: start === null || row.arriveEarlyMinutes === null ? null : start - row.arriveEarlyMinutes * 60_000,
    duration: details.duration ?? (start !== null && end !== null && end > start ? (end - start) / 60_000 : null),
    type: row.type,
    instructions: details.instructions ?? row.instructions,
    videoLink: details.videoLink ?? null,
    // Moved away and back again, the visit is where it was.
    previousStart: previousStart === start ? null : previousStart,
    confirmLink: null,
  }
}
