import { proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import { activityQueueOf } from './names.ts'
import type { BareActivities } from './worker.ts'

/** The least that any workflow which sends one message later must do: sleep until then, then one activity. */
export async function bare(due: number): Promise<void> {
  const { done } = proxyActivities<BareActivities>({
    taskQueue: activityQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '30 seconds',
  })
  await sleep(due - Date.now())
  await done(due)
}
