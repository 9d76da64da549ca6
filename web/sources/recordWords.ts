import type { AnchorValue } from '../../domain/careEvent.ts'
import type {
  CareEventContent,
  FacilityContent,
  InboundRecord,
  PatientContent,
  RecordReference,
} from '../../domain/inbound/normalForm.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { writtenBirth, writtenLocalDate, writtenOut } from '../words/time.ts'
import { codeSystemWords, kindWords, statusWord } from '../words/types.ts'

export interface Fact {
  name: string
  value: string
}
/** Who looks at it, and when: instants are written out in the practice's zone. */
export interface Reader {
  zone: Zone
  now: Instant
}

const recordWords: Record<InboundRecord['kind'], string> = {
  patient: 'Patient',
  patientContact: 'Somebody who answers for a patient',
  encounter: 'Visit, for its procedures and diagnoses',
  facility: 'Facility',
  provider: 'Provider',
  appointmentType: 'Appointment type',
  careEvent: 'Care event',
}

/** What a record is, with the id its source knows it by. */
export function recordTitle(record: InboundRecord): string {
  const word = record.kind === 'careEvent' ? kindWords[record.careEventKind] : recordWords[record.kind]
  return `${word} ${record.externalId}`
}

/** What a record would say, as far as it says anything. */
export function recordFacts(record: InboundRecord, reader: Reader): Fact[] {
  if (record.deleted) {
    const gone = record.unwanted
      ? 'nothing: by the settings it is none of ours, and what is known of it goes'
      : 'deleted: it comes back only by something newer'
    return [{ name: 'Becomes', value: gone }, ...versionFacts(record, reader)]
  }
  return [...contentFacts(record, reader), ...versionFacts(record, reader)]
}

function contentFacts(record: Extract<InboundRecord, { deleted: false }>, reader: Reader): Fact[] {
  if (record.kind === 'careEvent') return careEventFacts(record.content, reader)
  if (record.kind === 'patient') return patientFacts(record.content)
  if (record.kind === 'facility') return facilityFacts(record.content)
  if (record.kind === 'patientContact') {
    const { firstName, lastName, patient, guardian, relationships, contactPoints } = record.content
    return facts([
      ['Name', nameOf(firstName, lastName)],
      ['Of', said(patient)],
      ['Guardian', guardian ? 'yes' : null],
      ['Relationship', relationships.join(', ')],
      ['Reached at', contactPoints.map(({ address }) => address).join(', ')],
    ])
  }
  if (record.kind === 'encounter') {
    const { facility, providers, start, careEvents } = record.content
    return facts([
      ['Start', when(start, reader)],
      ['Facility', said(facility)],
      ['Provider', providers.map(said).join(', ')],
      ['Its procedures and diagnoses', careEvents.map(({ externalId }) => externalId).join(', ')],
    ])
  }
  const { name, active } = record.content
  return facts([
    ['Name', name],
    ['In use', active ? 'yes' : 'no'],
  ])
}

function careEventFacts(content: CareEventContent, reader: Reader): Fact[] {
  const { created, start, durationMinutes } = content
  return facts([
    ['Status', statusWord(content.status)],
    ['Start', when(start, reader)],
    ['Lasts', durationMinutes === null ? null : `${durationMinutes} minutes`],
    ['Due', when(content.dueDate, reader)],
    ['Procedure date', when(content.procedureDate, reader)],
    ['Diagnosis date', when(content.diagnosisDate, reader)],
    ['Booked', when(created, reader)],
    ['Patient', said(content.patient)],
    ['Facility', said(content.facility)],
    ['Provider', content.providers.map(said).join(', ')],
    ['Appointment type', said(content.appointmentType)],
    ['Visit', said(content.encounter)],
    ['Codes', content.codes.map(({ system, code }) => `${codeSystemWords[system]} ${code}`).join(', ')],
    ['Origin', content.origin === 'referral' ? 'a referral' : null],
    ['Referred by', content.referredBy],
  ])
}

function patientFacts(content: PatientContent): Fact[] {
  const { contactPoints, contacts, mergedInto, replaces } = content
  return facts([
    ['Name', nameOf(content.firstName, content.lastName)],
    ['Called', content.preferredName],
    ['Medical record number', content.mrn],
    ['Born', writtenBirth(content)],
    ['Language', content.language],
    ['Reached at', contactPoints.map(({ address }) => address).join(', ')],
    ['Contacts', contacts.map(({ firstName, lastName }) => nameOf(firstName, lastName)).join(', ')],
    ['Deceased', content.deceased ? 'yes: nothing is sent' : null],
    ['In use', content.active ? null : 'no'],
    ['Merged into', said(mergedInto)],
    ['Replaces', replaces.map(said).join(', ')],
  ])
}

function facilityFacts({ name, zone, state, phone, address, active }: FacilityContent): Fact[] {
  return facts([
    ['Name', name],
    ['Time zone', zone],
    ['State', state],
    ['Phone', phone],
    ['Address', address && [...address.lines, address.city].join(', ')],
    ['In use', active ? 'yes' : 'no'],
  ])
}

function versionFacts({ sourceVersion: { lastUpdated } }: InboundRecord, { zone, now }: Reader): Fact[] {
  const value = lastUpdated === null ? 'the order of arrival' : writtenOut(lastUpdated, zone, now, 'tt')
  return [{ name: 'Counts from', value }]
}

function facts(pairs: readonly (readonly [name: string, value: string | null])[]): Fact[] {
  return pairs.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

function when(value: AnchorValue | null, { zone, now }: Reader): string | null {
  if (value === null) return null
  return 'at' in value ? writtenOut(value.at, zone, now) : writtenLocalDate(value.date)
}

/** A name with the id behind it, or the id alone. */
function said(reference: RecordReference | null): string {
  if (reference === null) return ''
  const { display, identifier, externalId } = reference
  const id = identifier ?? externalId
  return display === null || display === id ? id : `${display} (${id})`
}

function nameOf(first: string | null, last: string | null): string {
  return [first, last].filter((part) => part !== null).join(' ')
}
