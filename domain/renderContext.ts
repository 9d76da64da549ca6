import type { Instant, LocalDate } from './instant.ts'

/** An instant, or a local date where the source gave no time of day. */
export type Moment = Instant | LocalDate

export type AppointmentContext = {
  /** Of its care event; no text says it. */
  id?: string
  start: Instant | null
  end: Instant | null
  /** When the patient should be there; null when the practice gave no arrival time of its own. */
  arrivalTime: Instant | null
  /** Minutes. */
  duration: number | null
  type: string | null
  instructions: string | null
  videoLink: string | null
  /** The start that an earlier message stated; null when the appointment has not moved. */
  previousStart: Instant | null
  confirmLink: string | null
}

export type CodedContext = {
  date: Moment | null
  name: string | null
  code: string | null
}

/**
 * What a message can say: the values behind the squigglies, as `renderMessage` takes them. A value that is not known
 * is null; an object that the kind of care event does not have is left out.
 */
export type RenderContext = {
  patient: {
    firstName: string | null
    lastName: string | null
    preferredName: string | null
    /** Only for secure messages to staff, as the next two. */
    mrn: string | null
    birthDate: LocalDate | null
    /** E.164. */
    phone: string | null
  }
  recipient: { firstName: string | null }
  practice: { name: string | null; phone: string | null }
  facility?: { name: string | null; address: string | null; phone: string | null; directions: string | null }
  provider?: { name: string | null }
  links: { preferences: string | null }
  appointment?: AppointmentContext
  /** All booked appointments of the patient at this facility on that local day, soonest first. */
  appointments?: AppointmentContext[]
  recall?: {
    dueDate: Moment | null
    type: string | null
    daysOverdue: number | null
    bookingLink: string | null
  }
  procedure?: CodedContext
  diagnosis?: CodedContext
}
