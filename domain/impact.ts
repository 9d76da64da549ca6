import type { Instant } from './instant.ts'
import type { ReasonCode } from './reasons.ts'
import type { Verdicts } from './verdict.ts'

/**
 * What an edit does to a message. `stay`, `move`, `dropped` and `lost` were waiting, `added` was not; `goNow` goes out at
 * once, whether it was waiting or not. `lost`: its new time has passed, or the rules leave none.
 */
export const outcomes = ['stay', 'move', 'added', 'dropped', 'goNow', 'lost'] as const
export type Outcome = (typeof outcomes)[number]

/** A message that is to come: planned, and not yet claimed. */
export interface WaitingMessage {
  actionId: string
  recipient: string
  sendAt: Instant
}

export interface Change {
  outcome: Outcome
  careEventId: string
  patientId: string
  actionId: string
  recipient: string
  /** null: it was not waiting. */
  before: Instant | null
  /** null: it no longer is. */
  after: Instant | null
  /** Why it no longer is. */
  reason: ReasonCode | null
}

const timeReasons: ReadonlySet<ReasonCode | null> = new Set<ReasonCode | null>([
  'beforeActivation',
  'recordedTooLate',
  'tooLate',
  'anchorPassed',
  'blockedQuietHours',
  'blockedSundays',
  'blockedHolidays',
  'blockedRecentEdit',
  'blockedTimeOfDay',
])

/** What becomes of the messages of one care event: those that wait, and those that the plan after the edit has. */
export function changesOf(
  { careEventId, patientId }: { careEventId: string; patientId: string },
  waiting: readonly WaitingMessage[],
  planned: readonly WaitingMessage[],
  verdicts: Verdicts,
  now: Instant,
): Change[] {
  const keyOf = ({ actionId, recipient }: WaitingMessage) => `${actionId}/${recipient}`
  const after = new Map(planned.map((message) => [keyOf(message), message]))
  const change = (message: WaitingMessage, was: Instant | null, is: Instant | null): Change => {
    const { actionId, recipient } = message
    const reason = is === null ? reasonOf(verdicts, message) : null
    return {
      careEventId,
      patientId,
      actionId,
      recipient,
      before: was,
      after: is,
      reason,
      outcome: outcomeOf(was, is, reason, now),
    }
  }
  const known = new Set(waiting.map(keyOf))
  return [
    ...waiting.map((message) => change(message, message.sendAt, after.get(keyOf(message))?.sendAt ?? null)),
    ...planned.filter((message) => !known.has(keyOf(message))).map((message) => change(message, null, message.sendAt)),
  ]
}

function outcomeOf(was: Instant | null, is: Instant | null, reason: ReasonCode | null, now: Instant): Outcome {
  if (is === null) return timeReasons.has(reason) ? 'lost' : 'dropped'
  if (is === was) return 'stay'
  // What is due already goes out at once, whatever its time was: that is no news if it was due before as well.
  if (is <= now) return was !== null && was <= now ? 'stay' : 'goNow'
  return was === null ? 'added' : 'move'
}

/** Of the recipient's own verdict, else of the action's; an action that is not asked any more was deleted. */
function reasonOf(verdicts: Verdicts, { actionId, recipient }: WaitingMessage): ReasonCode | null {
  const own = verdicts.filter((verdict) => verdict.actionId === actionId)
  if (own.length === 0) return 'actionDeleted'
  const verdict = own.find((each) => each.recipient === recipient) ?? own.find((each) => each.recipient === null)
  return verdict === undefined ? 'noRecipient' : verdict.reason
}
