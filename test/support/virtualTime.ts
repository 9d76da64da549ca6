import { randomUUID } from 'node:crypto'
import { Client, type Connection } from '@temporalio/client'
import { msNumberToTs } from '@temporalio/common/lib/time.js'
import type { temporal } from '@temporalio/proto'

type TimeSkipping = temporal.api.common.v1.ITimeSkippingConfig
type Service = Connection['workflowService']

/**
 * Virtual time on the real server: workflows started through `client` sleep in no time, each on a clock of its own.
 * What is held moves by `advance` alone. The SDK has no call for it yet: its gRPC client does.
 */
export function virtualTime(connection: Connection, namespace = 'default') {
  const held = new Set<string>()
  const service = connection.workflowService
  const config = (workflowId: string): TimeSkipping => ({
    enabled: !held.has(workflowId),
    maxSessionSkipCount: 100_000,
  })
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
    /** Runs of this id that start from now on keep to the real clock, and only move by `advance`. */
    hold: (workflowId: string) => held.add(workflowId),
    /** Runs that start from now on skip time again. */
    release: (workflowId: string) => held.delete(workflowId),
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
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: msNumberToTs(seconds * 1_000) } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  })
  await service.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id })
}
