import { type Instant, minuteMs } from './instant.ts'

/** A workflow that has not moved on this long after its wake time is lost, or the whole engine is behind. */
export const overdueAfterMs = 2 * minuteMs

/**
 * Whether the workflow of a care event must be signalled after its plan changed: only when it would wake too late for
 * the new first step, or is not there at all. A later or empty plan is found when it wakes.
 *
 * @param wakeAt what its workflow sleeps until; null when it has none
 * @param first when the first step of the new plan is due; null when nothing is to come
 */
export function mustSignal(wakeAt: Instant | null, first: Instant | null, now: Instant): boolean {
  if (wakeAt === null) return first !== null
  return isOverdue(wakeAt, now) || (first !== null && first < wakeAt)
}

export function isOverdue(wakeAt: Instant, now: Instant): boolean {
  return wakeAt < now - overdueAfterMs
}
