import { Worker } from '@temporalio/worker'
import { makeCurrent, workflowsBuildId } from '../../worker/deployment.ts'
import { workerSettings } from '../../worker/settings.ts'
import type { Product } from '../product.ts'
import { activityQueueOf } from './names.ts'

export interface BareActivities {
  done(due: number): Promise<void>
}

/** Runs the bare workflow beside the product: same process, same server, same settings of the workers. */
export async function startBareWorker({ client, connection, taskQueue: productQueue, stopping }: Product) {
  const taskQueue = `${productQueue}-bare`
  const times: { due: number; at: number }[] = []
  const activities: BareActivities = {
    async done(due) {
      times.push({ due, at: Date.now() })
    },
  }
  const settings = workerSettings({ client, connection, deploymentName: taskQueue, report: () => undefined })
  const workflowsPath = new URL('./workflow.ts', import.meta.url).pathname
  const workers = [
    await Worker.create({ ...settings.workflows, taskQueue, workflowsPath }),
    await Worker.create({ ...settings.deliver, taskQueue: activityQueueOf(taskQueue), activities: { ...activities } }),
  ]
  const runs = workers.map((worker) => worker.run())
  stopping.add('bare worker', async () => {
    for (const worker of workers) worker.shutdown()
    await Promise.all(runs)
  })
  await makeCurrent(client, workflowsBuildId(), undefined, taskQueue)
  return {
    start: (workflowId: string, due: number) => client.workflow.start('bare', { workflowId, taskQueue, args: [due] }),
    /** When (epoch ms) the activities of those that were due at an instant ran. */
    doneAt: (due: number) => times.filter((each) => each.due === due).map(({ at }) => at),
  }
}
