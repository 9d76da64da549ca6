import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

const { duePulls } = proxyLocalActivities<Pick<Activities, 'duePulls'>>({
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 3 },
})

/** Not tried again here: what is due is found again by the next turn, a minute later. */
const { pull } = proxyActivities<Pick<Activities, 'pull'>>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '40 seconds',
  retry: { maximumAttempts: 1 },
})

/**
 * A turn of the fixed Schedule: fetches from every EHR that is due. One that fails stops no other; the turn then fails
 * at its end, so that operators see it.
 */
export async function pullSources(): Promise<void> {
  const due = await duePulls()
  const turns = await Promise.allSettled(due.map((source) => pull(source)))
  const failed = turns.find((turn) => turn.status === 'rejected')
  if (failed) throw failed.reason
}
