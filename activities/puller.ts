import type { TakenSource } from '../db/queries/inbound/pullLease.ts'
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

/**
 * Fetches what a kind of source has, keeping its progress as it goes; returns when the source is due again, at once when
 * the turn was too short. Throws `PullFailed` for what the source, or its settings, are the cause of.
 */
export type Puller = (deps: ActivityDeps, turn: PullTurn) => Promise<{ nextAt: Instant }>

/** The source could not be fetched from: a code, and a sentence for the practice's admin, without patient data. */
export class PullFailed extends Error {
  override name = 'PullFailed'
  readonly code: string
  /** The soonest that the source wants to be asked again; null: it did not say. */
  readonly retryAt: Instant | null

  constructor(code: string, message: string, retryAt: Instant | null = null) {
    super(message)
    this.code = code
    this.retryAt = retryAt
  }
}
