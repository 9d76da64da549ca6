import { ruleNames } from '../../domain/action.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { reasons } from '../../domain/reasons.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { ruleWords } from '../words/rules.ts'
import { writtenOut } from '../words/time.ts'

/** "Due Sat, Mar 7, 7:00 AM EST. Because of quiet hours it goes out Fri, Mar 6, 7:00 PM EST." */
export function whenSentence(
  { verdict, dueAt, sendAt, reason, trail }: Verdict,
  zone: Zone,
  now: Instant,
  forStaff = false,
): string {
  const why = reason === null ? '' : ` ${reasons[reason].sentence}`
  if (verdict === 'done') return `It is settled already.${why}`
  if (sendAt === null || dueAt === null) return `${forStaff ? 'No staff get' : 'This patient does not get'} it.${why}`
  const due = `Due ${writtenOut(dueAt, zone, now)}.`
  if (sendAt === dueAt) return `${due} No rule moves it.`
  const movers = ruleNames.filter((rule) => trail.some(({ check, result }) => check === rule && result === 'moved'))
  if (movers.length === 0) return `${due} It goes out ${writtenOut(sendAt, zone, now)}.`
  const words = movers.map((rule) => (rule === 'recentEdit' ? 'the hour after an edit' : ruleWords[rule])).join(' and ')
  return `${due} Because of ${words} it goes out ${writtenOut(sendAt, zone, now)}.`
}
