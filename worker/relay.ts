import type { OutboxGroup } from '../db/lookup.ts'
import type { Database, Tx } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import { type Replanned, replan, replanFree } from '../db/replan.ts'
import type { CareEventKind } from '../domain/careEvent.ts'
import type { Clock, Instant } from '../domain/instant.ts'
import { mustSignal } from '../domain/wake.ts'
import { backoff } from './backoff.ts'
import { errorCode } from './errorCodes.ts'
import { inParallel } from './inParallel.ts'
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

/** Rows taken at once; their care events are planned in shares, each in one transaction, so that several relays share too. */
const batchSize = 400
const shareSize = 50
const parallelShares = 3
const parallelSignals = 16
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
  const shares = sharesOf(groups)
  let signals = 0
  try {
    await inParallel(shares, parallelShares, async (share) => {
      signals += await relayShare(deps, share)
    })
  } finally {
    if (groups.length > 0)
      deps.report({ event: 'relayed', careEvents: groups.length, signals, ms: performance.now() - started })
  }
  return groups.length
}

/** A share is of one organization, because a transaction is. */
function sharesOf(groups: readonly OutboxGroup[]): OutboxGroup[][] {
  const byOrganization = Map.groupBy(groups, ({ organizationId }) => organizationId)
  return [...byOrganization.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / shareSize) }, (_, n) => all.slice(n * shareSize, (n + 1) * shareSize)),
  )
}

/**
 * Many care events at once: plan and commit, then signal, then delete. What is held by somebody else, or fails, goes on
 * alone. Returns how many were signalled.
 */
async function relayShare(deps: RelayDeps, share: readonly OutboxGroup[]): Promise<number> {
  const { planned, signals } = await planShare(deps, share).catch((error: unknown) => {
    if (isConnectionLoss(error)) throw error
    return { planned: new Set<string>(), signals: [] }
  })
  await signalAll(deps, signals)
  let signalled = signals.length
  for (const group of share) if (!planned.has(group.careEventId) && (await relayGroup(deps, group))) signalled += 1
  return signalled
}

interface Signal {
  kind: CareEventKind
  group: OutboxGroup
}

async function planShare(
  deps: RelayDeps,
  share: readonly OutboxGroup[],
): Promise<{ planned: Set<string>; signals: Signal[] }> {
  const groups = new Map(share.map((group) => [group.careEventId, group]))
  const organizationId = (share[0] as OutboxGroup).organizationId
  return deps.database.inOrganization(organizationId, async (tx) => {
    const now = deps.clock()
    const all = await replanFree(tx, deps.configuration, [...groups.keys()], now)
    const signals: Signal[] = []
    const done: OutboxGroup[] = []
    for (const planned of all) {
      const { careEvent } = planned.reading
      const group = groups.get(careEvent.id) as OutboxGroup
      if (wantsSignal(planned, now)) signals.push({ kind: careEvent.kind, group })
      else done.push(group)
    }
    await deleteRows(tx, done)
    return { planned: new Set(all.map(({ reading }) => reading.careEvent.id)), signals }
  })
}

/** Rows of those that were signalled go, whatever became of the others: these stay and are done again. */
async function signalAll(deps: RelayDeps, signals: readonly Signal[]): Promise<void> {
  const done: OutboxGroup[] = []
  try {
    await inParallel(signals, parallelSignals, async ({ kind, group }) => {
      await signal(deps, kind, group)
      done.push(group)
    })
  } finally {
    const [one] = done
    if (one) await deps.database.inOrganization(one.organizationId, (tx) => deleteRows(tx, done))
  }
}

/** One care event alone, waiting for its lock. Returns whether it was signalled. */
async function relayGroup(deps: RelayDeps, group: OutboxGroup): Promise<boolean> {
  const { organizationId, careEventId } = group
  try {
    const kind = await deps.database.inOrganization(organizationId, async (tx) => {
      const now = deps.clock()
      const planned = await replan(tx, deps.configuration, careEventId, now)
      if (planned && wantsSignal(planned, now)) return planned.reading.careEvent.kind
      await deleteRows(tx, [group])
      return null
    })
    if (kind === null) return false
    await signal(deps, kind, group)
    await deps.database.inOrganization(organizationId, (tx) => deleteRows(tx, [group]))
    return true
  } catch (error) {
    if ((error as { name?: unknown }).name === 'SignalFailed' || isConnectionLoss(error)) throw error
    await postpone(deps, group, errorCode(error))
    return false
  }
}

function wantsSignal({ reading, first }: Replanned, now: Instant): boolean {
  return mustSignal(reading.wakeAt, first?.sendAt ?? null, now)
}

async function signal(deps: RelayDeps, kind: CareEventKind, { organizationId, careEventId }: OutboxGroup) {
  await deps.signal(kind, { organizationId, careEventId }).catch((error: unknown) => {
    throw new SignalFailed(errorCode(error), { cause: error })
  })
}

async function deleteRows(tx: Tx, groups: readonly OutboxGroup[]): Promise<void> {
  if (groups.length === 0) return
  await tx.query(
    'delete from outbox where id = any($1::bigint[])',
    [groups.flatMap(({ rowIds }) => rowIds)],
    'delete outbox rows',
  )
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
