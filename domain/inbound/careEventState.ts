import { countsAsUpdate, createdAnchor, updatedSettlesAfter } from '../anchor.ts'
import type { AnchorValue, CareEventKind, CareEventStatus, Confirmation } from '../careEvent.ts'
import type { Instant, Zone } from '../instant.ts'
import { endOfDay, parseDate } from '../time.ts'
import { type EncounterFacts, filledIn, type Unsaid, unsaidOf } from './encounter.ts'
import { type CareEventContent, type Created, isByMessage } from './normalForm.ts'

/** What a care event says, with its references resolved to our ids. */
export interface CareEventState {
  status: CareEventStatus
  deleted: boolean
  patientId: string
  facilityId: string | null
  providerIds: readonly string[]
  appointmentTypeId: string | null
  encounterId: string | null
  unsaid: Unsaid | null
  start: AnchorValue | null
  end: Instant | null
  previousStart: Instant | null
  dueDate: AnchorValue | null
  procedureDate: AnchorValue | null
  diagnosisDate: AnchorValue | null
  createdAt: Instant | null
  updatedAt: Instant | null
  anchorKnownSince: Instant
  /** The anchor's value came with a source's first load. */
  loaded: boolean
  firstSeenAt: Instant
  confirmation: Confirmation
  origin: 'recall' | 'referral' | null
  referredBy: string | null
  durationMinutes: number | null
  instructions: string | null
  videoLink: string | null
}
export interface ResolvedReferences {
  patientId: string
  facilityId: string | null
  providerIds: readonly string[]
  appointmentTypeId: string | null
  encounter: EncounterFacts | null
}
export interface Arrival {
  now: Instant
  /** The source is in its first sync: what it says is history. */
  loading: boolean
  /** The organization's. */
  zone: Zone
}

const calledOff: readonly CareEventStatus[] = ['cancelled', 'enteredInError', 'notDone', 'refuted']

/** Statuses after which only a newer version brings a care event back. */
export function isCalledOff(status: CareEventStatus): boolean {
  return calledOff.includes(status)
}

/**
 * The care event after a version that is not older has arrived (Inbound: order and identity). A confirmation survives
 * everything but a moved start; `updated` moves only with start, facility, provider, type or status.
 */
export function nextCareEventState(
  stored: CareEventState | null,
  content: CareEventContent,
  resolved: ResolvedReferences,
  arrival: Arrival,
): CareEventState {
  const { encounter, ...references } = resolved
  const said =
    stored && saysNothingOfTheVisit(content)
      ? visitOf(stored)
      : { ...references, start: content.start, end: content.end }
  const unsaid = unsaidOf(content)
  const { procedureDate } = content
  const diagnosisDate = diagnosedAt(stored, content.diagnosisDate, arrival)
  const next: CareEventState = {
    ...said,
    ...filledIn(content.careEventKind, { ...said, procedureDate, diagnosisDate }, unsaid, encounter),
    patientId: resolved.patientId,
    encounterId: encounter?.id ?? null,
    unsaid,
    status: content.status,
    deleted: false,
    dueDate: content.dueDate,
    previousStart: stored?.previousStart ?? null,
    createdAt: createdAt(stored, content.created, arrival),
    updatedAt: stored?.updatedAt ?? null,
    anchorKnownSince: stored?.anchorKnownSince ?? arrival.now,
    loaded: stored?.loaded ?? arrival.loading,
    firstSeenAt: stored?.firstSeenAt ?? arrival.now,
    confirmation: stored?.confirmation ?? 'none',
    origin: content.origin,
    referredBy: content.referredBy,
    durationMinutes: content.durationMinutes,
    instructions: content.instructions,
    videoLink: content.videoLink,
  }
  if (stored === null) return next
  if (!sameAnchor(stored.start, next.start)) {
    next.confirmation = 'none'
    next.previousStart = startKnownBefore(stored, arrival.now)
  }
  noteAnchor(content.careEventKind, stored, next, arrival)
  if (!arrival.loading && (stored.deleted || countsAsUpdate(stored, next))) next.updatedAt = arrival.now
  return next
}

/** The care event after its encounter has arrived or changed; null: there is none (any more). */
export function stateWithEncounter(
  kind: CareEventKind,
  stored: CareEventState,
  encounter: EncounterFacts | null,
  arrival: Arrival,
): CareEventState {
  const next = { ...stored, encounterId: encounter?.id ?? null, ...filledIn(kind, stored, stored.unsaid, encounter) }
  noteAnchor(kind, stored, next, arrival)
  return next
}

/** Another value of what its kind counts from is known from now on. */
function noteAnchor(kind: CareEventKind, stored: CareEventState, next: CareEventState, arrival: Arrival): void {
  if (sameAnchor(stored[mainAnchor[kind]], next[mainAnchor[kind]])) return
  next.anchorKnownSince = arrival.now
  next.loaded = arrival.loading
}

/** The care event after the source has deleted it: it keeps what it said. */
export function deletedCareEventState(stored: CareEventState): CareEventState {
  return { ...stored, deleted: true }
}

const mainAnchor = {
  appointment: 'start',
  recall: 'dueDate',
  procedure: 'procedureDate',
  diagnosis: 'diagnosisDate',
} as const satisfies Record<CareEventKind, keyof CareEventState>

/** A cancel often comes without the visit that it cancels: then the visit stays as it was known. */
function saysNothingOfTheVisit(content: CareEventContent): boolean {
  const ended = isCalledOff(content.status) || content.status === 'noShow'
  return content.careEventKind === 'appointment' && ended && content.start === null
}

function visitOf({ start, end, facilityId, providerIds, appointmentTypeId }: CareEventState) {
  return { start, end, facilityId, providerIds, appointmentTypeId }
}

/** The start that readers know: of moves that follow one another within minutes, the one before the first of them. */
function startKnownBefore({ start, previousStart, anchorKnownSince }: CareEventState, now: Instant): Instant | null {
  if (previousStart !== null && now - anchorKnownSince < updatedSettlesAfter) return previousStart
  return start !== null && 'at' in start ? start.at : previousStart
}

function sameAnchor(a: AnchorValue | null, b: AnchorValue | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The EHR's booking instant may come later than the booking; what was loaded as history never gets one. */
function createdAt(
  stored: CareEventState | null,
  created: Created | null,
  { now, loading, zone }: Arrival,
): Instant | null {
  if (stored !== null) {
    const corrected =
      created !== null && 'at' in created && !isByMessage(created) && stored.createdAt !== null && !loading
    return corrected ? Math.min(created.at, stored.firstSeenAt) : stored.createdAt
  }
  return createdAnchor(created === null ? null : Math.min(bookedAt(created, zone), now), now, loading)
}

/** A diagnosis that says no day counts from the message that first told of it; as history, from none. */
function diagnosedAt(
  stored: CareEventState | null,
  said: CareEventContent['diagnosisDate'],
  { loading }: Arrival,
): AnchorValue | null {
  if (said === null || !('at' in said) || !isByMessage(said)) return said
  if (stored !== null) return stored.diagnosisDate
  return loading ? null : { at: said.at }
}

/** Of a day without a time: its end, so that the first arrival counts when it is that day. */
function bookedAt(created: Created, zone: Zone): Instant {
  if ('at' in created) return created.at
  const day = parseDate(created.date)
  return day === null ? Number.POSITIVE_INFINITY : endOfDay(zone, day) - 1
}
