import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { begin } from '../../activities/begin.ts'
import type { Call } from '../../activities/call.ts'
import { finish } from '../../activities/finish.ts'
import { dayMs, minuteMs } from '../../domain/instant.ts'
import type { DueStep } from '../../workflows/step.ts'
import { type Delivering, startDelivering } from '../support/delivering.ts'
import { everyRule } from '../support/practice.ts'

let world: Delivering
let actionId: string
let lines = 0
/** Each test has a day of its own. */
let day = 0
/** A Monday in New York: no clock is changed in the days after it. */
const now = Date.UTC(2026, 4, 4, 15, 0)

beforeAll(async () => {
  world = await startDelivering(now)
  actionId = await world.practice.action({
    type: 'procedure',
    message: { body: 'Hi {{ patient.firstName }}, please call us if anything hurts' },
    timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'procedureDate' },
    skippedRules: [...everyRule],
  })
})
afterAll(() => world.stop())

const say = (state: 'granted' | 'denied') =>
  world.query(
    `insert into consent (organization_id, id, address, channel, category, state, source, at)
     select $1, gen_random_uuid(), '+15555550101', channel, 'care', $2, 'staff', clock_timestamp() from unnest(array['sms', 'voice']) channel`,
    [world.organizationId, state],
  )
/** A line of what was done that day: all of them share one message. */
async function line(): Promise<string> {
  lines += 1
  await world.practice.post({
    resourceType: 'Procedure',
    id: `line-${lines}`,
    status: 'completed',
    subject: { reference: 'Patient/quill' },
    code: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: String(45_000 + lines) }] },
    performedDateTime: new Date(now + day * dayMs).toISOString(),
  })
  const [row] = await world.query<{ id: string }>('select id from care_event where external_id = $1', [`line-${lines}`])
  return row?.id ?? ''
}
const step = (deliveryId: string | null): DueStep => ({ actionId, recipient: 'patient', deliveryId, state: 'new' })
const later = () => now + day * dayMs + minuteMs
const start = (careEventId: string, deliveryId: string | null = null) =>
  begin(world.deps, world.ref(careEventId), step(deliveryId), later())
async function called(careEventId: string, deliveryId: string | null = null): Promise<Call> {
  const { call } = await start(careEventId, deliveryId)
  if (!call) throw new Error('nothing to call')
  return call
}
const row = async () => {
  const rows = await world.query<{ id: string; status: string; reason: string | null; careEventId: string }>(
    `select id, status, reason, care_event_id as "careEventId" from delivery where due_at > $1`,
    [new Date(later() - dayMs)],
  )
  expect(rows).toHaveLength(1)
  return rows[0] as (typeof rows)[0]
}
const refusedForNow = { outcome: 'refused', retry: 'later', code: '20429', retryAfterMs: null } as const

describe('Occurrences that several care events share', () => {
  let first: string
  let second: string
  beforeEach(async () => {
    day += 1
    ;[first, second] = [await line(), await line()]
  })

  /** The first one was to send it while the patient had opted out, which the patient takes back. */
  async function skippedOnce(): Promise<string> {
    await say('denied')
    await start(first)
    await say('granted')
    const { id, status, reason } = await row()
    expect([status, reason]).toEqual(['skipped', 'noConsent'])
    return id
  }

  it("one never takes up the other's call while it is made", async () => {
    const deliveryId = await skippedOnce()
    expect((await called(first, deliveryId)).kind).toBe('send')
    expect((await start(second, deliveryId)).call).toBeNull()
    expect(await row()).toMatchObject({ status: 'sending', careEventId: first })
    expect(await world.query('select status from attempt where delivery_id = $1', [deliveryId])).toEqual([
      { status: 'open' },
    ])
  })

  it('whoever sends it goes on with it, whoever recorded it first', async () => {
    const deliveryId = await skippedOnce()
    await world.query('update care_event set deleted = true where id = $1', [first])
    const call = await called(second, deliveryId)
    const next = await finish(world.deps, world.ref(second), step(deliveryId), call, refusedForNow, later())
    expect(await row()).toMatchObject({ status: 'claimed', careEventId: second })
    expect(next).toMatchObject({ deliveryId, waitsFor: 'retry' })
  })

  it('the other is planned anew when the one that was about to try again may not any more', async () => {
    const call = await called(first)
    await finish(world.deps, world.ref(first), step(null), call, refusedForNow, later())
    await world.query('update care_event set deleted = true where id = $1', [first])
    await world.query('delete from outbox')
    const { id } = await row()
    expect((await start(first, id)).call).toBeNull()
    expect(await row()).toMatchObject({ status: 'skipped', reason: 'careEventDeleted' })
    const touched = await world.query<{ id: string }>('select care_event_id as id from outbox')
    expect(touched.map((each) => each.id)).toContain(second)
    expect((await called(second, id)).kind).toBe('send')
  })

  it('one leaves alone what the other is about to try again', async () => {
    const call = await called(first)
    await finish(world.deps, world.ref(first), step(null), call, refusedForNow, later())
    expect((await start(second)).call).toBeNull()
    expect(await row()).toMatchObject({ status: 'claimed', reason: 'providerUnavailable', careEventId: first })
  })
})
