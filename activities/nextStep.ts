import type { Tx } from '../db/orm.ts'
import { replan, writeWakeAt } from '../db/replan.ts'
import { type Instant, minuteMs } from '../domain/instant.ts'
import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep, Step } from '../workflows/step.ts'
import type { ActivityDeps } from './deps.ts'
import { stepOf } from './step.ts'

/** Plans a care event from current data; returns its soonest step, or null when its workflow may end. */
export async function nextStep(deps: ActivityDeps, ref: CareEventRef, workflowNow: Instant): Promise<Step | null> {
  const now = Math.max(deps.clock(), workflowNow)
  return deps.database.inOrganization(ref.organizationId, (tx) => planNext(deps, tx, ref, null, now))
}

/**
 * Plans and writes what the workflow sleeps until. `done` is the step it comes from: the same one due again without a
 * change of state is a loop, which is broken by a minute's sleep and told to operators.
 */
export async function planNext(
  deps: ActivityDeps,
  tx: Tx,
  ref: CareEventRef,
  done: DueStep | null,
  now: Instant,
): Promise<Step | null> {
  const planned = await replan(tx, deps.configuration, ref.careEventId, now)
  if (!planned) return null
  const configuration = await deps.configuration.read(tx, planned.reading.configurationRevision)
  const step = planned.first && stepOf(deps, configuration, planned.reading, planned.first)
  if (step && done && step.wakeAt <= now && isSame(step, done)) {
    step.wakeAt = now + minuteMs
    deps.report({ event: 'loopBroken', actionId: step.actionId, waitsFor: step.waitsFor })
  }
  writeWakeAt(tx, planned.reading, step?.wakeAt ?? null)
  return step
}

function isSame(step: Step, done: DueStep): boolean {
  return (
    step.actionId === done.actionId &&
    step.recipient === done.recipient &&
    step.deliveryId === done.deliveryId &&
    step.state === done.state
  )
}
