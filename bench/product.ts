import { randomBytes } from 'node:crypto'
import type { Client } from '@temporalio/client'
import pino from 'pino'
import { migrate } from '../db/migrations/migrate.ts'
import { seed } from '../db/seed.ts'
import { runApi } from '../start/api.ts'
import { type Foundation, openFoundation } from '../start/foundation.ts'
import type { Stopping } from '../start/stopping.ts'
import { registerSearchAttributes } from '../start/temporal.ts'
import { asAdmin } from '../test/support/database.ts'
import { startPractice } from '../test/support/practice.ts'
import { setUpChannels } from '../worker/channels.ts'
import { startWorker } from '../worker/start.ts'
import { deliverQueues } from '../workflows/names.ts'
import type { BenchServers } from './servers.ts'

/**
 * The whole product as `npm start` puts it together, in this process and in real time: its API, its worker with relay
 * and listener, over a database, task queues and a deployment of its own.
 */
export async function startProduct(
  stopping: Stopping,
  { postgresUrl, temporalAddress, ...context }: BenchServers,
  { withWorker = true }: { withWorker?: boolean } = {},
) {
  const name = `custom_actions_bench_${randomBytes(4).toString('hex')}`
  const databaseUrl = await ownDatabase(stopping, postgresUrl, name)
  await migrate({ url: databaseUrl })
  const foundation = await openFoundation({
    ...context,
    servers: { databaseUrl, temporalAddress, temporalUi: null },
    publicUrl: 'http://localhost:8080',
    clock: () => Date.now(),
    log: pino({ level: 'silent' }),
    stopping,
  })
  await registerSearchAttributes(foundation.temporal)
  const made = await seed(foundation)
  if (!made) throw new Error('the database of the bench should be new')
  if (context.settings.TEMPORAL_ADDRESS !== undefined)
    stopping.add('workflows', () => endSleepers(foundation.temporal.client, name))
  const said: Said = { failures: [], settled: 0 }
  if (withWorker) await runWorker(foundation, stopping, name, said)
  const api = await runApi(foundation, { port: 0, host: '127.0.0.1' })
  stopping.add('API', api.stop)

  const { organizationId, ehrSource } = made
  return {
    ...foundation,
    client: foundation.temporal.client,
    connection: foundation.temporal.native,
    taskQueue: name,
    organizationId,
    ehrSource,
    apiUrl: api.url,
    practice: await startPractice({ ...foundation, organizationId }),
    said,
    stopping,
  }
}

/** What the worker has told since it started. */
interface Said {
  /** What went wrong, as codes. */
  failures: string[]
  /** How many messages it was about to note as sent, or as never to be. */
  settled: number
}

export type Product = Awaited<ReturnType<typeof startProduct>>

/** A database beside the one that the address names, dropped in the end. */
async function ownDatabase(stopping: Stopping, serverUrl: string, name: string): Promise<string> {
  await asAdmin(serverUrl, (client) => client.query(`create database ${name}`))
  stopping.add('database of the bench', async () => {
    await asAdmin(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** A server that stays keeps no workflow of ours. Stopped after the worker, so that nothing new begins. */
async function endSleepers({ workflow }: Client, taskQueue: string): Promise<void> {
  const query = `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running'`
  for await (const { workflowId } of workflow.list({ query }))
    await workflow.getHandle(workflowId).terminate('the bench is over')
}

/** As `npm start` runs it, but under names of its own: the server may have other workers. */
async function runWorker(foundation: Foundation, stopping: Stopping, name: string, said: Said): Promise<void> {
  const { database, databaseUrl, configuration, encryption, clock, publicUrl, temporal } = foundation
  const report = (event: { event: string; code?: string }) => {
    if (event.code !== undefined) said.failures.push(`${event.event} ${event.code}`)
    if (event.event === 'settled') said.settled += 1
  }
  const common = { database, configuration, encryption, clock, publicUrl, report }
  const worker = await startWorker({
    ...common,
    databaseUrl,
    connection: temporal.native,
    client: temporal.client,
    queues: deliverQueues,
    activities: { ...common, channels: setUpChannels({ ...common, twilio: null }) },
    taskQueue: name,
    deploymentName: name,
    // What imports them is measured in a process of its own.
    imports: false,
  })
  stopping.add('worker', worker.stop)
}
