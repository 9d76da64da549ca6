import type { PullError } from '../db/entities/inbound.ts'
import { endPull, keepPullLease, type TakenSource, takeDuePull } from '../db/queries/inbound/pullLease.ts'
import { LeaseLost } from '../db/queries/inbound/pullProgress.ts'
import { SourceChanged } from '../db/queries/inbound/receive.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { minuteMs } from '../domain/instant.ts'
import type { EhrSourceRef } from '../workflows/names.ts'
import type { ActivityDeps } from './deps.ts'
import type { Puller } from './puller.ts'
import { pullers } from './pullers.ts'

/** What a turn came to: a code for the history. */
export type PullOutcome = 'pulled' | 'failed' | 'taken' | 'stopped'

/** Of one turn: the rest of the minute is everybody else's. */
const turnMs = 40_000
const aliveEveryMs = 10_000
const atOnce = 50
const longestBackoffMs = 60 * minuteMs

/** The sources that are to be fetched from now. */
export async function duePulls({ database, clock }: ActivityDeps): Promise<EhrSourceRef[]> {
  const due = await database.lookup.duePulls(clock(), atOnce)
  return due.map(({ organizationId, id }) => ({ organizationId, sourceId: id }))
}

/** Says that the activity lives, and is told when it has to stop. */
export interface Alive {
  heartbeat(): void
  signal: AbortSignal
}

/**
 * Fetches from one source for a turn, and says when it is due again. What the source is the cause of is kept with it,
 * where its practice sees it, and tried again later and later; only what we are the cause of is thrown.
 */
export async function pull(
  deps: ActivityDeps,
  ref: EhrSourceRef,
  alive: Alive,
  choose: (taken: TakenSource) => Puller | null = ({ source }) => pullers[source.kind],
): Promise<PullOutcome> {
  const { clock } = deps
  const now = clock()
  const taken = await takeDuePull(deps, ref, now)
  if (taken === null) return 'taken'
  const stop = new AbortController()
  const keeper = setInterval(() => {
    alive.heartbeat()
    keepPullLease(deps, taken, clock()).then(
      (kept) => kept || stop.abort(),
      () => stop.abort(),
    )
  }, aliveEveryMs)
  const signal = AbortSignal.any([alive.signal, stop.signal])
  try {
    const puller = choose(taken)
    if (puller === null) throw new PullFailed('notFetched', 'Nothing is fetched from a source of this kind.')
    const { nextAt, failed = null } = await puller(deps, { taken, now, until: now + turnMs, signal })
    await endPull(deps, taken, { nextAt, error: failed && errorOf(failed) }, clock())
    return failed ? 'failed' : 'pulled'
  } catch (error) {
    // The settings were edited, or the source was switched off: what is to be done now is read anew.
    if (signal.aborted || error instanceof LeaseLost || error instanceof SourceChanged) {
      await endPull(deps, taken, { nextAt: now, error: null }, clock())
      return 'stopped'
    }
    const nextAt = Math.max(clock() + backoffMs(taken.failures), (error instanceof PullFailed && error.retryAt) || 0)
    if (error instanceof PullFailed) {
      await endPull(deps, taken, { nextAt, error: errorOf(error) }, clock())
      return 'failed'
    }
    const message = 'Fetching failed through no fault of the source: the log says where.'
    await endPull(deps, taken, { nextAt, error: { code: 'unexpected', message } }, clock())
    throw error
  } finally {
    clearInterval(keeper)
  }
}

function errorOf({ code, message }: PullFailed): PullError {
  return { code, message }
}

/** 1, 2, 4, … minutes, at most an hour. */
function backoffMs(failures: number): number {
  return Math.min(minuteMs * 2 ** Math.min(failures, 10), longestBackoffMs)
}
