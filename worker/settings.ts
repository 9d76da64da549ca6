import type { Client } from '@temporalio/client'
import type { NativeConnection, WorkerOptions } from '@temporalio/worker'
import { deploymentOptions, workflowsBuildId } from './deployment.ts'
import { codesOnly } from './errorCodes.ts'

interface SettingsDeps {
  connection: NativeConnection
  client: Client
  deploymentName?: string
  report: (event: { event: 'activityFailed'; code: string; activity: string; attempt: number }) => void
}

/** How every Temporal worker of ours is set up, whatever it runs; `npm run bench` measures others by the same. */
export function workerSettings({ connection, client, deploymentName, report }: SettingsDeps) {
  const common = {
    connection,
    namespace: client.options.namespace,
    workerDeploymentOptions: deploymentOptions(workflowsBuildId(), deploymentName),
    shutdownGraceTime: '20 seconds',
    interceptors: {
      activity: [codesOnly((code, activity, attempt) => report({ event: 'activityFailed', code, activity, attempt }))],
    },
  } satisfies Partial<WorkerOptions>
  return {
    workflows: {
      ...common,
      maxConcurrentLocalActivityExecutions: 50,
      // Regular ones are what Schedules do: pulls and housekeeping, which leave room for planning.
      maxConcurrentActivityTaskExecutions: 8,
      // When many wake at once, their tasks wait here longer than the default 10 s: each would then be given back, read
      // and replayed from its beginning, just when there is most to do. A worker that died is waited for as long.
      stickyQueueScheduleToStartTimeout: '1 minute',
    },
    deliver: { ...common, maxConcurrentActivityTaskExecutions: 20 },
  }
}
