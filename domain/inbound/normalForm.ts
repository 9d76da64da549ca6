import type { TextChannel } from '../action.ts'
import type { AnchorValue, CareEventKind, CareEventStatus, Code } from '../careEvent.ts'
import type { Instant, LocalDate, Zone } from '../instant.ts'

/** Order of versions is `lastUpdated`; `versionId` says only whether two are the same (it has no order). */
export interface SourceVersion {
  lastUpdated: Instant | null
  versionId: string | null
}

/** Points at a record of the same source; what it says about it fills a stub until the record itself arrives. */
export interface RecordReference {
  externalId: string
  /** The bare value when the source gave an identifier (an MRN) and no id: the record may be known by it. */
  identifier: string | null
  display: string | null
}

export interface InboundContactPoint {
  /** E.164 or an e-mail address in lower case. */
  address: string
  /** What it can be used for; an office or home landline takes calls only. */
  channels: readonly TextChannel[]
  use: string | null
  /** 1 is preferred; positions are filled in where the source ranks nothing. */
  rank: number
}

export interface InboundContact {
  /** The source's relationship codes, e.g. `GUARD`, `MTH`, `N`. */
  relationships: readonly string[]
  /** Answers for the patient: may get a minor's messages. */
  guardian: boolean
  firstName: string | null
  lastName: string | null
  contactPoints: readonly InboundContactPoint[]
}

/** Somebody who answers for a patient and has a record of their own (RelatedPerson). */
export interface RelatedContactContent extends InboundContact {
  patient: RecordReference
  language: string | null
  active: boolean
}

export interface PostalAddress {
  lines: readonly string[]
  city: string | null
  /** Two capital letters where the state is known by them, else as given. */
  state: string | null
  postalCode: string | null
  /** ISO 3166, two capital letters. */
  country: string | null
}

export interface PatientContent {
  mrn: string | null
  firstName: string | null
  lastName: string | null
  preferredName: string | null
  birthDate: LocalDate | null
  /** Where it says no day of birth: the month (`2015-06`) or the year (`2015`). */
  bornIn: string | null
  /** BCP 47. */
  language: string | null
  zone: Zone | null
  address: PostalAddress | null
  active: boolean
  deceased: boolean
  contactPoints: readonly InboundContactPoint[]
  contacts: readonly InboundContact[]
  /** This record was retired in favour of that one. */
  mergedInto: RecordReference | null
  /** Those records were retired in favour of this one. */
  replaces: readonly RecordReference[]
}

export interface FacilityContent {
  name: string | null
  zone: Zone | null
  state: string | null
  phone: string | null
  address: PostalAddress | null
  active: boolean
}

export interface ProviderContent {
  name: string | null
  active: boolean
  /** Of a role: the person who holds it; care events that name the role mean that person. */
  practitioner: RecordReference | null
}

export interface AppointmentTypeContent {
  name: string | null
  active: boolean
}

/**
 * The booking instant, or only its day: then the first arrival says more, if it is that day. `byMessage`:
 * when the message that books it was written; one that only repeats it was written later, and says nothing new by that.
 */
export type Created = { at: Instant; byMessage?: true } | { date: LocalDate }

/** A day or an instant; `byMessage`: only when the message that tells of it was written, which is no news in a repeat. */
type Dated = AnchorValue | { at: Instant; byMessage: true }

/** A visit as it took place: no care event, but where, with whom and when its procedures and diagnoses were. */
export interface EncounterContent {
  facility: RecordReference | null
  providers: readonly RecordReference[]
  start: AnchorValue | null
  /** External ids of care events that it names as its own. */
  careEvents: readonly { careEventKind: 'procedure' | 'diagnosis'; externalId: string }[]
  /** Diagnoses and procedures that it holds itself, and that come and go with it. */
  contained: readonly { externalId: string; content: CareEventContent }[]
}

/** Begins the external ids of what an encounter holds itself. */
export function containedIdPrefix(encounterId: string): string {
  return `Encounter/${encounterId}#`
}

/** As it is written, with what the sender calls it. */
export interface InboundCode extends Code {
  name: string | null
}

export interface CareEventContent {
  careEventKind: CareEventKind
  status: CareEventStatus
  patient: RecordReference
  facility: RecordReference | null
  providers: readonly RecordReference[]
  appointmentType: RecordReference | null
  /** The visit it belongs to, which says what the record itself leaves open. */
  encounter: RecordReference | null
  start: AnchorValue | null
  end: Instant | null
  durationMinutes: number | null
  created: Created | null
  dueDate: AnchorValue | null
  procedureDate: AnchorValue | null
  /** When it was recorded: without that the encounter counts, else the onset. */
  diagnosisDate: Dated | null
  onset: AnchorValue | null
  codes: readonly InboundCode[]
  instructions: string | null
  videoLink: string | null
  /** Recalls only. */
  origin: 'recall' | 'referral' | null
  referredBy: string | null
}

/** Whether it says only when the message was written. */
export function isByMessage(value: Created | Dated | null): boolean {
  return value !== null && 'byMessage' in value && value.byMessage === true
}

/** What of a care event is news when it differs. */
export function newsOf(content: CareEventContent): CareEventContent {
  const { created, diagnosisDate } = content
  return {
    ...content,
    created: isByMessage(created) ? null : created,
    diagnosisDate: isByMessage(diagnosisDate) ? null : diagnosisDate,
  }
}

/** A care event of which nothing is said but whose it is, and how it stands: readers add what they know. */
export function bareCareEvent(
  careEventKind: CareEventKind,
  status: CareEventStatus,
  patient: RecordReference,
): CareEventContent {
  return {
    careEventKind,
    status,
    patient,
    facility: null,
    providers: [],
    appointmentType: null,
    encounter: null,
    start: null,
    end: null,
    durationMinutes: null,
    created: null,
    dueDate: null,
    procedureDate: null,
    diagnosisDate: null,
    onset: null,
    codes: [],
    instructions: null,
    videoLink: null,
    origin: null,
    referredBy: null,
  }
}

/**
 * An Appointment that only asks for one is a recall; when it is booked, the same record is an appointment. The two are
 * told apart by their ids, and each gives way to the newer.
 */
export function proposalId(appointmentId: string): string {
  return `Appointment/${appointmentId}`
}

interface Identity {
  externalId: string
  sourceVersion: SourceVersion
}
/**
 * A record as the source has it now, or its tombstone. `unwanted`: the source still has it, but by its settings it is
 * nothing of ours (any more): what is known of it goes, and what is not known leaves no trace.
 */
type Versioned<Content> = ({ deleted: false; content: Content } | { deleted: true; content: null; unwanted?: true }) &
  Identity

/** What every wire format becomes: one record of one source. */
export type InboundRecord =
  /** `partial`: what it leaves empty it does not know; of somebody who is known that stays. */
  | ({ kind: 'patient'; partial?: true } & Versioned<PatientContent>)
  | ({ kind: 'patientContact' } & Versioned<RelatedContactContent>)
  | ({ kind: 'encounter' } & Versioned<EncounterContent>)
  | ({ kind: 'facility' } & Versioned<FacilityContent>)
  | ({ kind: 'provider' } & Versioned<ProviderContent>)
  | ({ kind: 'appointmentType' } & Versioned<AppointmentTypeContent>)
  | ({ kind: 'careEvent'; careEventKind: CareEventKind } & Versioned<CareEventContent>)
export type InboundKind = InboundRecord['kind']

/** Practice resources and patients first, so that what refers to them finds them; otherwise the order of the message. */
export const inboundKindOrder: Record<InboundKind, number> = {
  facility: 0,
  provider: 1,
  appointmentType: 2,
  patient: 3,
  patientContact: 4,
  encounter: 5,
  careEvent: 6,
}
