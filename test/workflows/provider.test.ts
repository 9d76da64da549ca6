import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { twilioSms } from '../../activities/channels/sms.ts'
import { hourMs, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { type FakeTwilio, startFakeTwilio } from '../support/fakeTwilio.ts'
import { everyRule, type Practice, quill, startPractice } from '../support/practice.ts'

describe('a message by Twilio', () => {
  let twilio: FakeTwilio
  let engine: Engine
  let practice: Practice
  beforeEach(async () => {
    twilio = await startFakeTwilio({ now: () => engine.now() })
    engine = await startEngine({
      channels: ({ database }) => ({
        sms: {
          queue: 'sms',
          statusCallbackUrl: (attemptId) => `https://messages.example.org/callbacks/twilio/status?attempt=${attemptId}`,
          channel: twilioSms(
            {
              accountSid: twilio.accountSid,
              authToken: twilio.authToken,
              from: '+15555550100',
              baseUrl: twilio.url,
              timeoutMs: 2_000,
            },
            { isClaimed: async (id) => (await database.lookup.providerMessage('twilio', id)) !== null },
          ),
        },
      }),
    })
    practice = await startPractice(engine)
  })
  afterEach(async () => {
    await engine.stop()
    await twilio.close()
  })

  /** A visit whose reminder is due in two minutes, by its workflow's clock. */
  const bookSoon = async () => {
    const id = await practice.book('visit', engine.now() + hourMs + 2 * minuteMs)
    await engine.relay()
    return id
  }

  it('goes out once, and the callback URL names the attempt', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    await engine.workflow(await bookSoon()).result()
    expect(twilio.messages.map(({ to }) => to)).toEqual(['+15555550101'])
    expect(twilio.requests[0]?.form['StatusCallback']).toMatch(/attempt=[0-9a-f-]{36}$/)
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['sent'])
  })

  it('is sent exactly once when Twilio took it but the answer never came', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    twilio.failNext({ kind: 'hang', accepted: true })
    await engine.workflow(await bookSoon()).result()
    expect(twilio.messages).toHaveLength(1)
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['sent'])
    expect(engine.events).toContainEqual({ event: 'outcomeUnknown', channel: 'sms', code: expect.any(String) })
  })

  it('is sent again after Twilio surely never took it', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    twilio.failNext({ kind: 'reset', accepted: false })
    await engine.workflow(await bookSoon()).result()
    expect(twilio.messages).toHaveLength(1)
    const attempts = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ status: string }>('select status from attempt order by number'),
    )
    expect(attempts.map(({ status }) => status)).toEqual(['absent', 'accepted'])
  })

  it('is not sent stale after three hours of outage, and the email of the same visit is on time', async () => {
    await practice.post({ ...quill, telecom: [...quill.telecom, { system: 'email', value: 'zephyrine@example.org' }] })
    const timing = {
      offset: 60,
      unit: 'minutes',
      direction: 'before',
      anchor: 'start',
      maxLatenessMinutes: 30,
    } as const
    await practice.action({ title: 'Text', skippedRules: [...everyRule], timing })
    await practice.action({
      title: 'Mail',
      skippedRules: [...everyRule],
      timing: { ...timing, offset: 59 },
      channels: { override: ['email'], secure: false },
    })
    twilio.outage({ kind: 'status', status: 429 })
    const id = await bookSoon()
    await engine.workflow(id).result()
    expect(twilio.messages).toEqual([])
    const rows = await practice.ledger()
    expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', 'tooLate'],
      ['delivered', null],
    ])
    expect((await practice.phone()).map(({ to }) => to)).toEqual(['zephyrine@example.org'])
  })

  it('records a STOP that Twilio knows of, and sends neither SMS nor call', async () => {
    await practice.action({ skippedRules: [...everyRule], channels: { override: ['sms', 'voice'], secure: false } })
    twilio.refusals.set('+15555550101', 21610)
    await engine.workflow(await bookSoon()).result()
    expect(await practice.phone()).toEqual([])
    expect((await practice.ledger()).map(({ status, reason }) => [status, reason])).toEqual([
      ['failed', 'providerRefused'],
    ])
  })

  it('falls back to the next channel when the number takes no SMS', async () => {
    await practice.action({ skippedRules: [...everyRule], channels: { override: ['sms', 'voice'], secure: false } })
    twilio.refusals.set('+15555550101', 21614)
    await engine.workflow(await bookSoon()).result()
    expect(await practice.phone()).toHaveLength(1)
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['delivered'])
  })
})
