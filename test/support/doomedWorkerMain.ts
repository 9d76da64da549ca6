import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { Channel } from '../../activities/channels/channel.ts'
import { createEncryption } from '../../db/encryption.ts'
import { openDatabase } from '../../db/orm.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { setUpChannels } from '../../worker/channels.ts'
import { runWorkers } from '../../worker/start.ts'
import { deliverQueues } from '../../workflows/names.ts'
import type { DoomedOptions } from './doomedWorker.ts'

const [argument] = process.argv.slice(2)
const options = JSON.parse(argument ?? '') as DoomedOptions
const say = (line: string) => process.stdout.write(`${line}\n`)

const clock = Date.now
const database = await openDatabase({ url: options.databaseUrl, clock })
const common = {
  database,
  configuration: createConfigurationCache(),
  encryption: createEncryption(options.encryptionKey),
  clock,
  publicUrl: 'http://127.0.0.1:8080',
}
const channels = setUpChannels({ ...common, twilio: null })
const phone = channels.sms
if (!phone) throw new Error('no phone was set up')

let calls = 0
const standingStill: Channel = {
  ...phone.channel,
  async send(message) {
    calls += 1
    if (calls === 1) say('before the call')
    else {
      await phone.channel.send(message)
      say('after the call')
    }
    return new Promise(() => undefined)
  },
}
const address = options.temporalAddress
await runWorkers({
  ...common,
  databaseUrl: options.databaseUrl,
  connection: await NativeConnection.connect({ address }),
  client: new Client({ connection: await Connection.connect({ address }), namespace: options.temporalNamespace }),
  activities: {
    ...common,
    report: () => undefined,
    channels: { ...channels, sms: { ...phone, channel: standingStill } },
  },
  queues: deliverQueues,
  report: () => undefined,
  taskQueue: options.taskQueue,
  deploymentName: options.taskQueue,
  setCurrentVersion: false,
})
say('working')
