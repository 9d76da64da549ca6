import type { ReplayProgress } from '../../db/queries/inbound/replay.ts'
import { type FeedOutcome, feedOutcomes } from '../../domain/inbound/feed.ts'
import { type FormData, numberOf, one } from '../formData.ts'

/** How many of the messages that were taken again ended how, so far. */
export type Tally = Record<FeedOutcome, number>

const words: Record<FeedOutcome, string> = {
  applied: 'applied',
  unchanged: 'with nothing new',
  partly: 'partly applied',
  quarantined: 'still in quarantine',
  received: 'failed',
}

/** What the calls before this one came to, as the form carries it along. */
export function tallyOf(form: FormData): Tally {
  const count = (outcome: FeedOutcome) => Math.max(0, Math.trunc(numberOf(form, `tally-${outcome}`) || 0))
  return Object.fromEntries(feedOutcomes.map((outcome) => [outcome, count(outcome)])) as Tally
}

export function addTo(tally: Tally, items: ReplayProgress['items']): Tally {
  const sum = { ...tally }
  for (const { outcome } of items) sum[outcome] += 1
  return sum
}

export function totalOf(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count, 0)
}

/** "12 messages were taken again: 10 applied, 2 still in quarantine." */
export function replaySentence(tally: Tally): string {
  const total = totalOf(tally)
  const parts = feedOutcomes
    .filter((outcome) => tally[outcome] > 0)
    .map((outcome) => `${tally[outcome]} ${words[outcome]}`)
  return `${total} ${total === 1 ? 'message was' : 'messages were'} taken again: ${parts.join(', ')}.`
}

/** What the page shows between two calls, and what it sends with the next. */
export function progressModel(form: FormData, tally: Tally, { remaining, nextCursor }: ReplayProgress) {
  const done = totalOf(tally)
  return {
    done,
    total: done + remaining,
    sentence: replaySentence(tally),
    here: one(form, 'here'),
    fields: [
      { name: 'which', value: one(form, 'which') },
      { name: 'here', value: one(form, 'here') },
      { name: 'ids', value: one(form, 'ids') },
      { name: 'cursor', value: nextCursor ?? '' },
      ...feedOutcomes.map((outcome) => ({ name: `tally-${outcome}`, value: String(tally[outcome]) })),
    ],
  }
}
