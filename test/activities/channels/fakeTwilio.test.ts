import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import { twilioClient } from '../../../activities/channels/twilioClient.ts'
import { isSignedByTwilio } from '../../../api/callbacks/twilioSignature.ts'
import { type FakeTwilio, startFakeTwilio } from '../../support/fakeTwilio.ts'

/** A receiver of callbacks that checks their signatures as ours does, behind a proxy with a public address. */
const publicUrl = 'https://practice.example.org'
const received: { path: string; form: Record<string, string>; signed: boolean }[] = []
let fake: FakeTwilio
let reachableAt: string
let close: () => Promise<void>

beforeAll(async () => {
  fake = await startFakeTwilio()
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.post(/.*/, (request, response) => {
    const signature = request.header('x-twilio-signature')
    const url = `${publicUrl}${request.originalUrl}`
    const signed = isSignedByTwilio({ authToken: fake.authToken, signature, url, parameters: request.body })
    received.push({ path: request.originalUrl, form: request.body, signed })
    response.status(signed ? 204 : 403).end()
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  reachableAt = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})
afterAll(async () => {
  await fake.close()
  await close()
})

describe("Twilio's callbacks, as the fake makes them", () => {
  it('are signed over the public address and come as often and in whatever order it is told', async () => {
    const client = twilioClient({ accountSid: fake.accountSid, authToken: fake.authToken, baseUrl: fake.url })
    const statusCallback = `${publicUrl}/callbacks/twilio/status?attempt=a-1`
    await client.messages.create({ to: '+15555550101', from: '+15555550100', body: 'Hi', statusCallback })
    const message = fake.messages[0]!
    for (const status of ['delivered', 'sent', 'delivered'])
      expect(await fake.callback(message, status, { reachableAt })).toBe(204)
    expect(received.map(({ path, form, signed }) => [path, form['MessageStatus'], signed])).toEqual([
      ['/callbacks/twilio/status?attempt=a-1', 'delivered', true],
      ['/callbacks/twilio/status?attempt=a-1', 'sent', true],
      ['/callbacks/twilio/status?attempt=a-1', 'delivered', true],
    ])
    expect(received.every(({ form }) => form['MessageSid'] === message.sid)).toBe(true)
  })

  it('bring the error code of a failure', async () => {
    await fake.callback(fake.messages[0]!, 'undelivered', { errorCode: 30005, reachableAt })
    expect(received.at(-1)?.form).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30005' })
  })

  it('bring replies of a phone', async () => {
    const path = '/callbacks/twilio/inbound'
    const text = { from: '+15555550101', to: '+15555550100', body: 'STOP', calledAs: publicUrl + path }
    expect(await fake.inbound(reachableAt + path, text)).toBe(204)
    expect(received.at(-1)?.form).toMatchObject({ From: '+15555550101', Body: 'STOP' })
  })
})
