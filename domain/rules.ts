import type { Category, RuleName } from './action.ts'
import { holidaysRule, sundaysRule } from './calendarRules.ts'
import type { CareEventFacts, OrganizationFacts, RecipientFacts } from './facts.ts'
import { type Instant, minuteMs, type Zone } from './instant.ts'
import { outreachHoursRule, ownHoursRule, quietHoursRule } from './quietHours.ts'
import type { Rule } from './wallRule.ts'

export type { Rule } from './wallRule.ts'

/** The rules of one recipient and care event that no action changes: made once, shared by all actions. */
export interface RecipientRules {
  zones: readonly Zone[]
  quietHours: readonly Rule[]
  sundays: readonly Rule[]
  holidays: readonly Rule[]
  outreach: readonly Rule[]
}

export function recipientRules(
  recipient: RecipientFacts,
  zones: readonly Zone[],
  facilityZone: Zone,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
): RecipientRules {
  const settings = organization.deliveryRules
  const own = recipient.kind === 'staff' ? recipient.ownHours : null
  return {
    zones,
    quietHours: settings.quietHours.enabled
      ? zones.map((zone) => (own === null ? quietHoursRule(zone, settings.quietHours) : ownHoursRule(zone, own)))
      : [],
    sundays: settings.sundays.enabled ? zones.map((zone) => sundaysRule(zone)) : [],
    holidays: settings.holidays.enabled ? [holidaysRule(facilityZone, careEvent, organization)] : [],
    outreach: zones.map((zone) => outreachHoursRule(zone)),
  }
}

/** Delivery rules: nothing within `minutes` after an edit; it only postpones. */
export function recentEditRule(editedAt: Instant, minutes: number, zone: Zone): Rule {
  const until = editedAt + minutes * minuteMs
  return {
    name: 'recentEdit',
    wanted: `${minutes} minutes after the last edit`,
    zone,
    blocks: (at) => (at >= editedAt && at < until ? `within ${minutes} minutes after the action was edited` : null),
    nextAllowed: (at) => (at >= editedAt && at < until ? until : at),
    beginsOn: () => [],
  }
}

/** The rules that hold for one action: those of the recipient without the skipped ones, and its own recent edit. */
export function rulesFor(
  shared: RecipientRules,
  action: { editedAt: Instant; skippedRules: readonly RuleName[]; category: Category },
  organization: OrganizationFacts,
): Rule[] {
  const keeps = (name: RuleName) => !action.skippedRules.includes(name)
  const rules: Rule[] = []
  if (keeps('quietHours')) rules.push(...shared.quietHours)
  if (action.category === 'outreach') rules.push(...shared.outreach)
  if (keeps('sundays')) rules.push(...shared.sundays)
  if (keeps('holidays')) rules.push(...shared.holidays)
  const edit = organization.deliveryRules.recentEdit
  if (edit.enabled && keeps('recentEdit'))
    rules.push(recentEditRule(action.editedAt, edit.minutes, shared.zones[0] as Zone))
  return rules
}

/** The first rule that blocks an instant, and what it saw; null when all allow it. */
export function blockedBy(rules: readonly Rule[], at: Instant): { rule: Rule; saw: string } | null {
  for (const rule of rules) {
    const saw = rule.blocks(at)
    if (saw !== null) return { rule, saw }
  }
  return null
}

export interface Move {
  rule: Rule
  saw: string
  from: Instant
  to: Instant
}

/**
 * The earliest instant from `at` up to `limit` (inclusive) that no rule blocks: rules push one another until none
 * moves (Blocked: a fixpoint over all rules). Null when there is none. `moves` gathers what each rule did.
 */
export function nextAllowed(rules: readonly Rule[], at: Instant, limit: Instant, moves?: Move[]): Instant | null {
  let instant = at
  for (let moved = true; moved; ) {
    moved = false
    for (const rule of rules) {
      const next = rule.nextAllowed(instant)
      if (next <= instant) continue
      moves?.push({ rule, saw: rule.blocks(instant) ?? rule.wanted, from: instant, to: next })
      if (next > limit || next === Number.POSITIVE_INFINITY) return null
      instant = next
      moved = true
    }
  }
  return instant <= limit ? instant : null
}
