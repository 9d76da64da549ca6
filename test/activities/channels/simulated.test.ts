import { describe, expect, it } from '@jest/globals'
import type { OutgoingMessage } from '../../../activities/channels/channel.ts'
import { type SimulatedMessage, simulatedChannel } from '../../../activities/channels/simulated.ts'

const message: OutgoingMessage = {
  organizationId: 'o-1',
  attemptId: 'a-1',
  deliveryId: 'd-1',
  channel: 'sms',
  to: '+15555550101',
  subject: null,
  body: 'Hi Maria',
  statusCallbackUrl: null,
}

function phone(faults: { store?: boolean; report?: boolean } = {}) {
  const stored = new Map<string, SimulatedMessage>()
  const reports: object[] = []
  const channel = simulatedChannel({
    now: () => 1_000,
    store: {
      async put(one) {
        if (faults.store) throw new Error('the database is away')
        if (!stored.has(one.attemptId)) stored.set(one.attemptId, one)
        return { id: `m-${one.attemptId}` }
      },
      async find(_organizationId, attemptId) {
        if (faults.store) throw new Error('the database is away')
        return stored.has(attemptId) ? { id: `m-${attemptId}` } : null
      },
    },
    async report(report) {
      if (faults.report) throw new Error('the database is away')
      reports.push(report)
    },
  })
  return { channel, stored, reports }
}

describe('the simulated phone', () => {
  it('keeps the message, and says at once that it arrived', async () => {
    const { channel, stored, reports } = phone()
    expect(await channel.send(message)).toEqual({
      outcome: 'accepted',
      providerId: 'm-a-1',
      status: 'delivered',
      errorCode: null,
    })
    const { statusCallbackUrl: _unused, ...kept } = message
    expect([...stored.values()]).toEqual([{ ...kept, at: 1_000 }])
    expect(reports).toEqual([])
  })

  it('keeps an attempt once, however often it is sent', async () => {
    const { channel, stored } = phone()
    await channel.send(message)
    expect(await channel.send(message)).toMatchObject({ providerId: 'm-a-1' })
    expect(stored.size).toBe(1)
  })

  it('finds what it has, and nothing else', async () => {
    const { channel } = phone()
    await channel.send(message)
    expect(await channel.find({ ...message, attemptedAt: 0 })).toMatchObject({ result: 'found', providerId: 'm-a-1' })
    expect(await channel.find({ ...message, attemptId: 'a-2', attemptedAt: 0 })).toEqual({ result: 'absent' })
  })

  it('does not know when its store is away', async () => {
    const { channel } = phone({ store: true })
    expect(await channel.send(message)).toEqual({ outcome: 'notKnown', code: 'simulatorStore' })
    expect(await channel.find({ ...message, attemptedAt: 0 })).toEqual({
      result: 'undecidable',
      code: 'simulatorStore',
    })
  })

  it('has sent a message even when its report is lost', async () => {
    const { channel } = phone({ report: true })
    expect(await channel.send({ ...message, to: '+15555550192' })).toMatchObject({
      outcome: 'accepted',
      status: 'sent',
    })
  })
})

describe('the addresses on which a simulated message fails', () => {
  const arrives = { outcome: 'accepted', status: 'delivered' }
  const isLost = { outcome: 'accepted', status: 'sent' }
  const cases: [channel: OutgoingMessage['channel'], to: string, outcome: object, reported: string | null][] = [
    ['sms', '+15555550190', { outcome: 'refused', retry: 'permanent' }, null],
    ['voice', '+15555550190', arrives, null],
    ['sms', '+12125550191', { outcome: 'refused', retry: 'permanent' }, null],
    ['voice', '+12125550191', { outcome: 'refused', retry: 'permanent' }, null],
    ['sms', '+15555550192', isLost, 'undelivered'],
    ['sms', '+15555550193', { outcome: 'refused', retry: 'optOut' }, null],
    ['email', 'Bounce.me@example.test', isLost, 'undelivered'],
    ['email', 'ada@bounce.example', arrives, null],
  ]
  it.each(cases)('%s to %s', async (channel, to, outcome, reported) => {
    const simulator = phone()
    expect(await simulator.channel.send({ ...message, channel, to })).toMatchObject(outcome)
    expect(simulator.stored.size).toBe(outcome === arrives ? 1 : 0)
    expect(simulator.reports).toEqual(reported === null ? [] : [expect.objectContaining({ status: reported })])
  })
})
