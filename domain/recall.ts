import type { AnchorValue, CareEventStatus } from './careEvent.ts'
import type { Instant, LocalDate, Zone } from './instant.ts'
import { dayAt, localDate, parseDate } from './time.ts'

/** A visit kept this many days before a recall was due makes it superfluous (Who matches: recalls). */
const keptBeforeDays = 90

const upcoming: readonly CareEventStatus[] = ['booked', 'arrived', 'checkedIn']

export interface RecallFacts {
  /** Null: nothing is due, and nothing can have come shortly before. */
  dueDate: LocalDate | null
  appointmentTypeId: string | null
}
export interface VisitFacts {
  start: Instant
  status: CareEventStatus
  appointmentTypeId: string | null
  deleted: boolean
}

/**
 * Whether an appointment of the same patient fulfils a recall: one of its type that is booked, or that was kept after
 * the 90th day before the due date. Asked again when either changes, so that a cancelled appointment opens it again.
 * A booked one whose time has passed counts as kept: many a source never says that it was.
 */
export function fulfilsRecall(recall: RecallFacts, appointment: VisitFacts, facilityZone: Zone, now: Instant): boolean {
  if (appointment.deleted || recall.appointmentTypeId === null) return false
  if (appointment.appointmentTypeId !== recall.appointmentTypeId) return false
  const booked = upcoming.includes(appointment.status)
  if (booked && appointment.start >= now) return true
  const due = recall.dueDate === null ? null : parseDate(recall.dueDate)
  const kept = booked || appointment.status === 'fulfilled'
  return kept && due !== null && dayAt(facilityZone, appointment.start) >= due - keptBeforeDays
}

/** The day on which a recall is due, where it is to take place. */
export function dueDay(dueDate: AnchorValue | null, facilityZone: Zone): LocalDate | null {
  if (dueDate === null) return null
  return 'date' in dueDate ? dueDate.date : localDate(facilityZone, dueDate.at)
}

/** The appointment that closes a recall, or null: the earliest of those that do, in whatever order they became known. */
export function fulfilmentOf(
  recall: RecallFacts,
  appointments: readonly (VisitFacts & { id: string; zone: Zone })[],
  now: Instant,
): string | null {
  const fulfilling = appointments.filter((each) => fulfilsRecall(recall, each, each.zone, now))
  const [first] = fulfilling.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
  return first?.id ?? null
}
