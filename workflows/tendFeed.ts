import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/** What fails is found again by the next turn of its Schedule. */
const silence = proxyActivities<Pick<Activities, 'watchSilences'>>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 2 },
})
const age = proxyActivities<Pick<Activities, 'deleteByAge'>>({
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 minute', maximumAttempts: 10 },
})

/** A turn of the fixed Schedule: which EHRs are silent for longer than they usually are. */
export async function watchSources(): Promise<void> {
  await silence.watchSilences()
}

/** A turn of the fixed Schedule: what is old enough is deleted. */
export async function retention(): Promise<void> {
  await age.deleteByAge()
}
