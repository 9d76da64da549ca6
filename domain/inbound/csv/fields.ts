import { careEventKinds } from '../../careEvent.ts'

/** What the rows of a file are, one record each. */
export const rowKinds = [...careEventKinds, 'patient'] as const
export type RowKind = (typeof rowKinds)[number]

interface FieldSpec {
  /** For the editor of the mapping. */
  label: string
  /** Whose rows may have it; `all` where it is not said. */
  rows?: readonly RowKind[]
  /** Rows of these kinds can't be understood without it. */
  required?: readonly RowKind[]
}
const careEvents = careEventKinds
const pastEvents = ['procedure', 'diagnosis'] as const

/** Everything that a column may be mapped to, in the order in which an editor lists it. */
export const csvFields = {
  id: { label: 'Id of the record', rows: careEvents, required: careEvents },
  version: { label: 'Last changed' },
  status: { label: 'Status', rows: careEvents },
  start: { label: 'Start', rows: ['appointment'], required: ['appointment'] },
  end: { label: 'End', rows: ['appointment'] },
  durationMinutes: { label: 'Length in minutes', rows: ['appointment'] },
  created: { label: 'Booked at', rows: ['appointment'] },
  instructions: { label: 'Instructions', rows: ['appointment'] },
  videoLink: { label: 'Video link', rows: ['appointment'] },
  dueDate: { label: 'Due date', rows: ['recall'], required: ['recall'] },
  origin: { label: 'Recall or referral', rows: ['recall'] },
  referredBy: { label: 'Referred by', rows: ['recall'] },
  procedureDate: { label: 'Procedure date', rows: ['procedure'], required: ['procedure'] },
  diagnosisDate: { label: 'Diagnosis date', rows: ['diagnosis'], required: ['diagnosis'] },
  codes: { label: 'Codes', rows: pastEvents },
  codeSystem: { label: 'Code system', rows: pastEvents },
  codeName: { label: 'Name of the code', rows: pastEvents },
  facilityId: { label: 'Facility: id', rows: careEvents },
  facilityName: { label: 'Facility: name', rows: careEvents },
  facilityZone: { label: 'Facility: time zone', rows: careEvents },
  facilityState: { label: 'Facility: state', rows: careEvents },
  facilityPhone: { label: 'Facility: phone', rows: careEvents },
  providerId: { label: 'Provider: id', rows: careEvents },
  providerName: { label: 'Provider: name', rows: careEvents },
  appointmentTypeId: { label: 'Appointment type: id', rows: ['appointment', 'recall'] },
  appointmentTypeName: { label: 'Appointment type: name', rows: ['appointment', 'recall'] },
  patientId: { label: 'Patient: id', required: rowKinds },
  mrn: { label: 'Patient: medical record number' },
  firstName: { label: 'Patient: first name' },
  lastName: { label: 'Patient: last name' },
  patientName: { label: 'Patient: whole name' },
  preferredName: { label: 'Patient: preferred name' },
  birthDate: { label: 'Patient: birth date' },
  language: { label: 'Patient: language' },
  patientZone: { label: 'Patient: time zone' },
  mobilePhone: { label: 'Patient: mobile phone' },
  phone: { label: 'Patient: phone' },
  homePhone: { label: 'Patient: home phone' },
  workPhone: { label: 'Patient: work phone' },
  email: { label: 'Patient: e-mail' },
  addressLine: { label: 'Patient: street' },
  city: { label: 'Patient: city' },
  state: { label: 'Patient: state' },
  postalCode: { label: 'Patient: postal code' },
  country: { label: 'Patient: country' },
  active: { label: 'Patient: active' },
  deceased: { label: 'Patient: deceased' },
} as const satisfies Record<string, FieldSpec>
export type CsvField = keyof typeof csvFields
export const csvFieldNames = Object.keys(csvFields) as [CsvField, ...CsvField[]]

/** The fields that rows of a kind may have, as an editor shows them. */
export function csvFieldsOf(kind: RowKind): { name: CsvField; label: string; required: boolean }[] {
  return csvFieldNames.flatMap((name) => {
    const spec: FieldSpec = csvFields[name]
    if (spec.rows !== undefined && !spec.rows.includes(kind)) return []
    return [{ name, label: spec.label, required: spec.required?.includes(kind) ?? false }]
  })
}

/** The fields that make a patient's record, beside the id: a layout with none of them only refers to patients. */
export const patientFields: readonly CsvField[] = csvFieldNames.slice(csvFieldNames.indexOf('mrn'))

/** The fields that make a facility's record, beside the id. */
export const facilityFields: readonly CsvField[] = ['facilityName', 'facilityZone', 'facilityState', 'facilityPhone']
