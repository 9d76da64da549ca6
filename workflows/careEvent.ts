import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import { deliver, nextStep } from './calls.ts'
import type { CareEventRef } from './names.ts'
import type { Step } from './step.ts'
import { onTouched } from './touches.ts'

/** A history longer than this is slow to replay; a long sleep begins with a short one. */
const longHistory = 2_000

/**
 * The life of one care event: plan, sleep until the first message is due, deliver it, plan again. Everything it knows
 * it reads; a signal only says that it should read again. Ends when nothing is to come.
 */
export async function careEvent(ref: CareEventRef): Promise<void> {
  const touched = onTouched()
  const { taskQueue } = workflowInfo()
  let step: Step | null | undefined
  for (;;) {
    if (touched.take() || step === undefined) step = await nextStep(ref, Date.now())
    if (touched.pending()) continue
    if (!step) return
    if (mustStartAfresh()) await continueAsNew<typeof careEvent>(ref)
    setCurrentDetails(describe(step))
    if (await touched.before(step.wakeAt, summarize(step))) continue
    step = await deliver(ref, step, taskQueue)
  }
}

function mustStartAfresh(): boolean {
  const info = workflowInfo()
  return info.continueAsNewSuggested || info.historyLength > longHistory
}

/** What operators see in Temporal Web: codes and a link, nothing of the message or the patient. */
function describe(step: Step): string {
  return `${summarize(step)} until ${new Date(step.wakeAt).toISOString()}, [care event](${step.link})`
}

function summarize(step: Step): string {
  return `${step.waitsFor} ${step.actionId}`
}
