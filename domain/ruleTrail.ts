import { ruleNames } from './action.ts'
import type { ActionFacts, OrganizationFacts } from './facts.ts'
import type { TimeAnswer } from './finalTime.ts'
import type { Instant, Zone } from './instant.ts'
import { blockedBy, type Rule } from './rules.ts'
import { instantText } from './timeText.ts'
import type { TrailEntry } from './verdict.ts'

const wants: Record<Rule['name'], string> = {
  quietHours: 'no message in quiet hours',
  holidays: 'no message on holidays and closures',
  sundays: 'no message on Sundays',
  recentEdit: 'no message shortly after an edit',
  dailyCap: 'no more messages than the patient may have',
}

/** One row for each delivery rule: what it saw and what it did to the time, or why it was not asked. */
export function ruleTrail(
  rules: readonly Rule[],
  answer: TimeAnswer,
  from: Instant,
  zone: Zone,
  action: ActionFacts,
  organization: OrganizationFacts,
): TrailEntry[] {
  const isCapped = rules.some((rule) => rule.name === 'dailyCap')
  const names: readonly Rule['name'][] = isCapped ? [...ruleNames, 'dailyCap'] : ruleNames
  return names.map((check): TrailEntry => {
    const own = rules.filter((rule) => rule.name === check)
    const wanted =
      own
        .map((rule) => rule.wanted)
        .filter((text, n, all) => all.indexOf(text) === n)
        .join('; ') || wants[check]
    if (own.length === 0) return { check, wanted, saw: notAsked(check, action, organization), result: 'skipped' }
    const moved = answer.moves.findLast((move) => move.rule.name === check)
    const blocked = moved ? { rule: moved.rule, saw: moved.saw, at: moved.from } : blockedAt(own, from)
    const reached = answer.outcome === 'at' ? answer.sendAt : from
    if (!blocked) return { check, wanted, saw: `${instantText(zone, reached)} is allowed`, result: 'passed' }
    const saw = `${instantText(blocked.rule.zone, blocked.at)} is ${blocked.saw}`
    if (answer.outcome === 'skip')
      return { check, wanted, saw, result: answer.blockedBy?.name === check ? 'failed' : 'noted' }
    const at = answer.how === 'earlier' ? answer.finalAt : moved?.to
    return at === undefined ? { check, wanted, saw, result: 'moved' } : { check, wanted, saw, result: 'moved', at }
  })
}

function blockedAt(rules: readonly Rule[], at: Instant): { rule: Rule; saw: string; at: Instant } | null {
  const found = blockedBy(rules, at)
  return found && { ...found, at }
}

function notAsked(check: Rule['name'], action: ActionFacts, organization: OrganizationFacts): string {
  if (check === 'dailyCap') return 'nothing to check'
  if (action.definition.skippedRules.includes(check)) return 'the action skips this rule'
  return organization.deliveryRules[check].enabled ? 'nothing to check' : 'the organization has switched this rule off'
}
