import { type ActionType, actionTypes } from './action.ts'

/** What a squiggly's value is; decides how it is written out and which filters fit. */
export type SquigglyValue = 'text' | 'phone' | 'link' | 'number' | 'instant' | 'date' | 'moment' | 'list'

/** One entry of the catalogue that the API serves and that editor, validation and rendering read. */
export interface Squiggly {
  name: string
  meaning: string
  /** How it reads in a message, in US English. */
  example: string
  value: SquigglyValue
  types: readonly ActionType[]
  recipients: readonly ('patient' | 'staff')[]
  phi: boolean
  /** Refused in a message that is not secure (PHI: squigglies). */
  secureOnly: boolean
}

const everyone = ['patient', 'staff'] as const
const visits = ['appointment', 'extraReminder'] as const

type Row = [name: string, value: SquigglyValue, example: string, meaning: string]

const open = (types: readonly ActionType[], rows: Row[]): Squiggly[] =>
  rows.map(([name, value, example, meaning]) => {
    return { name, meaning, example, value, types, recipients: everyone, phi: false, secureOnly: false }
  })
const forPatients = (types: readonly ActionType[], rows: Row[]): Squiggly[] =>
  open(types, rows).map((entry) => ({ ...entry, recipients: ['patient'] }))
const secure = (types: readonly ActionType[], recipients: Squiggly['recipients'], rows: Row[]): Squiggly[] =>
  open(types, rows).map((entry) => ({ ...entry, recipients, phi: true, secureOnly: true }))

const catalogue: readonly Squiggly[] = [
  ...open(actionTypes, [
    ['patient.firstName', 'text', 'Maria', "The patient's first name"],
    ['patient.lastName', 'text', 'Lopez', "The patient's last name"],
    ['patient.preferredName', 'text', 'Mia', 'The name the patient goes by, where it is known'],
    ['recipient.firstName', 'text', 'Maria', 'The first name of whoever gets the message: patient, guardian or staff'],
    ['practice.name', 'text', 'Riverside Health', "The practice's name"],
    ['practice.phone', 'phone', '(555) 555-0100', "The practice's phone number"],
    ['facility.name', 'text', 'Riverside Clinic', 'The name of the facility'],
    ['facility.address', 'text', '12 Main St, Springfield', 'The address of the facility'],
    ['facility.phone', 'phone', '(555) 555-0102', 'The phone number of the facility'],
    ['facility.directions', 'text', 'Park in lot B and take the second door.', 'How to get to the facility'],
    ['provider.name', 'text', 'Dr. Ada Strange', "The provider's name"],
  ]),
  ...forPatients(actionTypes, [
    ['links.preferences', 'link', 'https://example.org/p/abc', 'Where the patient chooses channels and opts out'],
  ]),
  ...secure(
    actionTypes,
    ['staff'],
    [
      ['patient.mrn', 'text', 'M-1001', "The patient's medical record number"],
      ['patient.birthDate', 'date', 'Feb 3, 1980', "The patient's date of birth"],
      ['patient.phone', 'phone', '(555) 555-0101', "The patient's phone number"],
    ],
  ),
  ...open(visits, [
    ['appointment.start', 'instant', 'Mon, Mar 9, 9:00 AM EDT', "When the appointment begins, in the facility's zone"],
    ['appointment.end', 'instant', 'Mon, Mar 9, 9:30 AM EDT', 'When the appointment ends'],
    ['appointment.arrivalTime', 'instant', 'Mon, Mar 9, 8:45 AM EDT', 'When the patient should be there'],
    ['appointment.duration', 'number', '30', 'How many minutes the appointment takes'],
    ['appointment.type', 'text', 'Follow-up', 'The appointment type, by its public name'],
    ['appointment.instructions', 'text', 'Please bring your insurance card.', 'What the patient should know or bring'],
    ['appointment.videoLink', 'link', 'https://example.org/v/abc', 'Where a video visit takes place'],
    [
      'appointment.previousStart',
      'instant',
      'Fri, Mar 6, 2:00 PM EST',
      'The time an earlier message stated, if it moved',
    ],
    [
      'appointments',
      'list',
      'two appointments',
      "All of the patient's appointments at the facility on that day, to loop over",
    ],
  ]),
  ...forPatients(visits, [
    ['appointment.confirmLink', 'link', 'https://example.org/c/abc', 'Where the patient confirms or asks to cancel'],
  ]),
  ...open(
    ['recall'],
    [
      ['recall.dueDate', 'moment', 'Mon, Mar 9, 2026', 'When the recall is due'],
      ['recall.type', 'text', 'Annual check-up', 'What the recall is for, by its public name'],
      ['recall.daysOverdue', 'number', '7', 'How many days the recall is past its due date; 0 before'],
      ['recall.bookingLink', 'link', 'https://example.org/b/abc', 'Where the patient books'],
    ],
  ),
  ...open(['procedure'], [['procedure.date', 'moment', 'Mon, Mar 9, 2026', 'When the procedure was done']]),
  ...secure(['procedure'], everyone, [
    ['procedure.name', 'text', 'Colonoscopy', 'What was done'],
    ['procedure.code', 'text', '45378', 'The CPT code'],
  ]),
  ...open(['diagnosis'], [['diagnosis.date', 'moment', 'Mon, Mar 9, 2026', 'When the diagnosis was made']]),
  ...secure(['diagnosis'], everyone, [
    ['diagnosis.name', 'text', 'Type 2 diabetes', 'What was diagnosed'],
    ['diagnosis.code', 'text', 'E11.9', 'The ICD code'],
  ]),
]

/** The whole catalogue, every type's. */
export const allSquigglies: readonly Squiggly[] = catalogue

/** What a message of this type of action may say (Rendering: the catalogue). */
export function squiggliesFor(type: ActionType): readonly Squiggly[] {
  return catalogue.filter(({ types }) => types.includes(type))
}

export interface SquigglyFilter {
  name: string
  meaning: string
  example: string
}

/** Our own filters; Liquid's own that may be used are in `liquidEngine.ts`. */
export const squigglyFilters: readonly SquigglyFilter[] = [
  {
    name: 'date_long',
    meaning: 'The day in full',
    example: '{{ appointment.start | date_long }} → Monday, March 9, 2026',
  },
  { name: 'date_short', meaning: 'Month and day', example: '{{ appointment.start | date_short }} → Mar 9' },
  { name: 'weekday', meaning: 'The day of the week', example: '{{ appointment.start | weekday }} → Monday' },
  {
    name: 'time',
    meaning: 'The time of day; "zone" adds the zone',
    example: '{{ appointment.start | time: "zone" }} → 9:00 AM EDT',
  },
  { name: 'phone', meaning: 'A phone number as it is read', example: '{{ facility.phone | phone }} → (555) 555-0102' },
  {
    name: 'titlecase',
    meaning: 'A name that arrived in capitals',
    example: '{{ patient.lastName | titlecase }} → O’Brien',
  },
]
