import { typeTraits } from './action.ts'
import { isRecordedAnchor } from './anchor.ts'
import type { ActionFacts, CareEventFacts } from './facts.ts'
import { dayMs, type Instant, minuteMs, type Zone } from './instant.ts'
import { addDays } from './time.ts'

/** Days that a care event may be recorded after its message was due: the action's own, else the type's default. */
export function acceptLateDaysOf(action: ActionFacts): number {
  return action.definition.timing.acceptLateDays ?? typeTraits[action.definition.type].acceptLateDays
}

/**
 * Late: a care event that arrives after the due time. Bookings and changes are no such arrivals: they begin with the
 * EHR's message, which always takes a moment; for them ordinary lateness is judged, with the days added to its limit.
 * What a source loads as history was known to somebody in time, whoever was to send then: no days are granted.
 */
export function lateArrival(
  action: ActionFacts,
  careEvent: CareEventFacts,
  dueAt: Instant,
  facilityZone: Zone,
): { known: Instant; accepted: boolean } | null {
  const known = careEvent.anchorKnownSince
  if (isRecordedAnchor(action.definition.timing.anchor) || known <= dueAt) return null
  const days = careEvent.loaded ? 0 : acceptLateDaysOf(action)
  return { known, accepted: days > 0 && known <= addDays(facilityZone, dueAt, days) }
}

/** The lateness that an action accepts, in minutes, counted from the final time. */
export function acceptedLateness(action: ActionFacts): number {
  const { anchor, maxLatenessMinutes } = action.definition.timing
  if (!isRecordedAnchor(anchor)) return maxLatenessMinutes
  return Math.max(maxLatenessMinutes, (acceptLateDaysOf(action) * dayMs) / minuteMs)
}
