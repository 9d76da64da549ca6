import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { begin } from '../../activities/begin.ts'
import { readCarePlan } from '../../db/queries/carePlan.ts'
import { readConfiguration } from '../../db/queries/facts.ts'
import { suppress } from '../../db/queries/suppressions.ts'
import { type Instant, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { holdPatients } from '../support/heldPatients.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'

describe('two visits of one day, one message', () => {
  let engine: Engine
  let practice: Practice
  const held: string[] = []
  beforeEach(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
    held.length = 0
  })
  afterEach(() => engine.stop())

  const today = DateTime.now().setZone('America/New_York').startOf('day')
  /** So many days from now, at an hour in New York. */
  const on = (days: number, hour: number): Instant => today.plus({ days }).set({ hour }).toMillis()
  const book = async (name: string, start: Instant, more = {}) => {
    const id = await practice.book(name, start, more)
    if (!held.includes(id)) held.push(id)
    engine.hold(id)
    return id
  }
  /** Every workflow that still sleeps, and the engine's clock, come to this instant. */
  const wait = async (until: Instant) => {
    const from = engine.now()
    const seconds = Math.ceil((until - from) / 1_000)
    for (const id of held) {
      const status = await engine
        .workflow(id)
        .describe()
        .then(
          ({ status }) => status.name,
          () => 'NONE',
        )
      if (status !== 'RUNNING') continue
      engine.setClock(from)
      await engine.advance(id, seconds)
    }
    engine.setClock(until)
  }
  const bodies = async () => (await practice.phone()).map(({ body }) => body)
  const rows = () =>
    engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ id: string; careEventId: string; status: string; reason: string | null; mergedInto: string | null }>(
        `select id, care_event_id as "careEventId", status, reason, merged_into as "mergedInto" from delivery order by created_at, id`,
      ),
    )
  const first = (more = {}) => practice.action({ sameDay: 'first', skippedRules: [...everyRule], ...more })

  it('the first is told of, and the other is recorded as said with it', async () => {
    await first()
    const noon = await book('noon', on(3, 12))
    const ten = await book('ten', on(3, 10))
    await engine.relay()
    await wait(on(3, 9) + minuteMs)
    await wait(on(3, 13))
    expect(await bodies()).toEqual([expect.stringContaining('10:00 AM')])
    const [sent, merged] = await rows()
    expect(sent).toMatchObject({ careEventId: ten, status: 'delivered' })
    expect(merged).toMatchObject({ careEventId: noon, status: 'skipped', reason: 'mergedInto', mergedInto: sent?.id })
  })

  it('the first is cancelled an hour before: the other one is told in its time', async () => {
    await first()
    const ten = await book('ten', on(3, 10))
    await book('noon', on(3, 12))
    await engine.relay()
    await wait(on(3, 9) - minuteMs)
    await practice.book('ten', on(3, 10), { status: 'cancelled' })
    await engine.relay()
    await wait(on(3, 13))
    expect(await bodies()).toEqual([expect.stringContaining('12:00 PM')])
    expect(await rows()).not.toContainEqual(expect.objectContaining({ careEventId: ten }))
  })

  it('both are due in the same second, and the first is cancelled then: the other one is told within a minute', async () => {
    await first({ timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '09:00' } })
    await book('ten', on(3, 10))
    const noon = await book('noon', on(3, 12))
    await engine.relay()
    await wait(on(2, 9) - minuteMs)
    await practice.book('ten', on(3, 10), { status: 'cancelled' })
    // Nobody is told: what the workflows sleep until has to do.
    await wait(on(2, 9) + 2 * minuteMs)
    expect(await bodies()).toEqual([expect.stringContaining('12:00 PM')])
    expect(await rows()).toEqual([expect.objectContaining({ careEventId: noon, status: 'delivered' })])
  })

  it('a list names all that match, and one booked after it went out has its own', async () => {
    await practice.action({
      sameDay: 'list',
      skippedRules: [...everyRule],
      message: { body: 'You are expected at {% for a in appointments %}{{ a.start | time }}; {% endfor %}' },
      timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start' },
    })
    await book('ten', on(3, 10))
    await book('noon', on(3, 12))
    await book('gone', on(3, 11), { status: 'cancelled' })
    await engine.relay()
    await wait(on(2, 11))
    expect(await bodies()).toEqual(['You are expected at 10:00 AM; 12:00 PM; '])
    const three = await practice.book('three', on(3, 15))
    await engine.relay()
    await engine.workflow(three).result()
    expect(await bodies()).toEqual([
      'You are expected at 10:00 AM; 12:00 PM; ',
      'You are expected at 10:00 AM; 12:00 PM; 3:00 PM; ',
    ])
  })

  it('shows in the plan who leads', async () => {
    await first()
    const noon = await book('noon', on(3, 12))
    await book('ten', on(3, 10))
    await engine.relay()
    const { items } = await engine.database.inOrganization(engine.organizationId, async (tx) =>
      readCarePlan(tx, await readConfiguration(tx), noon, engine.now()),
    )
    expect(items[0]).toMatchObject({ verdict: 'skipped', reason: 'mergedInto' })
    expect(JSON.stringify(items[0]?.trail)).toContain('10:00 AM')
  })

  it('what decides for one visit waits for what decides for another: two never lead', async () => {
    const actionId = await first()
    const ten = await practice.book('ten', on(3, 10))
    const noon = await practice.book('noon', on(3, 10) + minuteMs)
    const due = { actionId, recipient: 'patient', deliveryId: null, state: 'new' }
    const now = on(3, 9) + minuteMs
    const deliverNow = (careEventId: string) =>
      begin(engine.activities, { organizationId: engine.organizationId, careEventId }, due, now)

    // The first one's claim is held up between its decision and its end, while it is cancelled by hand.
    const patients = await holdPatients(engine.url)
    const leading = deliverNow(ten)
    await patients.waiting(1)
    await engine.database.inOrganization(engine.organizationId, (tx) =>
      suppress(tx, ten, { actionId, recipient: null }, { now: engine.now(), who: { userId: null, apiKeyId: null } }),
    )
    const following = deliverNow(noon)
    await patients.waiting(2)
    await patients.release()
    expect((await leading).call).not.toBeNull()
    expect((await following).call).toBeNull()
    expect((await rows()).map(({ status, reason }) => reason ?? status)).toEqual(['sending', 'mergedInto'])
  })
})
