import type { Client } from '@temporalio/client'
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { ActivityDeps } from '../activities/deps.ts'
import { createActivities } from '../activities/index.ts'
import type { Database } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import type { Clock } from '../domain/instant.ts'
import { careEventQueue, type DeliverQueue, deliverQueueName } from '../workflows/names.ts'
import { makeCurrent, workflowsBuildId } from './deployment.ts'
import { type ImporterEvent, startImporter } from './imports.ts'
import { listenForTouches } from './listen.ts'
import { type ReconcilerDeps, startReconciler } from './reconcile.ts'
import { type RelayEvent, startRelay } from './relay.ts'
import { ensureSchedules } from './schedules.ts'
import { workerSettings } from './settings.ts'
import { careEventSignaller } from './signal.ts'

export interface WorkerDeps {
  database: Database
  databaseUrl: string
  configuration: ConfigurationCache
  clock: Clock
  connection: NativeConnection
  client: Client
  activities: ActivityDeps
  /** Which `deliver` queues this process serves. */
  queues: readonly DeliverQueue[]
  report: (event: WorkerEvent) => void
  taskQueue?: string
  /** Made before, where many workers start one after the other. */
  workflowBundle?: NonNullable<WorkerOptions['workflowBundle']>
  /** Makes this build current on start; a deploy step does it instead where releases overlap. */
  setCurrentVersion?: boolean
  deploymentName?: string
  /** Whether this process imports files; where it does not, others have to. */
  imports?: boolean
}

export type WorkerEvent =
  | RelayEvent
  | ImporterEvent
  | Parameters<ReconcilerDeps['report']>[0]
  | { event: 'activityFailed'; code: string; activity: string; attempt: number }
  | { event: 'workerStopped'; code: string }
  | { event: 'listenerLost'; code: string }

export interface RunningWorker {
  /** Rejects when a worker ends by itself. */
  finished: Promise<void>
  /** Lets what is under way finish, then stops. */
  stop(): Promise<void>
}

export const workflowsPath = new URL('../workflows/index.ts', import.meta.url).pathname

/**
 * The Temporal workers of a process: the workflows with their local activities and what Schedules do, and `deliver` on
 * each of its queues.
 */
async function createWorkers(deps: WorkerDeps, stopping: AbortSignal): Promise<Worker[]> {
  const { taskQueue = careEventQueue } = deps
  const { deliver, ...withoutDeliver } = createActivities(deps.activities, stopping)
  const settings = workerSettings(deps)
  const workers = [
    await Worker.create({
      ...settings.workflows,
      taskQueue,
      ...(deps.workflowBundle ? { workflowBundle: deps.workflowBundle } : { workflowsPath }),
      activities: withoutDeliver,
    }),
  ]
  for (const queue of deps.queues)
    workers.push(
      await Worker.create({
        ...settings.deliver,
        taskQueue: deliverQueueName(taskQueue, queue),
        activities: { deliver },
      }),
    )
  return workers
}

/** Runs the workers and makes their build current, where that is not a deploy step's. */
export async function runWorkers(deps: WorkerDeps): Promise<RunningWorker> {
  const stopping = new AbortController()
  const workers = await createWorkers(deps, stopping.signal)
  const runs = workers.map((worker) => worker.run())
  const finished = Promise.all(runs).then(() => undefined)
  finished.catch(() => undefined)
  const stop = async () => {
    stopping.abort()
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
    await Promise.allSettled(runs)
  }
  if (deps.setCurrentVersion ?? true)
    try {
      await Promise.race([makeCurrent(deps.client, workflowsBuildId(), undefined, deps.deploymentName), finished])
    } catch (error) {
      await stop()
      throw error
    }
  return { finished, stop }
}

/**
 * Starts all of a worker process. Schedules, relay and reconciler start last, because a versioned worker without a
 * current version gets no tasks.
 */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const running = await runWorkers(deps)
  const { taskQueue = careEventQueue } = deps
  await ensureSchedules(deps.client, taskQueue).catch(async (error: unknown) => {
    await running.stop()
    throw error
  })
  const relay = startRelay({ ...deps, signal: careEventSignaller(deps.client, taskQueue) })
  const reconciler = startReconciler(deps)
  const { encryption } = deps.activities
  const importer = deps.imports === false ? null : startImporter({ ...deps, encryption })
  const listener = listenForTouches(
    deps.databaseUrl,
    () => relay.nudge(),
    (code) => deps.report({ event: 'listenerLost', code }),
  )
  return {
    finished: running.finished,
    async stop() {
      await listener.stop()
      await Promise.all([relay.stop(), reconciler.stop(), importer?.stop()])
      await running.stop()
    },
  }
}
