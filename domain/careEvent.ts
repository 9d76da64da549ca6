import type { Instant, LocalDate } from './instant.ts'

export const careEventKinds = ['appointment', 'recall', 'procedure', 'diagnosis'] as const
export type CareEventKind = (typeof careEventKinds)[number]

/** The EHR's statuses, a closed list per kind. */
export const careEventStatuses = {
  appointment: [
    'proposed',
    'pending',
    'waitlist',
    'booked',
    'arrived',
    'checkedIn',
    'fulfilled',
    'cancelled',
    'noShow',
    'enteredInError',
  ],
  recall: ['open', 'closed', 'cancelled', 'enteredInError'],
  procedure: ['planned', 'inProgress', 'completed', 'notDone', 'enteredInError'],
  diagnosis: ['active', 'inactive', 'resolved', 'refuted', 'enteredInError'],
} as const satisfies Record<CareEventKind, readonly string[]>
export type AppointmentStatus = (typeof careEventStatuses.appointment)[number]
export type CareEventStatus = (typeof careEventStatuses)[CareEventKind][number]

export const confirmations = ['none', 'confirmed', 'cancelRequested'] as const
export type Confirmation = (typeof confirmations)[number]

export const codeSystems = ['cpt', 'icd9', 'icd10'] as const
export type CodeSystem = (typeof codeSystems)[number]
export interface Code {
  system: CodeSystem
  code: string
}

/** What an anchor says: an instant, or a day without a time (recall due dates, some procedures and diagnoses). */
export type AnchorValue = { at: Instant } | { date: LocalDate }

export const anchorNames = ['start', 'created', 'updated', 'dueDate', 'procedureDate', 'diagnosisDate'] as const
export type AnchorName = (typeof anchorNames)[number]
