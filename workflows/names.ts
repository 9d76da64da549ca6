import type { CareEventKind } from '../domain/careEvent.ts'

/** Every name that clients, workers and operators share, once. */
export const careEventChangedSignal = 'careEventChanged'
export const organizationSearchAttribute = 'OrganizationId'
export const deploymentName = 'custom-actions'

/** The queue of the workflows and their local activities. */
export const careEventQueue = 'care-events'

/** One queue per kind of channel for `deliver`, so that one slow provider does not fill all slots. */
export const deliverQueues = ['simulated', 'sms', 'voice', 'email'] as const
export type DeliverQueue = (typeof deliverQueues)[number]

/** The task queue on which `deliver` runs for a kind of channel; `prefix` keeps test files apart on one server. */
export function deliverQueueName(careEventQueueName: string, queue: DeliverQueue): string {
  return `${careEventQueueName}-deliver-${queue}`
}

/** Whom a workflow is about: ids only, nothing of the patient. */
export interface CareEventRef {
  organizationId: string
  careEventId: string
}

/** Whom a pull is about. */
export interface EhrSourceRef {
  organizationId: string
  sourceId: string
}

/** The names of the workflow functions that Schedules start. */
export const pullSourcesWorkflow = 'pullSources'
export const watchSourcesWorkflow = 'watchSources'
export const retentionWorkflow = 'retention'
export const reviseFulfilmentsWorkflow = 'reviseFulfilments'

/** One workflow per care event, whatever happens to it: `{kind}/{organizationId}/{careEventId}`. */
export function careEventWorkflowId(kind: CareEventKind, ref: CareEventRef): string {
  return `${kind}/${ref.organizationId}/${ref.careEventId}`
}
