import type { CareEventFacts, OrganizationFacts } from './facts.ts'
import { holidayOn } from './holidays.ts'
import { dayMs, type Zone } from './instant.ts'
import { type Day, dayOf, parseDate, weekdayOf } from './time.ts'
import { dayText } from './timeText.ts'
import { type Rule, wallRule } from './wallRule.ts'

/** Delivery rules: the whole local Sunday. */
export function sundaysRule(zone: Zone): Rule {
  return wallRule({
    name: 'sundays',
    wanted: 'no message on Sundays',
    zone,
    windowAt: (wall) => {
      const day = dayOf(wall)
      return weekdayOf(day) === 7 ? { to: (day + 1) * dayMs, name: 'on a Sunday' } : null
    },
  })
}

/** Delivery rules: the whole local day of a holiday or closure, by the facility's state and day. */
export function holidaysRule(zone: Zone, careEvent: CareEventFacts, organization: OrganizationFacts): Rule {
  const settings = organization.deliveryRules.holidays
  const state = careEvent.facility?.state ?? organization.state
  const facilityId = careEvent.facility?.id ?? null
  const closures = organization.closures
    .filter((closure) => closure.facilityId === null || closure.facilityId === facilityId)
    .map((closure) => ({ from: parseDate(closure.from), to: parseDate(closure.to), name: closure.name }))
  const seen = new Map<Day, string | null>()
  const closedBy = (day: Day): string | null => {
    let name = seen.get(day)
    if (name === undefined) {
      const closure = closures.find(({ from, to }) => from !== null && to !== null && day >= from && day <= to)
      const closed = closure?.name ?? holidayOn(day, state, settings)?.name ?? null
      name = closed === null ? null : `on ${closed} (${dayText(day)})`
      seen.set(day, name)
    }
    return name
  }
  return wallRule({
    name: 'holidays',
    wanted: 'no message on holidays and closures',
    zone,
    windowAt: (wall) => {
      const day = dayOf(wall)
      const name = closedBy(day)
      return name === null ? null : { to: (day + 1) * dayMs, name }
    },
  })
}
