import { type Instant, minuteMs } from './instant.ts'
import type { RefusalKind } from './providerErrors.ts'

const delaysMs = [5_000, 20_000, minuteMs, 2 * minuteMs, 5 * minuteMs]

/**
 * How long to wait (ms) after a refusal that may pass, counted in a row: twice within 30 s, then ever longer up to five
 * minutes (Sending: the send protocol, call). A provider that names its own time is obeyed when that is longer.
 */
export function retryDelayMs(refusals: number, retryAfterMs: number | null = null): number {
  const own = delaysMs[Math.min(Math.max(refusals, 1), delaysMs.length) - 1] as number
  return Math.max(own, retryAfterMs ?? 0)
}

const carrierPauseMs = 15 * minuteMs
const carrierTries = 3

/**
 * How long to wait (ms) before a message that the provider took, and that failed then, goes out again; null: never. A
 * number or consent that is out leaves it to the next channel at once, a carrier's trouble may pass.
 */
export function retryAfterFailureMs(failure: RefusalKind, attemptNumber: number): number | null {
  if (failure === 'permanent' || failure === 'optOut') return 0
  return failure === 'later' && attemptNumber < carrierTries ? carrierPauseMs : null
}

/** A provider may list a message only some time after it took it: before that, "absent" says nothing. */
export const absenceCountsAfterMs = 5 * minuteMs
const emptyAnswersNeeded = 2
/** About a day of asking; then it is an operator's. */
const checksAtMost = 40

export interface UnknownAttempt {
  attemptedAt: Instant
  /** Answers so far that were empty and old enough to count. */
  emptyAnswers: number
  checks: number
}

export type ReconcileVerdict =
  | { verdict: 'absent' }
  | { verdict: 'askAgain'; at: Instant; emptyAnswers: number }
  /** It stays unknown until its callback comes or a person settles it. */
  | { verdict: 'giveUp' }

/** When to ask first about an attempt whose outcome is not known. */
export function firstReconcileAt(attemptedAt: Instant, certain: boolean): Instant {
  return certain ? attemptedAt : attemptedAt + minuteMs
}

/**
 * What an answer without a message means (Sending: reconcile): surely absent after two empty answers at least five
 * minutes after the call, or at once from a store that can't be behind (`certain`, the simulated channels).
 */
export function weighAbsence(
  attempt: UnknownAttempt,
  answer: 'absent' | 'undecidable',
  certain: boolean,
  now: Instant,
): ReconcileVerdict {
  const oldEnough = certain || now - attempt.attemptedAt >= absenceCountsAfterMs
  const emptyAnswers = attempt.emptyAnswers + (answer === 'absent' && oldEnough ? 1 : 0)
  if (emptyAnswers >= (certain ? 1 : emptyAnswersNeeded)) return { verdict: 'absent' }
  if (attempt.checks + 1 >= checksAtMost) return { verdict: 'giveUp' }
  const countsFrom = attempt.attemptedAt + absenceCountsAfterMs
  const at = now < countsFrom ? countsFrom : now + Math.min(minuteMs * 2 ** Math.min(attempt.checks, 5), 30 * minuteMs)
  return { verdict: 'askAgain', at, emptyAnswers }
}
