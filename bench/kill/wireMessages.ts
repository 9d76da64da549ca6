import type { Instant } from '../../domain/instant.ts'
import { appointment, quill } from '../../test/support/practice.ts'

/** Who is told: each visit has a patient of its own, so that no two texts are the same. */
export interface Whom {
  patientId: string
  firstName: string
  phone: string
}

/** How a visit stands by one message of its EHR. */
export interface State {
  status: 'booked' | 'cancelled'
  start: Instant
}

/** When the EHR says it: its order among the messages of the visit. */
export interface Version {
  number: number
  at: Instant
}

export function fhirPatient({ patientId, firstName, phone }: Whom, { at }: Version): string {
  const telecom = [{ system: 'phone', use: 'mobile', value: phone }]
  const name = [{ family: 'Quill', given: [firstName] }]
  return JSON.stringify({ ...quill, id: patientId, name, telecom, meta: { lastUpdated: new Date(at).toISOString() } })
}

export function fhirVisit(visitId: string, { patientId }: Whom, { status, start }: State, { at }: Version): string {
  const meta = { lastUpdated: new Date(at).toISOString() }
  return JSON.stringify({ ...appointment(visitId, start, { status, patient: patientId }), meta })
}

export function hl7Patient(whom: Whom, version: Version): string {
  return hl7('ADT^A04', `${whom.patientId}-${version.number}`, version.at, pid(whom))
}

export function hl7Visit(visitId: string, whom: Whom, { status, start }: State, version: Version): string {
  const event = status === 'cancelled' ? 'S15' : version.number === 1 ? 'S12' : 'S13'
  return hl7(
    `SIU^${event}`,
    `${visitId}-${version.number}`,
    version.at,
    `SCH||${visitId}||||||NEW^New patient`,
    pid(whom),
    `AIS|1||SVC|${stamp(start).slice(0, 14)}+0000|||30|MIN`,
    'AIL|1||R^^^main',
  )
}

function pid({ patientId, firstName, phone }: Whom): string {
  return `PID|1||${patientId}^^^^MR||Quill^${firstName}||19800203|||||||${phone}^PRN^CP`
}

function hl7(type: string, control: string, at: Instant, ...segments: string[]): string {
  return [`MSH|^~\\&|EHR|Clinic|CA|Practice|${stamp(at)}+0000||${type}|${control}|P|2.5`, ...segments].join('\r')
}

/** `20261109143000.123` */
const stamp = (at: Instant) => new Date(at).toISOString().replaceAll(/[-:TZ]/g, '')
