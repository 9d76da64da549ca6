import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep } from '../workflows/step.ts'
import { deliver } from './deliver.ts'
import type { ActivityDeps } from './deps.ts'
import { nextStep } from './nextStep.ts'

/** The only dependency injection there is: the worker passes the real things, a test what it likes. */
export function createActivities(deps: ActivityDeps) {
  return {
    nextStep: (ref: CareEventRef, workflowNow: number) => nextStep(deps, ref, workflowNow),
    deliver: (ref: CareEventRef, due: DueStep) => deliver(deps, ref, due),
  }
}
export type Activities = ReturnType<typeof createActivities>
