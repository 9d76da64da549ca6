import type { OutboxGroup } from '../db/lookup.ts'
import type { Database, Tx } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import { replan } from '../db/replan.ts'
import type { Clock } from '../domain/instant.ts'
import { mustSignal } from '../domain/wake.ts'
import { backoff } from './backoff.ts'
import { errorCode } from './errorCodes.ts'
import { type Loop, startLoop } from './loop.ts'
import type { SignalCareEvent } from './signal.ts'

export interface RelayDeps {
  database: Database
  configuration: ConfigurationCache
  clock: Clock
  signal: SignalCareEvent
  report: (event: RelayEvent) => void
  /** How long to wait (ms) when nothing was there; a notification cuts it short. */
  pollMs?: number
}
export type RelayEvent =
  | { event: 'relayed'; careEvents: number; signals: number; ms: number }
  | { event: 'relayWaits'; code: string; waitMs: number }
  | { event: 'relayRowFailed'; careEventId: string; code: string }

/** Care events taken at once; each is planned under its own lock, so that several relays share the work. */
const batchSize = 200
const parallel = 8
const rowBackoffSeconds = [5, 30, 120, 600]

/** Temporal can't be reached: not the row's fault, so that the relay waits as a whole and counts nothing against it. */
class SignalFailed extends Error {
  override name = 'SignalFailed'
}

/**
 * Turns touches into plans: reads the outbox by care event, plans each anew, signals the workflow only when it must wake
 * earlier, and deletes just the rows it read. A crash in between repeats, harmlessly.
 */
export function startRelay(deps: RelayDeps): Loop {
  const { pollMs = 2_000 } = deps
  const waits = backoff(500, 30_000)
  return startLoop(async () => {
    try {
      const done = await relayOnce(deps)
      waits.succeeded()
      return done > 0 ? 0 : pollMs
    } catch (error) {
      const waitMs = waits.failed()
      deps.report({ event: 'relayWaits', code: errorCode(error), waitMs })
      return waitMs
    }
  })
}

/** Takes one batch of what is due; returns how many care events were planned. Throws when the relay as a whole must wait. */
export async function relayOnce(deps: RelayDeps): Promise<number> {
  const started = performance.now()
  const groups = await deps.database.lookup.outboxBatch(deps.clock(), batchSize)
  let signals = 0
  let done = 0
  const queue = groups.values()
  const workers = Array.from({ length: Math.min(parallel, groups.length) }, async () => {
    for (const group of queue) {
      if (await relayGroup(deps, group)) signals += 1
      done += 1
    }
  })
  const failed = (await Promise.allSettled(workers)).find((each) => each.status === 'rejected')
  if (groups.length > 0) deps.report({ event: 'relayed', careEvents: done, signals, ms: performance.now() - started })
  if (failed) throw failed.reason
  return done
}

/** One care event: plan and commit, then signal, then delete. Returns whether it was signalled. */
async function relayGroup(deps: RelayDeps, group: OutboxGroup): Promise<boolean> {
  const { organizationId, careEventId } = group
  try {
    const kind = await deps.database.inOrganization(organizationId, async (tx) => {
      const now = deps.clock()
      const planned = await replan(tx, deps.configuration, careEventId, now)
      const wakeAt = planned?.reading.wakeAt ?? null
      const wanted = planned && mustSignal(wakeAt, planned.first?.sendAt ?? null, now)
      if (!wanted) await deleteRows(tx, group)
      return wanted ? planned.reading.careEvent.kind : null
    })
    if (kind === null) return false
    await deps.signal(kind, { organizationId, careEventId }).catch((error: unknown) => {
      throw new SignalFailed(errorCode(error), { cause: error })
    })
    await deps.database.inOrganization(organizationId, (tx) => deleteRows(tx, group))
    return true
  } catch (error) {
    if ((error as { name?: unknown }).name === 'SignalFailed' || isConnectionLoss(error)) throw error
    await postpone(deps, group, errorCode(error))
    return false
  }
}

async function deleteRows(tx: Tx, group: OutboxGroup): Promise<void> {
  await tx.query('delete from outbox where id = any($1::bigint[])', [group.rowIds])
}

/** One bad row backs off alone; the others of the batch go on. */
async function postpone(deps: RelayDeps, group: OutboxGroup, code: string): Promise<void> {
  await deps.database.inOrganization(group.organizationId, (tx) =>
    tx.query(
      `update outbox set attempts = attempts + 1, last_error = $2,
         next_attempt_at = $3::timestamptz + ($4::int[])[least(attempts + 1, cardinality($4::int[]))] * interval '1 second'
       where id = any($1::bigint[])`,
      [group.rowIds, code, new Date(deps.clock()), rowBackoffSeconds],
    ),
  )
  deps.report({ event: 'relayRowFailed', careEventId: group.careEventId, code })
}

/** The database is away, not one row at fault: class 08, shutdowns, and sockets that end. */
function isConnectionLoss(error: unknown): boolean {
  const code = errorCode(error)
  return /^(08|57P)/.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/.test(code)
}
