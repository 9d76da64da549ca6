import { type Instant, minuteMs } from '../../instant.ts'
import type { PullSettings } from './settings.ts'

/** One page of a search or a history, as far as paging needs it; what is in it is read like any message. */
export interface PullPage {
  type: 'searchset' | 'history'
  entries: readonly unknown[]
  /** It holds nothing that only says something about the search. */
  isAllEntries: boolean
  /** As the server wrote it; null: this was the last page. */
  next: string | null
}

/** The page in a server's answer; null when the answer is no such Bundle. */
export function readPage(json: unknown): PullPage | null {
  const bundle = objectOf(json)
  if (bundle?.resourceType !== 'Bundle' || (bundle.type !== 'searchset' && bundle.type !== 'history')) return null
  const links = Array.isArray(bundle.link) ? bundle.link.map(objectOf) : []
  const next = links.find((link) => link?.relation === 'next')?.url
  const all: readonly unknown[] = Array.isArray(bundle.entry) ? bundle.entry : []
  const entries = all.filter((entry) => !isAboutTheSearch(entry))
  return {
    type: bundle.type,
    entries,
    isAllEntries: entries.length === all.length,
    next: typeof next === 'string' && next !== '' ? next : null,
  }
}

/**
 * The Bundles that a page is stored as: null for as it came; otherwise without what is no entry of it, and in parts where
 * it is larger than a message may be.
 */
export function partsOf({ type, entries, isAllEntries }: PullPage, maxEntries: number): object[] | null {
  if (isAllEntries && entries.length <= maxEntries) return null
  const parts = Math.ceil(entries.length / maxEntries)
  return Array.from({ length: parts }, (_, part) => ({
    resourceType: 'Bundle',
    type,
    entry: entries.slice(part * maxEntries, (part + 1) * maxEntries),
  }))
}

function isAboutTheSearch(entry: unknown): boolean {
  const { search, resource } = objectOf(entry) ?? {}
  return objectOf(search)?.mode === 'outcome' || objectOf(resource)?.resourceType === 'OperationOutcome'
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

/** Rounds are not begun to the second, nor shown to us at once. */
const slackMinutes = 5

/**
 * The first page of a round: what changed since the round before that began, so that equal instants, what a server shows
 * late, and what moved from one page to another while it was read are not lost: what comes twice changes nothing.
 */
export function firstPageUrl(settings: PullSettings, type: string, since: Instant | null): string {
  const { baseUrl, pageSize, startDate, overlapMinutes, changesBy, sorted } = settings
  const overlap = overlapMinutes ?? settings.everyMinutes + slackMinutes
  const from = since === null ? startDate : new Date(since - overlap * minuteMs).toISOString()
  // Its first round has nothing to compare with: a history would bring every version that ever was.
  const history = changesBy === 'history' && since !== null
  const url = new URL(`${baseUrl}/${type}${history ? '/_history' : ''}`)
  url.searchParams.set('_count', String(pageSize))
  if (from !== null) url.searchParams.set(history ? '_since' : '_lastUpdated', history ? from : `ge${from}`)
  if (sorted && !history) url.searchParams.set('_sort', '_lastUpdated')
  return url.href
}

/**
 * The first page of the second look of the first round, at what was there when it began. Nothing covers what a first
 * look passes over, because a change or a deletion meanwhile moved it from one page to another.
 */
export function secondLookUrl(settings: PullSettings, type: string, began: Instant): string {
  const url = new URL(firstPageUrl(settings, type, null))
  url.searchParams.append('_lastUpdated', `lt${new Date(began).toISOString()}`)
  return url.href
}

/** The next page's address; null when it leads to another server, which gets none of what we prove ourselves with. */
export function nextPageUrl(settings: PullSettings, current: string, next: string): string | null {
  const url = URL.parse(next, current)
  return url !== null && url.origin === new URL(settings.baseUrl).origin ? url.href : null
}
