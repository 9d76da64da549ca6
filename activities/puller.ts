import type { TakenSource } from '../db/queries/inbound/pullLease.ts'
import type { PullFailed } from '../domain/inbound/pull/failed.ts'
import type { Instant } from '../domain/instant.ts'
import type { ActivityDeps } from './deps.ts'

/** One turn of fetching from a source that was taken for it. */
export interface PullTurn {
  taken: TakenSource
  /** When the turn began. */
  now: Instant
  /** Nothing new is begun after it: the next turn goes on, so that live traffic and other sources have theirs. */
  until: Instant
  /** Aborted when the turn has to end at once: the program stops, or the source is somebody else's by now. */
  signal: AbortSignal
}

/** When the source is due again; `failed`: what could not be had of it, while the rest could. */
export interface PullEnd {
  nextAt: Instant
  failed?: PullFailed | null
}

/**
 * Fetches what a kind of source has, keeping its progress as it goes; returns when the source is due again, at once when
 * the turn was too short. Throws `PullFailed` for what the source, or its settings, are the cause of.
 */
export type Puller = (deps: ActivityDeps, turn: PullTurn) => Promise<PullEnd>
