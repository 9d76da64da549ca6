import type { ActionFacts, CareEventFacts, Decided, OrganizationFacts } from './facts.ts'
import type { Instant, LocalDate, Zone } from './instant.ts'
import { plan } from './plan.ts'
import type { ReasonCode } from './reasons.ts'
import { localDate } from './time.ts'

/** What the plan says of one message of an action: when it goes out, or why it does not. */
export interface Judged {
  careEventId: string
  patientId: string
  /** null: an action for staff that nobody gets. */
  recipient: string | null
  dueAt: Instant | null
  /** null when there is a reason. */
  sendAt: Instant | null
  reason: ReasonCode | null
}

type Read = { careEvent: CareEventFacts; decided: Decided }

/**
 * The messages of an action for care events that it matches, by the same plan that the workflow follows. What several
 * care events share (three procedures of one day) goes out once: the others are part of it, as they will be.
 */
export function judge(
  readings: readonly Read[],
  action: ActionFacts,
  organization: OrganizationFacts,
  now: Instant,
): Judged[] {
  const judged: (Judged & { key: string | null })[] = []
  for (const { careEvent, decided } of readings)
    for (const verdict of plan(careEvent, [action], organization, decided, now)) {
      const { actionId, recipient, dueAt, sendAt, occurrenceKey: key } = verdict
      if (actionId !== action.id || verdict.verdict === 'notMatching') continue
      const goesOut = verdict.verdict === 'planned' || verdict.verdict === 'postponed'
      const reason = goesOut ? null : (verdict.reason ?? 'alreadySent')
      const message = { careEventId: careEvent.id, patientId: careEvent.patient.id, recipient, dueAt, reason, key }
      judged.push({ ...message, sendAt: goesOut ? sendAt : null })
    }
  judged.sort((a, b) => (a.sendAt ?? 0) - (b.sendAt ?? 0) || (a.careEventId < b.careEventId ? -1 : 1))
  const said = new Set<string>()
  return judged.map(({ key, ...message }) => {
    if (key === null || message.reason !== null) return message
    const once = `${key} ${message.recipient}`
    if (said.has(once)) return { ...message, sendAt: null, reason: 'mergedInto' }
    said.add(once)
    return message
  })
}

/**
 * Shares of a sample as whole numbers that sum up to `total` (largest remainders), in the same order. Without a sample
 * there are none.
 */
export function scaled(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0)
  if (sum === 0) return counts.map(() => 0)
  const exact = counts.map((count) => (count / sum) * total)
  const whole = exact.map(Math.floor)
  const left = total - whole.reduce((all, count) => all + count, 0)
  const byRemainder = exact.map((share, n) => ({ n, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest)
  for (const { n } of byRemainder.slice(0, left)) whole[n] = (whole[n] ?? 0) + 1
  return whole
}

/** Judged messages as a whole: `all` of them, of which the judged ones are all or a sample. */
export interface Tally {
  deliverable: number
  undeliverable: { reason: ReasonCode; count: number }[]
  byDay: { date: LocalDate; count: number }[]
}

/** deliverable + undeliverable = `all`; the days are the organization's, and sum up to what is deliverable. */
export function tally(judged: readonly Judged[], all: number, zone: Zone): Tally {
  const byReason = Map.groupBy(judged, ({ reason }) => reason)
  const counted = [...byReason].map(([reason, own]) => ({ reason, count: own.length }))
  const shares = scaled(
    counted.map(({ count }) => count),
    all,
  ).map((count, n) => ({ ...counted[n], count }))
  const deliverable = shares.find(({ reason }) => reason === null)?.count ?? 0
  const sent = judged.flatMap(({ sendAt }) => (sendAt === null ? [] : [localDate(zone, sendAt)]))
  const days = [...Map.groupBy(sent, (date) => date)].sort(([a], [b]) => (a < b ? -1 : 1))
  const perDay = scaled(
    days.map(([, own]) => own.length),
    deliverable,
  )
  return {
    deliverable,
    undeliverable: shares
      .flatMap(({ reason, count }) => (reason && count > 0 ? [{ reason, count }] : []))
      .sort((a, b) => b.count - a.count),
    byDay: days.map(([date], n) => ({ date, count: perDay[n] ?? 0 })).filter(({ count }) => count > 0),
  }
}
