import type { ActionDefinition, Category, TextChannel } from './action.ts'
import type { AnchorValue, CareEventKind, CareEventStatus, Code, Confirmation } from './careEvent.ts'
import type { Instant, LocalDate, LocalTime, Zone } from './instant.ts'
import type { OrganizationSettings } from './organization.ts'

/** Everything `plan` and `decide` know: plain data, read from the database in one go; ids, instants, codes, no ORM. */
export interface ResourceFacts {
  id: string
  name: string
  enabled: boolean
  sensitive: boolean
}
export interface FacilityFacts extends ResourceFacts {
  zone: Zone | null
  /** Two-letter state, for the holiday calendar. */
  state: string | null
}
export interface ProviderFacts extends ResourceFacts {
  staffMemberId: string | null
}

export interface ContactPointFacts {
  id: string
  channel: TextChannel
  /** E.164 or e-mail address. */
  address: string
  /** Lower is preferred. */
  rank: number
  invalidSince: Instant | null
}
/** The latest explicit entry for an address, channel and category; absence means presumed. */
export interface ConsentFacts {
  address: string
  channel: TextChannel
  category: Category
  state: 'granted' | 'denied'
}
export interface RecipientFacts {
  /** `patient`, or the staff member's id. */
  key: string
  kind: 'patient' | 'staff'
  zone: Zone | null
  /** Two-letter state of the postal address, when the zone itself is not known. */
  addressState: string | null
  language: string | null
  contactPoints: readonly ContactPointFacts[]
  consents: readonly ConsentFacts[]
  /** Staff only: working hours by weekday 1 (Monday) to 7; null means the organization's quiet hours apply. */
  ownHours: Readonly<Record<number, { from: LocalTime; to: LocalTime } | null>> | null
}
export interface PatientFacts extends RecipientFacts {
  key: 'patient'
  kind: 'patient'
  id: string
  active: boolean
  deceased: boolean
  muted: boolean
  birthDate: LocalDate | null
  /** Where no day of birth is known: its month (`2015-06`) or year (`2015`). */
  bornIn: string | null
  /** The guardian's, used while the patient is a minor; the patient's own are used where there are none. */
  guardianContactPoints?: readonly ContactPointFacts[]
}
export interface StaffFacts extends RecipientFacts {
  kind: 'staff'
  roles: readonly string[]
  facilityIds: readonly string[]
  active: boolean
  /** Somebody can sign in as them, which opens a secure message. */
  signsIn: boolean
}

export interface CareEventFacts {
  id: string
  kind: CareEventKind
  status: CareEventStatus
  confirmation: Confirmation
  deleted: boolean
  start: AnchorValue | null
  /** The EHR's booking instant; null for what a source loaded as history. */
  createdAt: Instant | null
  /** The last settled-or-not change of start, facility, provider, type or status; null when there was none. */
  updatedAt: Instant | null
  dueDate: AnchorValue | null
  procedureDate: AnchorValue | null
  diagnosisDate: AnchorValue | null
  /** When the current value of the main anchor (start, due, procedure or diagnosis date) became known here. */
  anchorKnownSince: Instant
  /** That value came with a source's first load: it is history, and what was due before it is nobody's to send. */
  loaded?: boolean
  codes: readonly Code[]
  facility: FacilityFacts | null
  providers: readonly ProviderFacts[]
  appointmentType: ResourceFacts | null
  /** Recalls: closed by this appointment. */
  fulfilledById: string | null
  patient: PatientFacts
}

export interface ActionFacts {
  id: string
  version: number
  definition: ActionDefinition
  /** Last change that the recentEdit rule counts (also of a template it uses). */
  editedAt: Instant
  activatedAt: Instant | null
  deleted: boolean
}

export interface ClosureFacts {
  /** null: the whole organization. */
  facilityId: string | null
  from: LocalDate
  to: LocalDate
  name: string
}
export interface OrganizationFacts extends Omit<OrganizationSettings, 'rawRetentionDays' | 'quarantineRetentionDays'> {
  id: string
  closures: readonly ClosureFacts[]
  staff: readonly StaffFacts[]
}

/** A delivery that exists already for this care event (or for the same patient's occurrence key). */
export interface DecidedDelivery {
  id: string
  actionId: string
  careEventId: string
  occurrenceKey: string
  recipient: string
  status: 'claimed' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'skipped' | 'unknown'
  reason: string | null
  /** Nothing more happens to it: neither resume, retry, reconcile nor fallback. */
  final: boolean
  /** Postponed, paced or retried: not before this. */
  notBefore: Instant | null
  dueAt: Instant | null
  sentAt: Instant | null
  /** An attempt was accepted (or may have been): the patient has or may have the text. */
  reachedProvider: boolean
  /** The delivery whose message says it too: this one calls nobody itself and shares that one's outcome. */
  mergedInto?: string | null
  /** Occurrence keys of the care events of its day that the message speaks for, its own included (Same day). */
  covers?: readonly string[] | null
}
/** Another care event of the same patient and facility, within two days: some of them are of the same local day. */
export interface SiblingFacts {
  careEvent: CareEventFacts
  decided: Decided
}
/** One planned message cancelled by hand. */
export interface Suppression {
  actionId: string
  recipient: string | null
}
/** An overdue recall that an admin asked to catch up with. */
export interface CatchUpFacts {
  actionId: string
  /** The occurrence that was overdue: a moved due date is another one. */
  occurrenceKey: string
  /** The facility's day before which it does not go out. */
  day: LocalDate
  askedAt: Instant
}
/** An outreach message that a patient got, or may have got: what the caps count. */
export interface OutreachSent {
  actionId: string
  occurrenceKey: string
  at: Instant
}
/** What was decided before: the ledger rows and hand-made cancellations that concern this care event. */
export interface Decided {
  deliveries: readonly DecidedDelivery[]
  suppressions: readonly Suppression[]
  /** To the patient, of any care event, in the last eight days; read when an outreach action may send. */
  outreach?: readonly OutreachSent[]
  /** Recalls only. */
  catchUps?: readonly CatchUpFacts[]
  /** Read when an action sends one message for a day (Same day); the care event itself is not among them. */
  siblings?: readonly SiblingFacts[]
  /** Messages to the same patient that spoke for several care events, whichever of them sent it. */
  spokenFor?: readonly DecidedDelivery[]
}
