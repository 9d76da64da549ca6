import { DateTime } from 'luxon'
import type { FeedFilter } from '../../db/queries/feedFilter.ts'
import { type FeedOutcome, feedOutcomes } from '../../domain/inbound/feed.ts'
import type { LocalDate, Zone } from '../../domain/instant.ts'
import { startOf } from '../deliveries/list.ts'
import { one } from '../formData.ts'
import { feedMarks } from '../words/feed.ts'
import { writtenLocalDate } from '../words/time.ts'

/** The state of the feed's page, as its address has it. */
export interface FeedQuery extends Readonly<Record<string, string>> {
  outcome: FeedOutcome | ''
  sourceId: string
  kind: string
  id: string
  reason: string
  careEventId: string
  patientId: string
  from: LocalDate | ''
  to: LocalDate | ''
  cursor: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What is not readable there is left out. */
export function feedQuery(query: Readonly<Record<string, unknown>>): FeedQuery {
  const text = (name: string) => one(query, name).trim().slice(0, 200)
  const fitting = (name: string, pattern: RegExp) => (pattern.test(one(query, name)) ? one(query, name) : '')
  const date = (name: string) => (DateTime.fromISO(fitting(name, /^\d{4}-\d\d-\d\d$/)).isValid ? text(name) : '')
  return {
    outcome: feedOutcomes.find((outcome) => outcome === text('outcome')) ?? '',
    sourceId: fitting('sourceId', uuid),
    kind: text('kind'),
    id: text('id'),
    reason: text('reason'),
    careEventId: fitting('careEventId', uuid),
    patientId: fitting('patientId', uuid),
    from: date('from'),
    to: date('to'),
    cursor: fitting('cursor', /^[\w-]{1,2000}$/),
  }
}

/** Which messages are meant; days are the practice's, and both ends belong to it. */
export function feedFilterOf(query: FeedQuery, zone: Zone): FeedFilter {
  const { outcome, sourceId, kind, id, reason, careEventId, patientId, from, to } = query
  return {
    outcome: outcome || undefined,
    sourceId: sourceId || undefined,
    kind: kind || undefined,
    anyId: id || undefined,
    reason: reason || undefined,
    careEventId: careEventId || undefined,
    patientId: patientId || undefined,
    from: startOf(from, zone),
    to: startOf(to, zone, 1),
  }
}

/** Whether the page shows less than the whole feed. */
export function isFiltered({ cursor: _, ...filters }: FeedQuery): boolean {
  return Object.values(filters).some((value) => value !== '')
}

/** The filters in words, as the page that asks about all that match names them. */
export function filterWords(
  { outcome, sourceId, kind, id, reason, careEventId, patientId, from, to }: FeedQuery,
  sources: readonly { id: string; name: string }[],
): { label: string; value: string }[] {
  const source = sources.find((each) => each.id === sourceId)?.name ?? (sourceId && 'one that is no more')
  const words: [label: string, value: string][] = [
    ['Source', source],
    ['What became of it', outcome && feedMarks[outcome].word],
    ['Kind', kind],
    ['Id', id],
    ['Words of a reason', reason],
    ['Only', careEventId ? 'of one care event' : patientId && 'about one patient'],
    ['From', from && writtenLocalDate(from)],
    ['To', to && writtenLocalDate(to)],
  ]
  return words.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}
