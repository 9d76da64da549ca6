import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { setUpChannels } from '../../worker/channels.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'

const twilio = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', from: '+15555550100' }
let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

describe('the channels of an installation', () => {
  const cases: [given: string, twilio: typeof twilio | null, channels: Record<string, string>][] = [
    ['without a provider', null, { sms: 'simulated', voice: 'simulated', email: 'simulated' }],
    ['with Twilio, where nothing may seem to be delivered that is not', twilio, { sms: 'sms' }],
  ]
  it.each(cases)('%s', (_, settings, expected) => {
    const channels = setUpChannels({
      database: fresh.database,
      encryption: createEncryption(generateEncryptionKey('k1')),
      clock: Date.now,
      publicUrl: 'https://messages.example.org',
      twilio: settings,
    })
    const queues = Object.fromEntries(Object.entries(channels).map(([name, setup]) => [name, setup.queue]))
    expect(queues).toEqual(expected)
  })
})
