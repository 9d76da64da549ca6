import type { CareEventKind } from '../domain/careEvent.ts'
import { type CareEventRef, careEventWorkflowId } from '../workflows/names.ts'

/** Where an operator sees the workflow of a care event; null when it is not known where Temporal's own UI is. */
export function workflowLink(temporalUi: string | null, kind: CareEventKind, ref: CareEventRef): string | null {
  if (temporalUi === null) return null
  return `${temporalUi}/workflows/${encodeURIComponent(careEventWorkflowId(kind, ref))}`
}
