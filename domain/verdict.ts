import type { Instant } from './instant.ts'
import type { ReasonCode } from './reasons.ts'

/** One row of "why": what a filter or rule wanted, what it saw, what it did; `at` when it set or moved the time. */
export interface TrailEntry {
  check: string
  wanted?: string
  saw: string
  result: 'passed' | 'failed' | 'moved' | 'skipped' | 'noted'
  at?: Instant
}

export type VerdictKind = 'planned' | 'notMatching' | 'skipped' | 'done' | 'postponed'

/** What `plan` says of one action and recipient; `recipient` is null when the action does not match at all. */
export interface Verdict {
  actionId: string
  recipient: string | null
  verdict: VerdictKind
  occurrenceKey: string | null
  dueAt: Instant | null
  /**
   * When the workflow must wake for it: the final time, also of a skip that is recorded in its time; or `notBefore` of a
   * postponed or unfinished delivery.
   */
  sendAt: Instant | null
  reason: ReasonCode | null
  /** The delivery that exists for this occurrence, when there is one. */
  deliveryId: string | null
  trail: readonly TrailEntry[]
  /** Of an action that sends one message for a day. */
  sameDay?: SameDay
}

/** Whom a message of the day speaks for (Same day). */
export interface SameDay {
  /** The care events of the day that the action is about, earliest first, this one among them. */
  careEventIds: readonly string[]
  /** Their occurrence keys, for the delivery to say whom it spoke for. */
  covers: readonly string[]
  /** Another care event of the day says it: which one. Null: this one does. */
  leader: string | null
  /** The message that says it, once there is one. */
  mergedInto: string | null
}

/** Verdicts that still have a step come first, soonest first. */
export type Verdicts = readonly Verdict[]

export type Decision =
  | { outcome: 'send'; verdict: Verdict }
  | { outcome: 'postpone'; until: Instant; verdict: Verdict }
  | { outcome: 'skip'; reason: ReasonCode; final: boolean; verdict: Verdict }
