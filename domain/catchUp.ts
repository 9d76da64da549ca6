import * as z from 'zod'
import type { ActionFacts, CareEventFacts, CatchUpFacts, Decided, OrganizationFacts } from './facts.ts'
import type { Instant, LocalDate } from './instant.ts'
import { passedBy } from './ownVerdict.ts'
import { plan } from './plan.ts'
import type { ReasonCode } from './reasons.ts'
import { formatDate, localDate, parseDate } from './time.ts'
import { facilityZone } from './zones.ts'

/** What an admin asks for when a recall action begins: recalls overdue up to so many days, so many of them a day. */
export const catchUpSchema = z.strictObject({
  overdueDays: z.int().min(1, 'at least 1 day overdue').max(730, 'at most 730 days overdue (two years)'),
  perDay: z.int().min(1, 'at least 1 a day').max(1_000, 'at most 1000 a day'),
})
export type CatchUpAsked = z.infer<typeof catchUpSchema>

/** Longer than this nobody oversees. */
export const longestDays = 365

export interface Recall {
  careEvent: CareEventFacts
  decided: Decided
}
export interface CaughtUp {
  careEventId: string
  occurrenceKey: string
  /** The local day on which it goes out, and not before. */
  day: LocalDate
}
export interface CatchUpPlan {
  /** Oldest first, in the order in which they go out. */
  recalls: readonly CaughtUp[]
  /** Overdue ones that cannot be told of, and why. */
  undeliverable: readonly { reason: ReasonCode; count: number }[]
  /** It would take more than `longestDays`. */
  tooLong: boolean
}

/**
 * Which recalls an action catches up with and when: the oldest first, `perDay` on each day on which the plan lets them
 * go out (Recalls: catch-up). Each day is asked of the plan itself, so that rules, consents and filters are obeyed; they
 * are decided again in their time. Deterministic, whatever the order of `recalls`.
 */
export function planCatchUp(
  recalls: readonly Recall[],
  action: ActionFacts,
  organization: OrganizationFacts,
  { overdueDays, perDay }: CatchUpAsked,
  now: Instant,
): CatchUpPlan {
  const waiting = recalls.flatMap((recall) => {
    const overdue = overdueSince(recall, action, organization, overdueDays, now)
    return overdue === null ? [] : [{ recall, ...overdue }]
  })
  waiting.sort((a, b) => a.dueAt - b.dueAt || (a.recall.careEvent.id < b.recall.careEvent.id ? -1 : 1))
  const counts = new Map<number, number>()
  const closed = new Map<string, Set<number>>()
  const refused = new Map<ReasonCode, number>()
  const caughtUp: CaughtUp[] = []
  let tooLong = false
  for (const { recall, occurrenceKey } of waiting) {
    const shut = closed.get(calendarOf(recall)) ?? new Set()
    closed.set(calendarOf(recall), shut)
    const zone = facilityZone(recall.careEvent, organization)
    const today = parseDate(localDate(zone, now)) as number
    let reason: ReasonCode | null = null
    let found: CaughtUp | null = null
    for (let day = today; day < today + longestDays && found === null; day += 1) {
      if ((counts.get(day) ?? 0) >= perDay || shut.has(day)) continue
      const asked = { actionId: action.id, occurrenceKey, day: formatDate(day), askedAt: now }
      const tried = onDay(recall, action, organization, asked, now)
      found = tried.caughtUp
      reason = tried.reason
      if (found) counts.set(day, (counts.get(day) ?? 0) + 1)
      else if (!tried.anotherDay) break
      else if (tried.closed) shut.add(day)
    }
    if (found) caughtUp.push(found)
    else if (reason !== null) refused.set(reason, (refused.get(reason) ?? 0) + 1)
    else tooLong = true
  }
  const undeliverable = [...refused].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
  return { recalls: caughtUp.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)), undeliverable, tooLong }
}

/** When its message was due, and for which occurrence, if that has passed and its due date lies at most so many days back; else null. */
function overdueSince(
  { careEvent, decided }: Recall,
  action: ActionFacts,
  organization: OrganizationFacts,
  overdueDays: number,
  now: Instant,
): { dueAt: Instant; occurrenceKey: string } | null {
  const zone = facilityZone(careEvent, organization)
  const { dueDate } = careEvent
  if (careEvent.kind !== 'recall' || dueDate === null) return null
  const due = parseDate('date' in dueDate ? dueDate.date : localDate(zone, dueDate.at))
  const today = parseDate(localDate(zone, now)) as number
  if (due === null || due > today || due < today - overdueDays) return null
  const verdicts = plan(careEvent, [action], organization, decided, now)
  // A recipient who cannot be told of it now is counted as such; one who was told, or will be, is left alone.
  const verdict = verdicts.find((each) => each.actionId === action.id && each.verdict !== 'planned')
  if (!verdict || verdict.dueAt === null || verdict.dueAt > now || verdict.occurrenceKey === null) return null
  if (verdicts.some((each) => each.verdict === 'planned' || each.verdict === 'postponed')) return null
  if (verdict.verdict === 'done' && !passedBy(verdict.reason)) return null
  return { dueAt: verdict.dueAt, occurrenceKey: verdict.occurrenceKey }
}

/**
 * Asks the plan for one day: whether the message goes out on it, or why not, whether another day might do, and whether the
 * day is closed to others too. A patient who had as much as a day allows closes it to nobody else.
 */
function onDay(
  { careEvent, decided }: Recall,
  action: ActionFacts,
  organization: OrganizationFacts,
  asked: CatchUpFacts,
  now: Instant,
): { caughtUp: CaughtUp | null; reason: ReasonCode | null; anotherDay: boolean; closed: boolean } {
  const verdicts = plan(careEvent, [action], organization, { ...decided, catchUps: [asked] }, now)
  const planned = verdicts.find((each) => each.verdict === 'planned')
  if (!planned) {
    const reason = verdicts[0]?.reason ?? null
    const closed = reason?.startsWith('blocked') ?? false
    return { caughtUp: null, reason, anotherDay: closed || reason === 'dailyCap', closed }
  }
  const { occurrenceKey, day } = asked
  const goesOn = localDate(facilityZone(careEvent, organization), planned.sendAt as Instant)
  const caughtUp = goesOn === day ? { careEventId: careEvent.id, occurrenceKey, day } : null
  const isCapped = planned.trail.some(({ check, result }) => check === 'dailyCap' && result === 'moved')
  return { caughtUp, reason: null, anotherDay: true, closed: !isCapped }
}

/** Recalls of one facility and zone have the same closed days. */
function calendarOf({ careEvent: { facility, patient } }: Recall): string {
  return `${facility?.id} ${patient.zone} ${patient.addressState}`
}
