import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/** What fails is found again by the next turn of its Schedule. */
const recalls = proxyActivities<Pick<Activities, 'reviseFulfilments'>>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '2 minutes',
  retry: { maximumAttempts: 2 },
})

/** A turn of the fixed Schedule: recalls that a visit closes no more, now that it is past. */
export async function reviseFulfilments(): Promise<void> {
  await recalls.reviseFulfilments()
}
