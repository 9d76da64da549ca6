import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import {
  pullSourcesWorkflow,
  retentionWorkflow,
  reviseFulfilmentsWorkflow,
  watchSourcesWorkflow,
} from '../workflows/names.ts'

/** A workflow that is started again and again; a turn is left out while the one before it still runs. */
interface FixedSchedule {
  /** Of the Schedule, and of the workflows it starts. */
  id: string
  workflow: string
  every: '1 minute' | '10 minutes' | '1 hour' | '1 day'
}

/** All there are: what differs between sources is in the database, so that there is no second truth (Engine: operations). */
const fixedSchedules: readonly FixedSchedule[] = [
  { id: 'pull-sources', workflow: pullSourcesWorkflow, every: '1 minute' },
  { id: 'watch-sources', workflow: watchSourcesWorkflow, every: '10 minutes' },
  { id: 'revise-fulfilments', workflow: reviseFulfilmentsWorkflow, every: '1 hour' },
  { id: 'retention', workflow: retentionWorkflow, every: '1 day' },
]

/** Makes every fixed Schedule be as it is written here, however often and by however many it is called. */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  for (const fixed of fixedSchedules) await ensure(client, fixed, taskQueue)
}

/** The Schedule's id: the task queue keeps several installations on one namespace apart. */
export function scheduleId({ id }: Pick<FixedSchedule, 'id'>, taskQueue: string): string {
  return `${taskQueue}/${id}`
}

async function ensure(client: Client, fixed: FixedSchedule, taskQueue: string): Promise<void> {
  const id = scheduleId(fixed, taskQueue)
  const wanted = {
    spec: { intervals: [{ every: fixed.every }] },
    action: { type: 'startWorkflow' as const, workflowType: fixed.workflow, workflowId: id, taskQueue, args: [] },
    // What was due while the server was away is not made up for: one turn does all that is due.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  }
  try {
    await client.schedule.create({ scheduleId: id, ...wanted })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    // Whether it is paused is the operators' to say.
    await client.schedule.getHandle(id).update(({ state }) => ({ ...wanted, state }))
  }
}
