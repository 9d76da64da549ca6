import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { writtenOut } from '../words/time.ts'
import { kindWords, statusMarks } from './kinds.ts'

/** A row of the list of sources. */
export function sourceRow(source: EhrSourceView, zone: Zone, now: Instant) {
  const { lastMessageAt: last } = source
  return {
    href: `/settings/connections/sources/${source.id}`,
    name: source.name,
    kind: kindWords[source.kind].name,
    mark: statusMarks[source.status],
    silentSince: source.silentSince === null ? null : writtenOut(Date.parse(source.silentSince), zone, now),
    fetchError: source.pull?.lastError?.message ?? null,
    last: last === null ? null : writtenOut(Date.parse(last), zone, now),
  }
}
