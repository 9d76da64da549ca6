import type { Instant } from '../../domain/instant.ts'
import { reasons } from '../../domain/reasons.ts'
import { writtenOut } from '../words/time.ts'
import { kindPlurals } from '../words/types.ts'
import type { PlannedDraft } from './plannedDraft.ts'

const shows = 5

/** What would have to be done for it to be so; an active action as it is saved needs nothing. */
export type Saved = 'activeAsShown' | 'activeOtherwise' | 'inactive'
const conditions: Record<Saved, string> = {
  activeAsShown: 'As it is saved',
  activeOtherwise: 'If you saved it now',
  inactive: 'If you saved and activated it now',
}

/** Who is next, or why nobody is. */
export function nextSends(
  planned: readonly PlannedDraft[],
  now: Instant,
  readable: boolean,
  kind: keyof typeof kindPlurals,
  saved: Saved,
) {
  const items = planned
    .flatMap(({ careEvent, verdicts }) =>
      verdicts.flatMap(({ sendAt, recipient }) => (sendAt === null ? [] : [{ careEvent, recipient, at: sendAt }])),
    )
    .sort((a, b) => a.at - b.at)
    .slice(0, shows)
    .map(({ careEvent, recipient, at }) => ({
      who: recipient === 'patient' ? careEvent.patientName : `Staff, about ${careEvent.patientName}`,
      when: writtenOut(at, careEvent.zone, now),
    }))
  const many = kindPlurals[kind]
  const [first] = planned.flatMap(({ verdict }) => (verdict.reason === null ? [] : [reasons[verdict.reason].sentence]))
  const empty = !readable
    ? 'Once the form is complete, the next messages are listed here.'
    : planned.length === 0
      ? `There is no ${kind} that this could be about. As soon as the EHR sends one, it is listed here.`
      : `None of the ${planned.length === 1 ? many : `next ${planned.length} ${many}`} gets it.${first ? ` The soonest: ${first.charAt(0).toLowerCase()}${first.slice(1)}` : ''}`
  return {
    heading: 'Next sends',
    items,
    note: items.length > 0 ? `${conditions[saved]}, over the ${many} that come next.` : empty,
  }
}
