import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { twilioSms } from '../../activities/channels/sms.ts'
import { type FakeTwilio, startFakeTwilio } from '../support/fakeTwilio.ts'

/** A folder with the vendor's own OpenAPI document; without it there is nothing to compare with. */
const document = join(process.env['VENDOR_OPENAPI_DIR'] ?? '', 'twilio_api_v2010.json')
const given = process.env['VENDOR_OPENAPI_DIR'] !== undefined && existsSync(document)

type Schema = { type?: string; format?: string; enum?: string[]; pattern?: string; properties?: Record<string, Schema> }
type Operation = {
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

describe("the SDK's calls, compared with Twilio's own OpenAPI document", () => {
  let fake: FakeTwilio
  beforeAll(async () => {
    fake = await startFakeTwilio({ now: () => 1_000_000 })
    const { accountSid, authToken, url: baseUrl } = fake
    const channel = twilioSms({ accountSid, authToken, baseUrl }, { isClaimed: async () => false })
    const message = {
      organizationId: 'o-1',
      attemptId: 'a-1',
      deliveryId: 'd-1',
      channel: 'sms' as const,
      to: '+15555550101',
      from: '+15555550100',
      subject: null,
      body: 'Hi Maria',
      statusCallbackUrl: 'https://practice.example.org/callbacks/twilio/status?attempt=a-1',
      validForSeconds: 3600,
    }
    await channel.send(message)
    await channel.find({ ...message, attemptedAt: 1_000_000 })
  })
  afterAll(() => fake.close())

  it('send to the one place where messages are created and listed', () => {
    const path = `/2010-04-01/Accounts/${fake.accountSid}/Messages.json`
    expect(fake.requests.map(({ method, path: called }) => [method, called])).toEqual([
      ['POST', path],
      ['GET', path],
    ])
  })

  it(
    given ? 'use only parameters that the document knows' : 'are compared when VENDOR_OPENAPI_DIR names its folder',
    () => {
      if (!given) return
      const operations = JSON.parse(readFileSync(document, 'utf8')).paths[
        '/2010-04-01/Accounts/{AccountSid}/Messages.json'
      ] as { post: Operation; get: Operation }
      const [sent, listed] = fake.requests
      const form = operations.post.requestBody?.content['application/x-www-form-urlencoded']?.schema.properties ?? {}
      for (const [name, value] of Object.entries(sent?.form ?? {})) {
        expect(Object.keys(form)).toContain(name)
        if (form[name]?.type === 'integer') expect(value).toMatch(/^\d+$/)
        if (form[name]?.format === 'uri') expect(URL.canParse(value)).toBe(true)
        if (form[name]?.enum) expect(form[name].enum).toContain(value)
      }
      const query = operations.get.parameters?.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
      for (const name of Object.keys(listed?.query ?? {})) expect(query).toContain(name)
    },
  )
})
