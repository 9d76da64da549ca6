import type { ReportedEvent } from '../activities/deps.ts'
import { setUpChannels } from '../worker/channels.ts'
import { type RunningWorker, startWorker, type WorkerEvent } from '../worker/start.ts'
import { deliverQueues } from '../workflows/names.ts'
import type { Foundation } from './foundation.ts'

/** What happens all the time. */
const routine: ReadonlySet<string> = new Set(['relayed', 'settled', 'fileImported', 'silenceOver', 'deletedByAge'])

/** Starts the worker over the foundation: workflows, every `deliver` queue, relay, reconciler and importer. */
export function runWorker(foundation: Foundation): Promise<RunningWorker> {
  const { database, databaseUrl, configuration, encryption, clock, publicUrl, temporal, twilio, log, network } =
    foundation
  const { maxFileBytes } = foundation
  const report = (event: WorkerEvent | ReportedEvent) => {
    if (routine.has(event.event)) log.info(event, 'worker')
    else log.warn(event, 'worker')
  }
  return startWorker({
    ...{ database, databaseUrl, configuration, clock, report },
    connection: temporal.native,
    client: temporal.client,
    queues: deliverQueues,
    activities: {
      ...{ database, configuration, encryption, clock, publicUrl, maxFileBytes, network, report },
      channels: setUpChannels({ database, encryption, clock, publicUrl, twilio }),
    },
  })
}
