import { Connection, type WorkflowHandle } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { ActivityDeps } from '../../activities/deps.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { openDatabase } from '../../db/orm.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import type { CareEventKind } from '../../domain/careEvent.ts'
import { dayMs, hourMs, type Instant } from '../../domain/instant.ts'
import { setUpChannels } from '../../worker/channels.ts'
import { touchOverdue } from '../../worker/reconcile.ts'
import { type RelayDeps, relayOnce } from '../../worker/relay.ts'
import { careEventSignaller } from '../../worker/signal.ts'
import { runWorkers, type WorkerDeps, type WorkerEvent } from '../../worker/start.ts'
import { careEventWorkflowId, deliverQueues } from '../../workflows/names.ts'
import { freshDatabase } from './database.ts'
import { testServers } from './environment.ts'
import { quiet } from './quiet.ts'
import { virtualTime } from './virtualTime.ts'
import { workflowBundle } from './workflowBundle.ts'

export interface EngineOptions {
  /** Where the engine's clock begins (epoch ms); default: the machine's. */
  startAt?: Instant
  /** Another way to the database for workers and relay: the test itself goes straight. */
  databaseVia?: (url: string) => string
  /** Replaces what the installation would set up. */
  channels?: (deps: { database: WorkerDeps['database']; clock: () => Instant }) => Partial<ActivityDeps['channels']>
}

/**
 * The whole engine on real servers, its clock in the test's hands: a database and a task queue of its own, the real
 * workers, the relay and reconciler turned by hand. Workflows sleep in virtual time.
 */
export async function startEngine(options: EngineOptions = {}) {
  quiet()
  // The engine's clock runs on from where it was set, as clocks do.
  let offset = options.startAt === undefined ? 0 : options.startAt - Date.now()
  const clock = () => Date.now() + offset
  const fresh = await freshDatabase({ clock, poolSize: 20 })
  const { temporalAddress: address, temporalNamespace: namespace } = testServers()
  const connection = await NativeConnection.connect({ address })
  const clientConnection = await Connection.connect({ address })
  const time = virtualTime(clientConnection, namespace)
  const encryptionKey = generateEncryptionKey('test')
  const encryption = createEncryption(encryptionKey)
  const configuration = createConfigurationCache()
  const events: (WorkerEvent | Parameters<ActivityDeps['report']>[0])[] = []
  const publicUrl = 'http://127.0.0.1:8080'
  const report = (event: (typeof events)[number]) => {
    events.push(event)
  }
  const database = options.databaseVia
    ? await openDatabase({ url: options.databaseVia(fresh.url), clock, poolSize: 20 })
    : fresh.database
  const common = { database, configuration, encryption, clock, publicUrl }
  const taskQueue = `test-${fresh.organizationId}`
  const workerDeps: WorkerDeps = {
    ...common,
    databaseUrl: fresh.url,
    connection,
    client: time.client,
    activities: {
      ...common,
      report,
      channels: { ...setUpChannels({ ...common, twilio: null }), ...options.channels?.({ database, clock }) },
    },
    queues: deliverQueues,
    report,
    taskQueue,
    deploymentName: taskQueue,
    workflowBundle: await workflowBundle(),
  }
  let workers = await runWorkers(workerDeps)
  const relayDeps: RelayDeps = { ...common, signal: careEventSignaller(time.client, taskQueue), report }
  const workflowId = (careEventId: string, kind: CareEventKind = 'appointment') =>
    careEventWorkflowId(kind, { organizationId: fresh.organizationId, careEventId })

  return {
    ...common,
    ...fresh,
    client: time.client,
    taskQueue,
    encryptionKey,
    events,
    activities: workerDeps.activities,
    /** Takes all that was touched, as the relay would. */
    async relay(): Promise<void> {
      while ((await relayOnce(relayDeps)) > 0);
    },
    /** As the reconciler does every minute. */
    reconcile: () => touchOverdue({ database, clock }),
    now: clock,
    /** On the hour, so that no text depends on when the test runs. */
    inDays: (days: number): Instant => Math.ceil((clock() + days * dayMs) / hourMs) * hourMs,
    /** Sets the engine's clock; workflows follow by `advance`. */
    setClock(at: Instant): void {
      offset = at - Date.now()
    },
    hold: (careEventId: string) => time.hold(workflowId(careEventId)),
    release: (careEventId: string) => time.release(workflowId(careEventId)),
    /** Moves a held workflow and the engine's clock on by that many seconds. */
    async advance(careEventId: string, seconds: number): Promise<void> {
      await time.advance(workflowId(careEventId), seconds)
      offset += seconds * 1_000
    },
    workflow: (careEventId: string): WorkflowHandle => time.client.workflow.getHandle(workflowId(careEventId)),
    async stopWorkers(): Promise<void> {
      await workers.stop()
    },
    async startWorkers(): Promise<void> {
      workers = await runWorkers(workerDeps)
    },
    async stop(): Promise<void> {
      await workers.stop()
      await connection.close()
      await clientConnection.close()
      if (database !== fresh.database) await database.close()
      await fresh.drop()
    },
  }
}

export type Engine = Awaited<ReturnType<typeof startEngine>>
