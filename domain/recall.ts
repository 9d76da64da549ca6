import type { CareEventStatus } from './careEvent.ts'
import type { Instant, LocalDate, Zone } from './instant.ts'
import { dayAt, parseDate } from './time.ts'

/** A visit kept this many days before a recall was due makes it superfluous (Who matches: recalls). */
const keptBeforeDays = 90

const upcoming: readonly CareEventStatus[] = ['booked', 'arrived', 'checkedIn']

/**
 * Whether an appointment of the same patient fulfils a recall: one of its type that is booked, or that was kept after
 * the 90th day before the due date. Asked again when either changes, so that a cancelled appointment opens it again.
 */
export function fulfilsRecall(
  recall: { dueDate: LocalDate; appointmentTypeId: string | null },
  appointment: { start: Instant; status: CareEventStatus; appointmentTypeId: string | null; deleted: boolean },
  facilityZone: Zone,
): boolean {
  if (appointment.deleted || recall.appointmentTypeId === null) return false
  if (appointment.appointmentTypeId !== recall.appointmentTypeId) return false
  if (upcoming.includes(appointment.status)) return true
  const due = parseDate(recall.dueDate)
  return (
    appointment.status === 'fulfilled' && due !== null && dayAt(facilityZone, appointment.start) >= due - keptBeforeDays
  )
}
