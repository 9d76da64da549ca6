import { Context } from '@temporalio/activity'
import type { Clock, Instant } from '../domain/instant.ts'

/**
 * The instant an activity acts at: never before it was scheduled, so that a workflow in virtual time, or a server whose
 * clock is ahead of ours, does not wake to find itself early.
 */
export function activityNow(clock: Clock): Instant {
  return Math.max(clock(), Context.current().info.currentAttemptScheduledTimestampMs)
}
