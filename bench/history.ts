import { minuteMs } from '../domain/instant.ts'
import { everyRule } from '../test/support/practice.ts'
import { careEventWorkflowId } from '../workflows/names.ts'
import { startBareWorker } from './bare/worker.ts'
import { type Figure, figureOf } from './figure.ts'
import type { Product } from './product.ts'
import { until } from './wait.ts'

/**
 * What a message costs in the engine's database: events and bytes of the history of a care event with one message, and
 * events that each further message adds. The baseline is a workflow that sleeps and calls one empty activity.
 */
export async function history(product: Product): Promise<Figure> {
  const { practice } = product
  const before = (offset: number) =>
    practice.action({
      skippedRules: [...everyRule],
      timing: { offset, unit: 'minutes', direction: 'before', anchor: 'start' },
    })
  const soon = () => Date.now() + 5_000

  const bare = await startBareWorker(product)
  const bareId = `${product.taskQueue}-bare-history`
  await (await bare.start(bareId, soon())).result()

  await before(61)
  const one = await sizeOfLife(product, await practice.book('one', soon() + 61 * minuteMs))
  await before(60)
  const two = await sizeOfLife(product, await practice.book('two', soon() + 61 * minuteMs))
  const least = await sizeOf(product, bareId)
  return figureOf('history', 'events of one message', one.events, least.events, {
    bytes: one.bytes,
    baselineBytes: least.bytes,
    furtherEvents: two.events - one.events,
    furtherBytes: two.bytes - one.bytes,
    atMost: { events: 19, bytes: 3_200, furtherEvents: 11 },
  })
}

/** Waits for the care event's workflow to start and to end. */
async function sizeOfLife(product: Product, careEventId: string) {
  const id = careEventWorkflowId('appointment', { organizationId: product.organizationId, careEventId })
  return until(
    'the workflow of a care event has ended',
    async () => {
      const size = await sizeOf(product, id).catch(() => undefined)
      return size?.status === 'COMPLETED' ? size : undefined
    },
    2 * minuteMs,
    500,
  )
}

async function sizeOf({ client }: Product, workflowId: string) {
  const {
    historyLength: events,
    historySize: bytes = 0,
    status,
  } = await client.workflow.getHandle(workflowId).describe()
  return { events, bytes, status: status.name }
}
