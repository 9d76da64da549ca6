import type { Client } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { CareEventKind } from '../domain/careEvent.ts'
import {
  type CareEventRef,
  careEventChangedSignal,
  careEventWorkflowId,
  organizationSearchAttribute,
} from '../workflows/names.ts'

const organization = defineSearchAttributeKey(organizationSearchAttribute, SearchAttributeType.KEYWORD)

export type SignalCareEvent = (kind: CareEventKind, ref: CareEventRef) => Promise<void>

/** Wakes the workflow of a care event, or starts it: whichever it is, it plans from the database. */
export function careEventSignaller(client: Client, taskQueue: string): SignalCareEvent {
  return async (kind, ref) => {
    await client.workflow.signalWithStart(kind, {
      workflowId: careEventWorkflowId(kind, ref),
      taskQueue,
      args: [ref],
      signal: careEventChangedSignal,
      signalArgs: [],
      typedSearchAttributes: [{ key: organization, value: ref.organizationId }],
    })
  }
}
