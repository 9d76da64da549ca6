import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { writtenOut } from '../words/time.ts'

/** How fetching from a source goes; null: nothing is fetched from it. */
export function fetchingModel({ pull, settings, status }: EhrSourceView, zone: Zone, now: Instant) {
  if (pull === null) return null
  const { sftp } = settings
  const time = (iso: string | null) => (iso === null ? null : writtenOut(Date.parse(iso), zone, now))
  return {
    from: settings.pull?.baseUrl ?? (sftp ? `${sftp.host}:${sftp.port}, ${sftp.pattern} in ${sftp.folder}` : ''),
    isOff: status === 'disabled',
    isRunning: pull.isRunning,
    next: pull.nextAt === null ? null : Date.parse(pull.nextAt) <= now ? 'within a minute' : time(pull.nextAt),
    last: time(pull.lastAt),
    error: pull.lastError?.message ?? null,
    failures: pull.failures,
    types: pull.types.map((each) => ({
      type: each.type,
      state: each.isUnderWay ? 'under way' : each.isFirstRound ? 'not yet' : 'up to date',
      resources: each.resources,
      last: time(each.lastAt),
    })),
  }
}
