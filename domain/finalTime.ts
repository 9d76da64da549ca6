import { earlierTime } from './earlier.ts'
import { hourMs, type Instant, minuteMs, type Zone } from './instant.ts'
import type { ReasonCode } from './reasons.ts'
import { blockedBy, type Move, nextAllowed, type Rule } from './rules.ts'

export interface TimeQuestion {
  rules: readonly Rule[]
  /** The zone of the recipient's days and wall times. */
  zone: Zone
  direction: 'before' | 'after'
  ifBlocked: 'moveEarlier' | 'skip'
  dueAt: Instant
  endsAt: Instant
  leadMs: number
  maxLatenessMinutes: number
  now: Instant
  /**
   * The due time has passed for a good reason (recorded late, moved after sending): the first allowed instant from here
   * on, without moving earlier.
   */
  asSoonAs?: Instant
  /** A correction of a date that the recipient was told is never too late, as long as the date lies ahead. */
  neverTooLate?: boolean
}

export type TimeAnswer = {
  /** What each rule did on the way. */
  moves: readonly Move[]
} & (
  | { outcome: 'at'; finalAt: Instant; sendAt: Instant; how: 'asDue' | 'later' | 'earlier' | 'firstAllowed' }
  | { outcome: 'skip'; reason: ReasonCode; blockedBy: Rule | null }
)

/** An "after" message moves at most this far from its due time (Blocked, 1). */
const maxAfterMs = 72 * hourMs

const blockedReasons = {
  quietHours: 'blockedQuietHours',
  sundays: 'blockedSundays',
  holidays: 'blockedHolidays',
  recentEdit: 'blockedRecentEdit',
  dailyCap: 'dailyCap',
} as const satisfies Record<Rule['name'], ReasonCode>

/** When a message goes out: the due time, moved by the rules (Blocked) and judged against `now` (Late). */
export function finalTime(question: TimeQuestion): TimeAnswer {
  const { rules, direction, dueAt, endsAt, leadMs, now } = question
  const before = direction === 'before'
  if (before && now >= endsAt) return { outcome: 'skip', reason: 'anchorPassed', blockedBy: null, moves: [] }

  const from = question.asSoonAs ?? dueAt
  const lastInstant = before ? endsAt - 1 : from + maxAfterMs
  const moves: Move[] = []
  const next = nextAllowed(rules, from, lastInstant, moves)
  const blocker = before && from >= endsAt ? null : widestBlocker(rules, from)
  const blocked: TimeAnswer = {
    outcome: 'skip',
    reason: blocker ? blockedReasons[blocker.name] : 'blockedTimeOfDay',
    blockedBy: blocker,
    moves,
  }
  if (question.asSoonAs !== undefined) return next === null ? blocked : judge(question, next, 'firstAllowed', moves)
  if (next === dueAt) return judge(question, dueAt, 'asDue', moves)
  if (!before) return next === null ? blocked : judge(question, next, 'later', moves)

  const isNear = (time: Instant | null) => time !== null && time - dueAt <= leadMs / 2
  if (next !== null && isNear(next)) return judge(question, next, 'later', moves)
  // What only a recent edit or a cap keeps from going out in time is postponed, never sent earlier.
  const lasting = rules.filter((rule) => rule.name !== 'recentEdit' && rule.name !== 'dailyCap')
  const mayMoveEarlier = question.ifBlocked === 'moveEarlier' && !isNear(nextAllowed(lasting, dueAt, lastInstant))
  if (mayMoveEarlier) {
    const earlier = earlierAnswer(question, lasting, moves)
    if (earlier) return earlier
  }
  return next === null ? blocked : judge(question, next, 'later', moves)
}

/** The earlier time, when it exists and `now` is not more than the accepted lateness past it. */
function earlierAnswer(question: TimeQuestion, lasting: readonly Rule[], moves: readonly Move[]): TimeAnswer | null {
  const { rules, zone, dueAt, endsAt, now } = question
  const before = Math.min(dueAt, endsAt)
  const earlier = earlierTime({ rules: lasting, zone, dueAt, before, notBefore: now - latenessMs(question) })
  const finalAt = earlier === null ? null : nextAllowed(rules, earlier, before - 1)
  if (finalAt === null) return null
  const answer = judge(question, finalAt, 'earlier', moves)
  return answer.outcome === 'at' ? answer : null
}

/**
 * Lateness counts from the final time (Late): what `now` is past it by more is too late. A late `now` inside a blocked
 * window moves on like any other and is judged against the same limit.
 */
function judge(
  question: TimeQuestion,
  finalAt: Instant,
  how: 'asDue' | 'later' | 'earlier' | 'firstAllowed',
  moves: readonly Move[],
): TimeAnswer {
  const { rules, direction, endsAt, now } = question
  if (now <= finalAt) return { outcome: 'at', finalAt, sendAt: finalAt, how, moves }
  // Waking takes a moment, which changes nothing.
  if (now - finalAt < minuteMs && blockedBy(rules, now) === null)
    return { outcome: 'at', finalAt, sendAt: finalAt, how, moves }
  const lateBy = latenessMs(question)
  const tooLate: TimeAnswer = { outcome: 'skip', reason: 'tooLate', blockedBy: null, moves }
  if (now - finalAt > lateBy) return tooLate
  const further: Move[] = [...moves]
  const sendAt = nextAllowed(rules, now, direction === 'before' ? endsAt - 1 : finalAt + lateBy, further)
  if (sendAt === null) {
    if (direction === 'after') return { ...tooLate, moves: further }
    const blocker = widestBlocker(rules, now)
    const reason = blocker ? blockedReasons[blocker.name] : 'anchorPassed'
    return { outcome: 'skip', reason, blockedBy: blocker, moves: further }
  }
  return sendAt - finalAt > lateBy
    ? { ...tooLate, moves: further }
    : { outcome: 'at', finalAt, sendAt, how, moves: further }
}

/** Waking takes a moment: with a limit of 0, what is sent within a minute of its time is still in time. */
function latenessMs(question: TimeQuestion): number {
  if (question.neverTooLate) return Number.POSITIVE_INFINITY
  return Math.max(1, question.maxLatenessMinutes) * minuteMs
}

/** Of the rules that block an instant, the one that blocks it longest: the one to name as the reason. */
function widestBlocker(rules: readonly Rule[], at: Instant): Rule | null {
  let widest: Rule | null = null
  let until = at
  for (const rule of rules) {
    const allowed = rule.nextAllowed(at)
    if (allowed <= until) continue
    widest = rule
    until = allowed
  }
  return widest ?? blockedBy(rules, at)?.rule ?? null
}
