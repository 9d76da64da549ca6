import type { Database } from '../db/orm.ts'
import { touch } from '../db/outbox.ts'
import type { Clock } from '../domain/instant.ts'
import { overdueAfterMs } from '../domain/wake.ts'
import { errorCode } from './errorCodes.ts'
import { type Loop, startLoop } from './loop.ts'

export interface ReconcilerDeps {
  database: Database
  clock: Clock
  report: (event: { event: 'overdueTouched'; careEvents: number } | { event: 'reconcilerFailed'; code: string }) => void
  everyMs?: number
}

const atOnce = 1_000

/**
 * Every minute, touches what should have woken more than two minutes ago: a workflow that was terminated or lost is
 * started again by the relay, and nothing has to be listed in Temporal for it.
 */
export function startReconciler(deps: ReconcilerDeps): Loop {
  const { everyMs = 60_000 } = deps
  return startLoop(async () => {
    try {
      const careEvents = await touchOverdue(deps)
      if (careEvents > 0) deps.report({ event: 'overdueTouched', careEvents })
      return everyMs
    } catch (error) {
      deps.report({ event: 'reconcilerFailed', code: errorCode(error) })
      return everyMs
    }
  })
}

/** Touches care events that are overdue at the clock's instant; returns how many. */
export async function touchOverdue({ database, clock }: Pick<ReconcilerDeps, 'database' | 'clock'>): Promise<number> {
  const overdue = await database.lookup.overdueWakes(clock() - overdueAfterMs, atOnce)
  const byOrganization = Map.groupBy(overdue, (each) => each.organizationId)
  for (const [organizationId, careEvents] of byOrganization)
    await database.inOrganization(organizationId, (tx) =>
      touch(
        tx,
        careEvents.map((each) => each.id),
      ),
    )
  return overdue.length
}
