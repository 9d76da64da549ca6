import { Context } from '@temporalio/activity'
import type { CareEventRef, EhrSourceRef } from '../workflows/names.ts'
import type { DueStep } from '../workflows/step.ts'
import { deliver } from './deliver.ts'
import type { ActivityDeps } from './deps.ts'
import { nextStep } from './nextStep.ts'
import { duePulls, pull } from './pull.ts'
import { reviseFulfilments } from './reviseFulfilments.ts'
import { deleteByAge, watchSilences } from './tendFeed.ts'

/**
 * The only dependency injection there is: the worker passes the real things, a test what it likes. `stopping` ends early
 * what takes long and goes on elsewhere: without it the worker would wait for it.
 */
export function createActivities(deps: ActivityDeps, stopping: AbortSignal) {
  return {
    nextStep: (ref: CareEventRef, workflowNow: number) => nextStep(deps, ref, workflowNow),
    deliver: (ref: CareEventRef, due: DueStep) => deliver(deps, ref, due),
    watchSilences: () => watchSilences(deps),
    deleteByAge: () => {
      const context = Context.current()
      return deleteByAge(deps, () => context.heartbeat())
    },
    reviseFulfilments: () => {
      const context = Context.current()
      return reviseFulfilments(deps, () => context.heartbeat())
    },
    duePulls: () => duePulls(deps),
    pull: (ref: EhrSourceRef) => {
      const context = Context.current()
      const signal = AbortSignal.any([context.cancellationSignal, stopping])
      return pull(deps, ref, { heartbeat: () => context.heartbeat(), signal })
    },
  }
}
export type Activities = ReturnType<typeof createActivities>
