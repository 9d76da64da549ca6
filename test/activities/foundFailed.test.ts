import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { begin } from '../../activities/begin.ts'
import { finish } from '../../activities/finish.ts'
import { hourMs, minuteMs } from '../../domain/instant.ts'
import type { DueStep } from '../../workflows/step.ts'
import { type Delivering, startDelivering } from '../support/delivering.ts'
import { everyRule } from '../support/practice.ts'

const now = Date.UTC(2026, 4, 4, 15, 0)
let world: Delivering
let actionId: string
beforeAll(async () => {
  world = await startDelivering(now)
  actionId = await world.practice.action({ skippedRules: [...everyRule] })
})
afterAll(() => world.stop())

const due = (deliveryId: string | null): DueStep => ({ actionId, recipient: 'patient', deliveryId, state: 'new' })
const delivery = async (careEvent: string) => {
  const [row] = await world.query<{ id: string; status: string; reason: string | null; attempt: string; sentAt: Date }>(
    `select d.id, d.status, d.reason, a.status as attempt, d.sent_at as "sentAt" from delivery d
       join attempt a on a.delivery_id = d.id where d.care_event_id = $1 order by a.number desc limit 1`,
    [careEvent],
  )
  if (!row) throw new Error('nothing was sent')
  return row
}

/** A message whose outcome is not known, and the question about it that its provider is to answer. */
async function lost(externalId: string) {
  const careEvent = await world.practice.book(externalId, now + hourMs)
  const ref = world.ref(careEvent)
  const { call } = await begin(world.deps, ref, due(null), now)
  if (!call) throw new Error('nothing to send')
  await finish(world.deps, ref, due(null), call, { outcome: 'notKnown', code: 'timeout' }, now)
  const { id } = await delivery(careEvent)
  const asked = await begin(world.deps, ref, due(id), now + 2 * minuteMs)
  if (asked.call?.kind !== 'find') throw new Error('nobody asks for it')
  return { careEvent, ref, id, call: asked.call }
}

describe('A message that the provider is found to have', () => {
  it.each([
    ['landed on a landline: the next channel is tried', '30006', 'claimed', 'retry'],
    ['did not arrive for now: the same again after a while', '30003', 'claimed', 'retry'],
    ['was filtered: it ends, and says so', '30007', 'undelivered', null],
  ])('%s', async (_, errorCode, status, waitsFor) => {
    const { careEvent, ref, id, call } = await lost(`visit-${errorCode}`)
    const found = { result: 'found', providerId: `SM${errorCode}`, status: 'undelivered', errorCode } as const
    const next = await finish(world.deps, ref, due(id), call, found, now + 2 * minuteMs)
    expect(await delivery(careEvent)).toMatchObject({ status, reason: 'providerRefused', attempt: 'undelivered' })
    expect(next?.waitsFor ?? null).toBe(waitsFor)
    const invalid = await world.query(
      'update contact_point set invalid_since = null where invalid_since is not null returning 1',
    )
    expect(invalid).toHaveLength(errorCode === '30006' ? 1 : 0)
  })

  it('was sent when it was called for, not when it was found', async () => {
    const { careEvent, ref, id, call } = await lost('visit-sent')
    const found = { result: 'found', providerId: 'SM1', status: 'sent', errorCode: null } as const
    await finish(world.deps, ref, due(id), call, found, now + 30 * minuteMs)
    expect(await delivery(careEvent)).toMatchObject({ status: 'sent', sentAt: new Date(now) })
  })
})
