import type { ActionType } from '../../domain/action.ts'
import type { AppointmentStatus, CareEventKind, CodeSystem, Confirmation } from '../../domain/careEvent.ts'

export const typeWords: Record<ActionType, string> = {
  appointment: 'Appointment',
  recall: 'Recall',
  procedure: 'Procedure',
  diagnosis: 'Diagnosis',
  extraReminder: 'Extra reminder',
}

/** What each type is for, in one sentence. */
export const typeSentences: Record<ActionType, string> = {
  appointment: 'Before or after a visit, to the patient or to staff.',
  recall: 'Before or after the day a patient should be seen again.',
  procedure: 'After a procedure, by its CPT code.',
  diagnosis: 'After a diagnosis, by its ICD-9 or ICD-10 code.',
  extraReminder: 'A message template once more, when a visit is made, changes or comes near.',
}

export const kindWords: Record<CareEventKind, string> = {
  appointment: 'Appointment',
  recall: 'Recall',
  procedure: 'Procedure',
  diagnosis: 'Diagnosis',
}

export const kindPlurals: Record<CareEventKind, string> = {
  appointment: 'appointments',
  recall: 'recalls',
  procedure: 'procedures',
  diagnosis: 'diagnoses',
}

export const codeSystemWords: Record<CodeSystem, string> = { cpt: 'CPT', icd9: 'ICD-9', icd10: 'ICD-10' }

export const appointmentStatusWords: Record<AppointmentStatus, string> = {
  proposed: 'Proposed',
  pending: 'Pending',
  waitlist: 'Waitlist',
  booked: 'Booked',
  arrived: 'Arrived',
  checkedIn: 'Checked in',
  fulfilled: 'Fulfilled',
  cancelled: 'Cancelled',
  noShow: 'No show',
  enteredInError: 'Entered in error',
}

export const confirmationWords: Record<Confirmation, string> = {
  none: 'Not confirmed',
  confirmed: 'Confirmed',
  cancelRequested: 'Asked to cancel',
}

/** `checkedIn` → "Checked in": for the statuses of the kinds that have no table of their own. */
export function statusWord(status: string): string {
  const known: Readonly<Record<string, string>> = appointmentStatusWords
  const spaced = status.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return known[status] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
