import type { OutreachSent } from './facts.ts'
import { dayMs, type Zone } from './instant.ts'
import { dayAt, dayOf } from './time.ts'
import { type Rule, wallRule } from './wallRule.ts'

/** Outreach to one patient, whatever the action (Pace): at most so many on a local day, and on seven days in a row. */
export const outreachCaps = { day: 1, week: 3 } as const
const weekDays = 7

/**
 * The days on which a patient has had as many outreach messages as the caps allow: like a rule they move a message on to
 * the next day that is free, but never to an earlier one. No action can skip it.
 */
export function capRule(zone: Zone, sent: readonly OutreachSent[]): Rule {
  const days = sent.map(({ at }) => dayAt(zone, at))
  const within = (from: number, to: number) => days.filter((day) => day >= from && day <= to).length
  return wallRule({
    name: 'dailyCap',
    wanted: `at most ${outreachCaps.day} outreach message a day and ${outreachCaps.week} a week`,
    zone,
    windowAt: (wall) => {
      const day = dayOf(wall)
      const to = (day + 1) * dayMs
      if (within(day, day) >= outreachCaps.day) return { to, name: 'a day with an outreach message already' }
      if (within(day - weekDays + 1, day) >= outreachCaps.week)
        return { to, name: 'in a week with as many outreach messages as one allows' }
      return null
    },
  })
}
