import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { LostMessage, OutgoingMessage } from '../../../activities/channels/channel.ts'
import { type SmsConfig, twilioSms } from '../../../activities/channels/sms.ts'
import { type FakeTwilio, type Fault, startFakeTwilio } from '../../support/fakeTwilio.ts'

const at = Date.UTC(2026, 2, 9, 13)
const message: OutgoingMessage = {
  organizationId: 'o-1',
  attemptId: 'a-1',
  deliveryId: 'd-1',
  channel: 'sms',
  to: '+15555550101',
  from: '+15555550100',
  subject: null,
  body: 'Hi Maria, see you soon',
  statusCallbackUrl: 'https://practice.example.org/callbacks/twilio/status?attempt=a-1',
  validForSeconds: 3600,
}
const lost: LostMessage = { ...message, attemptedAt: at }

let fake: FakeTwilio
let clock = at
let claimed: Set<string>

beforeEach(async () => {
  clock = at
  claimed = new Set()
  fake = await startFakeTwilio({ now: () => clock })
})
afterEach(() => fake.close())

function channel(config: Partial<SmsConfig> = {}) {
  const { accountSid, authToken, url: baseUrl } = fake
  return twilioSms(
    { accountSid, authToken, baseUrl, timeoutMs: 10_000, ...config },
    { isClaimed: async (sid) => claimed.has(sid) },
  )
}

/** Only what never ends is given up soon: a busy machine may be slow to answer all else. */
const patienceFor = ({ kind }: Fault): Partial<SmsConfig> => (kind === 'hang' ? { timeoutMs: 1_000 } : {})

describe('sending an SMS by Twilio', () => {
  it('hands the message over once, with the callback that carries the attempt and a limit on its validity', async () => {
    expect(await channel().send(message)).toEqual({
      outcome: 'accepted',
      providerId: fake.messages[0]?.sid,
      status: 'sent',
      errorCode: null,
    })
    expect(fake.messages).toHaveLength(1)
    expect(fake.messages[0]).toMatchObject({
      to: message.to,
      from: message.from,
      body: message.body,
      statusCallback: message.statusCallbackUrl,
      validityPeriod: 3600,
    })
  })

  it.each([
    ['the default sender when the message names none', { from: '+15555550109' }, { from: '+15555550109' }],
    ['the messaging service when there is no number', { messagingServiceSid: 'MG1' }, { messagingServiceSid: 'MG1' }],
  ])('uses %s', async (_why, config, expected) => {
    const { from: _none, ...unsigned } = message
    await channel(config).send(unsigned)
    expect(fake.messages[0]).toMatchObject(expected)
  })

  it.each([
    [5, 10],
    [90_000, 36_000],
  ])('keeps a validity of %i seconds within what Twilio takes (%i)', async (validForSeconds, expected) => {
    await channel().send({ ...message, validForSeconds })
    expect(fake.messages[0]?.validityPeriod).toBe(expected)
  })

  const refusals: [Fault, object, string][] = [
    [{ kind: 'status', status: 400, code: 21610 }, { retry: 'optOut', code: '21610' }, 'the recipient said STOP'],
    [{ kind: 'status', status: 400, code: 21211 }, { retry: 'permanent', code: '21211' }, 'no such number'],
    [{ kind: 'status', status: 400, code: 21606 }, { retry: 'ours', code: '21606' }, 'our sender is wrong'],
    [{ kind: 'status', status: 400, code: 29999 }, { retry: 'unknown', code: '29999' }, 'a code nobody knows'],
    [{ kind: 'status', status: 403, body: 'go away' }, { retry: 'ours', code: 'http403' }, 'no JSON, not allowed'],
    [{ kind: 'status', status: 404, body: '<html>' }, { retry: 'unknown', code: 'http404' }, 'no JSON, not found'],
    [
      { kind: 'status', status: 429, code: 20429, retryAfter: 7 },
      { retry: 'later', code: '20429', retryAfterMs: 7000 },
      '429 says when',
    ],
    [{ kind: 'status', status: 429 }, { retry: 'later', retryAfterMs: null }, '429 without a word'],
  ]
  it.each(refusals)('%j is surely refused: %j (%s)', async (fault, expected) => {
    fake.failNext(fault)
    expect(await channel().send(message)).toMatchObject({ outcome: 'refused', ...expected })
    expect(fake.messages).toHaveLength(0)
    expect(fake.requests).toHaveLength(1)
  })

  it('is refused for good by a number that cannot be reached', async () => {
    fake.refusals.set(message.to, 21614)
    expect(await channel().send(message)).toMatchObject({ outcome: 'refused', retry: 'permanent', code: '21614' })
  })

  it('blames our set-up for a wrong key', async () => {
    expect(await channel({ authToken: 'another' }).send(message)).toMatchObject({ outcome: 'refused', retry: 'ours' })
  })

  const unknowns: [Fault, string, string][] = [
    [{ kind: 'hang', accepted: true }, 'timeout', 'no answer after it was taken'],
    [{ kind: 'hang', accepted: false }, 'timeout', 'no answer at all'],
    [{ kind: 'reset', accepted: true }, 'ECONNRESET', 'the line broke after it was taken'],
    [{ kind: 'reset', accepted: false }, 'ECONNRESET', 'the line broke before'],
    [{ kind: 'status', status: 500, accepted: true, code: 20500 }, '20500', 'a failure after it was taken'],
    [{ kind: 'status', status: 503, accepted: false }, 'http503', 'a failure before'],
    [
      { kind: 'status', status: 201, accepted: true, body: 'not json' },
      'unreadableAnswer',
      'an answer nobody can read',
    ],
    [{ kind: 'status', status: 201, accepted: true, body: '{}' }, 'unreadableAnswer', 'an answer without the id'],
  ]
  it.each(unknowns)('%j is not known, and the call is not repeated (%s: %s)', async (fault, code) => {
    fake.failNext(fault)
    expect(await channel(patienceFor(fault)).send(message)).toEqual({ outcome: 'notKnown', code })
    expect(fake.requests).toHaveLength(1)
    expect(fake.messages).toHaveLength(fault.accepted ? 1 : 0)
  })

  it('was surely not sent when nobody listens', async () => {
    const sent = await channel({ baseUrl: 'http://127.0.0.1:1' }).send(message)
    expect(sent).toMatchObject({ outcome: 'refused', retry: 'later', code: 'ECONNREFUSED' })
  })

  it('lets no text of the provider or the message out', async () => {
    fake.failNext({ kind: 'status', status: 400, code: 21211 }, { kind: 'reset', accepted: true })
    const outcomes = JSON.stringify([await channel().send(message), await channel().send(message)])
    expect(outcomes).not.toMatch(/refused by the fake|Maria|5550101/)
  })
})

describe('finding a message whose outcome is not known', () => {
  async function loseOne(change: Partial<OutgoingMessage> = {}) {
    fake.failNext({ kind: 'reset', accepted: true })
    await channel().send({ ...message, ...change })
  }

  it('finds the one that was taken', async () => {
    await loseOne()
    const found = await channel().find(lost)
    expect(found).toEqual({ result: 'found', providerId: fake.messages[0]?.sid, status: 'sent', errorCode: null })
  })

  it('tells what has become of it', async () => {
    await loseOne()
    Object.assign(fake.messages[0] ?? {}, { status: 'undelivered', errorCode: 30005 })
    expect(await channel().find(lost)).toMatchObject({ status: 'undelivered', errorCode: '30005' })
  })

  it.each<[string, Partial<OutgoingMessage>, number]>([
    ['to another number', { to: '+15555550102' }, 0],
    ['from another sender', { from: '+15555550109' }, 0],
    ['with another text', { body: 'Hi Maria, see you later' }, 0],
    ['of an hour earlier', {}, -3_600_000],
    ['of an hour later', {}, 3_600_000],
  ])('does not take one %s', async (_which, change, shift) => {
    clock = at + shift
    await loseOne(change)
    expect(await channel().find(lost)).toEqual({ result: 'absent' })
  })

  it('does not take one that another attempt has', async () => {
    await loseOne()
    claimed.add(fake.messages[0]?.sid ?? '')
    expect(await channel().find(lost)).toEqual({ result: 'absent' })
  })

  it('takes the nearest in time of several alike', async () => {
    clock = at - 60_000
    await loseOne()
    clock = at + 1_000
    await loseOne()
    expect(await channel().find(lost)).toMatchObject({ providerId: fake.messages[1]?.sid })
  })

  it('looks through all pages', async () => {
    await loseOne()
    clock = at + 1_000
    for (let n = 0; n < 70; n++) await channel().send({ ...message, body: `other ${n}` })
    expect(await channel().find(lost)).toMatchObject({ providerId: fake.messages[0]?.sid })
  })

  it.each<[Fault, string]>([
    [{ kind: 'status', status: 503, accepted: false }, 'http503'],
    [{ kind: 'status', status: 429, accepted: false, code: 20429 }, '20429'],
    [{ kind: 'hang', accepted: false }, 'timeout'],
    [{ kind: 'reset', accepted: false }, 'ECONNRESET'],
  ])('is undecidable while the provider cannot be asked: %j', async (fault, code) => {
    fake.failNext(fault)
    expect(await channel(patienceFor(fault)).find(lost)).toEqual({ result: 'undecidable', code })
  })
})
