import type { CustomActionView } from '../../db/queries/customActions.ts'
import { type Impact, readImpact } from '../../db/queries/impact.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import type { Outcome } from '../../domain/impact.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { reasons } from '../../domain/reasons.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'

const are = (count: number, one: string, many: string) => (count === 1 ? one : many)

/** In the order in which they are told: what hurts first. */
const told: [outcome: Outcome, words: (count: number) => string][] = [
  ['dropped', (count) => are(count, 'is dropped', 'are dropped')],
  [
    'lost',
    (count) => are(count, 'is lost, because its new time has passed', 'are lost, because their new time has passed'),
  ],
  ['goNow', (count) => are(count, 'goes out at once', 'go out at once')],
  ['move', (count) => are(count, 'moves', 'move')],
  ['added', (count) => are(count, 'is new', 'are new')],
  ['stay', (count) => are(count, 'stays as it is', 'stay as they are')],
]
const hurting: readonly Outcome[] = ['dropped', 'lost', 'goNow']

/** What saving a definition would do to the messages that wait; `stored` is null for a new action. */
export async function impactOf(
  visit: Visit,
  definition: ActionDefinition,
  stored: CustomActionView | null,
): Promise<Impact> {
  const { tx, deps, now } = visit
  const edit =
    stored === null
      ? ({ kind: 'create', definition } as const)
      : ({ kind: 'edit', changes: [{ id: stored.id, definition }] } as const)
  return readImpact(tx, await deps.configuration.read(tx), edit, now)
}

const messages = (count: number) => `${count} waiting ${are(count, 'message', 'messages')}`

/** "drop 3 waiting messages and send 2 at once": what would hurt; '' when nothing would. */
export function harmIn(impact: Impact): string {
  const gone = impact.dropped + impact.lost
  return joined([gone > 0 && `drop ${messages(gone)}`, impact.goNow > 0 && `send ${impact.goNow} at once`])
}

/** The same with what is moved and what is new; '' when every message that waits stays as it is. */
export function changeIn(impact: Impact): string {
  return joined([
    harmIn(impact),
    impact.move > 0 && `move ${messages(impact.move)}`,
    impact.added > 0 && `plan ${impact.added} new ${are(impact.added, 'message', 'messages')}`,
  ])
}

const joined = (parts: (string | false)[]) => parts.filter((part) => part !== false && part !== '').join(' and ')

export function impactModel(impact: Impact, zone: Zone, now: Instant) {
  const samples = impact.samples.map(({ careEventId, patientName, outcome, before, after, reason }) => {
    const time = (iso: string | null) => (iso === null ? null : writtenOut(Date.parse(iso), zone, now))
    const why = reason === null ? 'not sent' : reasons[reason].sentence
    return {
      href: `/care-events/${careEventId}`,
      who: patientName ?? 'Unnamed patient',
      hurts: hurting.includes(outcome),
      before: time(before) ?? 'not planned',
      after: time(after) ?? why,
      isSame: outcome === 'stay',
    }
  })
  return {
    lines: told
      .filter(([outcome]) => impact[outcome] > 0)
      .map(([outcome, words]) => ({
        count: impact[outcome],
        words: words(impact[outcome]),
        hurts: hurting.includes(outcome),
      })),
    samples: samples.filter(({ isSame }) => !isSame),
    sampled: impact.exact ? null : impact.judged,
  }
}
