import { categoryOf } from '../../domain/consent.ts'
import type { ActionFacts, CareEventFacts, OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, hourMs, type Instant, minuteMs, type Zone } from '../../domain/instant.ts'
import { planContext } from '../../domain/planContext.ts'
import { blockedBy, type Rule, rulesFor } from '../../domain/rules.ts'
import { addDays, dayAt, startOfDay } from '../../domain/time.ts'
import { ruleWords } from '../words/rules.ts'
import { writtenDay, writtenOut } from '../words/time.ts'

/** The rules that hold for an action's messages about a care event to one recipient; null: the patient. */
export function recipientRulesOf(
  action: ActionFacts,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
  recipient: string | null,
  now: Instant,
): Rule[] {
  const { rules } = planContext(careEvent, organization, { deliveries: [], suppressions: [] }, now).rulesOf(
    organization.staff.find(({ key }) => key === recipient) ?? careEvent.patient,
  )
  const { skippedRules } = action.definition
  return rulesFor(rules, { editedAt: action.editedAt, skippedRules, category: categoryOf(action) }, organization)
}

interface Points {
  dueAt: Instant
  sendAt: Instant | null
  /** The care event's own instant; null for a day without a time. */
  anchorAt: Instant | null
}

const width = 352
const longest = 6 * dayMs

/** The days around a message as an SVG: blocked hours shaded, when it is due, when it goes out, when the visit is. */
export function timeLine(
  { dueAt, sendAt, anchorAt }: Points,
  rules: readonly Rule[],
  zone: Zone,
  now: Instant,
  anchorLabel: string,
) {
  const points = [dueAt, ...(sendAt === null ? [] : [sendAt])]
  const anchorIsNear = anchorAt !== null && Math.abs(anchorAt - dueAt) < longest - dayMs
  const shown = anchorIsNear ? [...points, anchorAt] : points
  const from = startOfDay(zone, dayAt(zone, Math.min(...shown) - 2 * hourMs))
  const to = startOfDay(zone, dayAt(zone, Math.max(...shown) + 2 * hourMs) + 1)
  const x = (at: Instant) => Math.round(((at - from) / (to - from)) * width * 10) / 10
  const blocked = blockedSpans(rules, from, to)
  const day = { count: Math.round((to - from) / dayMs), width: width / Math.round((to - from) / dayMs) }
  const days = Array.from({ length: day.count }, (_, index) => {
    const at = addDays(zone, from, index)
    const label = writtenDay(at, zone, at)
    return {
      x: x(at),
      textX: x(at) + 4,
      label: day.width >= 72 ? label : day.width >= 30 ? (label.split(',')[0] ?? '') : null,
    }
  })
  const side = (at: Instant) => (x(at) > width * 0.75 ? 'end' : x(at) < width * 0.25 ? 'start' : 'middle')
  return {
    width,
    height: 52,
    label: spoken({ dueAt, sendAt, anchorAt }, anchorLabel, blocked.length, zone, now),
    blocked: blocked.map((span) => ({
      x: x(span.from),
      width: Math.max(1, x(span.to) - x(span.from)),
      title: `${ruleWords[span.rule]}: ${writtenOut(span.from, zone, now)} to ${writtenOut(span.to, zone, now)}`,
    })),
    days,
    due: sendAt === dueAt ? null : { x: x(dueAt), title: `due ${writtenOut(dueAt, zone, now)}` },
    sends: sendAt === null ? null : { x: x(sendAt), title: `sent ${writtenOut(sendAt, zone, now)}` },
    anchor: anchorIsNear ? { x: x(anchorAt), textX: x(anchorAt), side: side(anchorAt), label: anchorLabel } : null,
  }
}

interface Span {
  from: Instant
  to: Instant
  rule: Rule['name']
}

/** Every stretch that some rule blocks. Rules begin on whole minutes of five: finer steps would show nothing more. */
export function blockedSpans(rules: readonly Rule[], from: Instant, to: Instant): Span[] {
  const spans: Span[] = []
  for (let at = from; at < to; ) {
    const block = blockedBy(rules, at)
    if (block === null) {
      at += 5 * minuteMs
      continue
    }
    const end = Math.min(to, block.rule.nextAllowed(at))
    spans.push({ from: at, to: end, rule: block.rule.name })
    at = Math.max(end, at + minuteMs)
  }
  return spans
}

function spoken(
  { dueAt, sendAt, anchorAt }: Points,
  anchorLabel: string,
  blocked: number,
  zone: Zone,
  now: Instant,
): string {
  const parts = [
    `Due ${writtenOut(dueAt, zone, now)}`,
    sendAt === null ? 'not sent' : `sent ${writtenOut(sendAt, zone, now)}`,
    ...(anchorAt === null ? [] : [`the ${anchorLabel.toLowerCase()} is ${writtenOut(anchorAt, zone, now)}`]),
    `${blocked} blocked ${blocked === 1 ? 'stretch' : 'stretches'} around it`,
  ]
  return `Time line: ${parts.join('; ')}.`
}
