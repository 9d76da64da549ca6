import type { temporal } from '@temporalio/proto'
import type { Readiness } from '../api/deps.ts'
import { CannotStart } from '../embedded/cannotStart.ts'
import { careEventQueue } from '../workflows/names.ts'
import type { Foundation } from './foundation.ts'

const patienceMs = 3_000
// The enumeration itself can't be imported: its package is CommonJS that Node finds no names in.
const workflowTasks: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW = 1

/** Whether database, Temporal and a worker, wherever it runs, can be reached now. */
export function readinessOf({ database, temporal: { client } }: Foundation): () => Promise<Readiness> {
  const hasWorker = async () => {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: careEventQueue },
      taskQueueType: workflowTasks,
    })
    if (pollers.length === 0) throw new Error('no worker polls')
  }
  return async () => {
    const [databaseAnswers, temporalAnswers, workerPolls] = await Promise.all([
      succeeds(database.ping()),
      succeeds(client.workflowService.getSystemInfo({})),
      succeeds(hasWorker()),
    ])
    return { database: databaseAnswers, temporal: temporalAnswers, worker: workerPolls }
  }
}

/** Resolves when everything can be reached. @throws CannotStart when that takes longer than a minute. */
export async function untilReady(foundation: Foundation, logFile: string): Promise<void> {
  const read = readinessOf(foundation)
  const patience = AbortSignal.timeout(60_000)
  for (;;) {
    const readiness = await read()
    const missing = Object.entries(readiness).filter(([, there]) => !there)
    if (missing.length === 0) return
    if (patience.aborted) {
      const names = missing.map(([name]) => name).join(', ')
      throw new CannotStart(`Not ready after a minute, missing: ${names}. See ${logFile}, then try again`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const tooLate = setTimeout(() => resolve(false), patienceMs)
    const settle = (success: boolean) => {
      clearTimeout(tooLate)
      resolve(success)
    }
    attempt.then(
      () => settle(true),
      () => settle(false),
    )
  })
}
