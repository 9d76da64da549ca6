import { randomUUID } from 'node:crypto'
import { Client, type Connection } from '@temporalio/client'
import type { temporal } from '@temporalio/proto'

type TimeSkipping = temporal.api.common.v1.ITimeSkippingConfig
type Service = Connection['workflowService']

/**
 * Virtual time on the real server: workflows started through `client` sleep in no time, each on a clock of its own.
 * Without `until`, time runs freely to the end; with `holdAt` it stops at that instant (epoch ms) and goes on by
 * `advanceTo`. The SDK has no call for it yet: its gRPC client does.
 */
export function virtualTime(connection: Connection, namespace = 'default') {
  const holds = new Map<string, number>()
  const service = connection.workflowService
  const config = (workflowId: string): TimeSkipping => {
    const until = holds.get(workflowId)
    return { enabled: until === undefined, maxSessionSkipCount: 100_000 } as TimeSkipping
  }
  const started = new Proxy(service, {
    get(target, name) {
      const method = Reflect.get(target, name)
      if (name !== 'startWorkflowExecution' && name !== 'signalWithStartWorkflowExecution') return method
      return (request: { workflowId: string }) =>
        (method as (r: unknown) => unknown).call(target, { ...request, timeSkippingConfig: config(request.workflowId) })
    },
  }) as Service
  const wrapped: Connection = Object.create(connection, { workflowService: { value: started } })
  return {
    client: new Client({ connection: wrapped, namespace }),
    /** Workflows of this id start on the real clock and only move by `advance`. */
    hold: (workflowId: string) => holds.set(workflowId, 0),
    advance: (workflowId: string, seconds: number) => fastForward(service, namespace, workflowId, seconds),
  }
}

async function fastForward(service: Service, namespace: string, workflowId: string, seconds: number): Promise<void> {
  const id = randomUUID()
  const workflowExecution = { workflowId }
  await service.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: { seconds } } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  } as never)
  await service.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id } as never)
}
