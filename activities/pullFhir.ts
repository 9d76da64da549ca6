import { notBegun, type PullProgress, readPullProgress } from '../db/queries/inbound/pullProgress.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import type { PullSettings } from '../domain/inbound/pull/settings.ts'
import { type Instant, minuteMs } from '../domain/instant.ts'
import { fhirClient } from '../ehr/fhir/client.ts'
import { fetchWanted } from './fetchWanted.ts'
import type { Puller } from './puller.ts'
import { pullType } from './pullType.ts'
import type { FhirPull } from './storePulled.ts'

/** What goes wrong with the server as a whole: the other types would not fare better. */
const ofTheServer: ReadonlySet<string> = new Set([
  'notAllowed',
  'unreachable',
  'timedOut',
  'busy',
  'serverFailed',
  'redirected',
  'unauthorized',
  'credentialsMissing',
  'keyUnusable',
  'tokenRefused',
  'tokenUrlUnknown',
])

/** Turns come once a minute: a round that is due a moment after one would be a minute late. */
const slackMs = minuteMs / 2

/**
 * Asks a FHIR server for what its notifications named, and then, type by type, for what changed since the last round. A
 * type that is not through when its share of the turn is goes on in the next one with its next page; one that the server
 * refuses stops no other.
 */
export const pullFhir: Puller = async (deps, turn) => {
  const { source, credentials, dueAt } = turn.taken
  const settings = source.settings.pull
  if (settings === null) throw new PullFailed('notConfigured', 'The settings do not say where to fetch from.')
  const client = fhirClient(settings, credentials, { clock: deps.clock, signal: turn.signal, network: deps.network })
  const pull: FhirPull = { deps, turn, settings, client, kept: 0 }
  const wanted = await fetchWanted(pull)
  let { failed } = wanted
  const progress = await readPullProgress(deps.database, turn.taken)
  const due = settings.types.filter((type) => isDue(progress.get(type), settings, dueAt, turn.now))
  let isThrough = true
  for (const [index, type] of due.entries()) {
    const now = deps.clock()
    const share = Math.max(0, turn.until - now) / (due.length - index)
    try {
      isThrough = (await pullType(pull, type, progress.get(type) ?? notBegun, now + share)) && isThrough
    } catch (error) {
      if (!(error instanceof PullFailed) || ofTheServer.has(error.code)) throw error
      failed ??= error
    }
  }
  if (pull.kept > 0)
    failed ??= new PullFailed(
      'keptForReplay',
      `${pull.kept} of what was fetched could not be stored through no fault of the source: it waits in the feed for a replay.`,
    )
  if (!isThrough) return { nextAt: turn.now, failed }
  const after = await readPullProgress(deps.database, turn.taken)
  const rounds = settings.types.map((type) => nextRound(after.get(type) ?? notBegun, settings, turn.now))
  const soonest = turn.now + slackMs
  return { nextAt: wanted.isAskedAgain ? soonest : Math.max(soonest, Math.min(...rounds)), failed }
}

/** A round is under way, its time has come, or somebody asked for one since the last. */
function isDue(progress: PullProgress | undefined, settings: PullSettings, dueAt: Instant, now: Instant): boolean {
  if (progress === undefined || progress.roundBeganAt !== null || progress.roundDoneAt === null) return true
  return progress.roundDoneAt < dueAt || nextRound(progress, settings, now) <= now
}

function nextRound({ roundDoneAt }: PullProgress, { everyMinutes }: PullSettings, now: Instant): Instant {
  return (roundDoneAt ?? now) + everyMinutes * minuteMs - slackMs
}
