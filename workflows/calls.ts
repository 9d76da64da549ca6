import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { type CareEventRef, deliverQueueName } from './names.ts'
import type { Step } from './step.ts'

/**
 * With the default options a few dozen local activities that fail (the database is away) would hold every workflow task
 * slot; beyond this threshold the retry is a timer instead.
 */
const planning = proxyLocalActivities<Pick<Activities, 'nextStep'>>({
  startToCloseTimeout: '20 seconds',
  localRetryThreshold: '1 second',
  retry: { initialInterval: '1 second', backoffCoefficient: 4, maximumInterval: '5 minutes' },
})

/** Plans from current data; null when nothing is to come. */
export const nextStep = planning.nextStep

/**
 * Sends, or decides not to; returns the step after it. What fails here is the database, never a message: so it is
 * retried without an end, and the provider's answer is bookkept before anything else of this care event happens.
 */
export function deliver(ref: CareEventRef, step: Step, queue: string): Promise<Step | null> {
  const channel = proxyActivities<Pick<Activities, 'deliver'>>({
    taskQueue: deliverQueueName(queue, step.queue),
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 3, maximumInterval: '1 minute' },
    priority: { fairnessKey: ref.organizationId },
  })
  const { actionId, recipient, deliveryId, state } = step
  return channel.deliver(ref, { actionId, recipient, deliveryId, state })
}
