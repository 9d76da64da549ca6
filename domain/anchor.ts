import type { AnchorName, AnchorValue } from './careEvent.ts'
import type { CareEventFacts } from './facts.ts'
import { dayMs, type Instant, minuteMs } from './instant.ts'
import { parseDate } from './time.ts'

/** A change of an appointment counts once it has been quiet for this long (Due time: updated). */
export const updatedSettlesAfter = 10 * minuteMs

/** How an anchor is called in a trail. */
export const anchorWords: Record<AnchorName, string> = {
  start: 'the appointment',
  created: 'the booking',
  updated: 'the change',
  dueDate: 'the due date',
  procedureDate: 'the procedure',
  diagnosisDate: 'the diagnosis',
}

/** The value that timing counts from; null when it is missing or unreadable: then there is no message, never "now". */
export function anchorOf(careEvent: CareEventFacts, anchor: AnchorName): AnchorValue | null {
  const value = rawAnchor(careEvent, anchor)
  if (value === null) return null
  const day = 'at' in value ? value.at / dayMs : parseDate(value.date)
  return day !== null && day >= firstReadable && day < lastReadable ? value : null
}

/** What lies outside 1900 to 2199 is some EHR's placeholder for "not known", such as 0001-01-01 or 9999-12-31. */
export const firstReadable = Date.UTC(1900, 0, 1) / dayMs
export const lastReadable = Date.UTC(2200, 0, 1) / dayMs

function rawAnchor(careEvent: CareEventFacts, anchor: AnchorName): AnchorValue | null {
  switch (anchor) {
    case 'created':
      return careEvent.createdAt === null ? null : { at: careEvent.createdAt }
    case 'updated':
      return careEvent.updatedAt === null ? null : { at: careEvent.updatedAt }
    default:
      return careEvent[anchor]
  }
}

/** Anchors that come into being with the EHR's message itself, unlike dates that were agreed with the patient. */
export function isRecordedAnchor(anchor: AnchorName): boolean {
  return anchor === 'created' || anchor === 'updated'
}

/** A diagnosis counts from its recorded date, else the encounter's, else its onset (Due time). */
export function diagnosisAnchor(dates: {
  recorded: AnchorValue | null
  encounter: AnchorValue | null
  onset: AnchorValue | null
}): AnchorValue | null {
  return dates.recorded ?? dates.encounter ?? dates.onset
}

/** `created` is the EHR's booking instant, else the first arrival; what a source loads as history has none. */
export function createdAnchor(booked: Instant | null, firstArrival: Instant, loadingHistory: boolean): Instant | null {
  return loadingHistory ? null : (booked ?? firstArrival)
}

/** What `updated` looks at; provider ids in any order. */
export interface UpdateRelevant {
  start: AnchorValue | null
  facilityId: string | null
  providerIds: readonly string[]
  appointmentTypeId: string | null
  status: string
}

/** Whether a change moves the `updated` anchor: only start, facility, provider, type and status do (Due time). */
export function countsAsUpdate(before: UpdateRelevant, after: UpdateRelevant): boolean {
  return fingerprint(before) !== fingerprint(after)
}

function fingerprint(facts: UpdateRelevant): string {
  const start = facts.start === null ? null : 'at' in facts.start ? facts.start.at : facts.start.date
  return JSON.stringify([start, facts.facilityId, [...facts.providerIds].sort(), facts.appointmentTypeId, facts.status])
}
