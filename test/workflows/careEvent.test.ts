import { describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { asAdmin } from '../support/database.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { everyRule, type Practice } from '../support/practice.ts'
import { settled } from '../support/settled.ts'

const daySeconds = dayMs / 1_000

describe('the life of an appointment', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  const sentTimes = async () => (await practice.ledger()).flatMap((row) => (row.sent_at ? [row.sent_at.getTime()] : []))
  const signals = async (id: string) =>
    (await engine.workflow(id).fetchHistory()).events?.filter((event) => event.workflowExecutionSignaledEventAttributes)
      .length

  it('sleeps thirty days and sends once, at its minute', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(30)
    const id = await practice.book('visit', start)
    await engine.relay()
    await engine.workflow(id).result()
    const sent = await practice.phone()
    expect(sent.map(({ body }) => body)).toEqual([expect.stringContaining('Hi Zephyrine, see you on')])
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['delivered'])
    expectOneAt(await sentTimes(), start - hourMs)
  })

  it('wakes earlier when the visit is moved to an earlier day', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const id = await practice.book('visit', engine.inDays(10))
    engine.hold(id)
    await engine.relay()
    await engine.advance(id, daySeconds)
    const earlier = engine.inDays(2)
    await practice.book('visit', earlier)
    await engine.relay()
    await engine.advance(id, 3 * daySeconds)
    expectOneAt(await sentTimes(), earlier - hourMs)
    expect(await signals(id)).toBe(2)
  })

  it('finds a later day on waking, without a signal, and says nothing at the old time', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const id = await practice.book('visit', engine.inDays(2))
    engine.hold(id)
    await engine.relay()
    await engine.advance(id, daySeconds)
    const later = engine.inDays(9)
    await practice.book('visit', later)
    await engine.relay()
    expect(await signals(id)).toBe(1)
    await engine.advance(id, 2 * daySeconds)
    expect(await practice.phone()).toEqual([])
    await engine.advance(id, 8 * daySeconds)
    expectOneAt(await sentTimes(), later - hourMs)
  })

  it('tells the new time when the visit is moved after the message went out', async () => {
    await practice.action({
      skippedRules: [...everyRule],
      timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start' },
    })
    const first = engine.inDays(4)
    const id = await practice.book('visit', first)
    engine.hold(id)
    await engine.relay()
    await engine.advance(id, 3 * daySeconds)
    expect(await practice.phone()).toHaveLength(1)
    const second = first + 3 * hourMs
    await practice.book('visit', second)
    engine.release(id)
    await engine.relay()
    await engine.workflow(id).result()
    const texts = (await practice.phone()).map(({ body }) => body)
    expect(texts.map((body) => body.split(' at ')[1])).toEqual([wallTime(first), wallTime(second)])
  })

  it('says nothing about a visit that was cancelled, and its workflow ends', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(5)
    const id = await practice.book('visit', start)
    await practice.book('visit', start, { status: 'cancelled' })
    await engine.relay()
    const again = await practice.book('other', start)
    engine.hold(again)
    await engine.relay()
    await practice.book('other', start, { status: 'cancelled' })
    await engine.relay()
    await engine.advance(again, 6 * daySeconds)
    await engine.workflow(again).result()
    expect(await practice.phone()).toEqual([])
    await expect(engine.workflow(id).describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' })
  })

  it('is started again by the reconciler when somebody terminated it', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(3)
    const id = await practice.book('visit', start)
    engine.hold(id)
    await engine.relay()
    await settled(async () => (await wakeAt(engine, id)) !== null)
    await engine.workflow(id).terminate('by hand')
    engine.release(id)
    engine.setClock(start - hourMs + 3 * minuteMs)
    expect(await engine.reconcile()).toBe(1)
    await engine.relay()
    await engine.workflow(id).result()
    expect(await practice.phone()).toHaveLength(1)
    expect(await wakeAt(engine, id)).toBeNull()
  })

  it('finds again what was sent when the database lost the bookkeeping of it, after the workflow had ended', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(3)
    const id = await practice.book('visit', start)
    await engine.relay()
    await engine.workflow(id).result()
    engine.setClock(start - hourMs + 3 * minuteMs)
    const before = await practice.ledger()
    expect(before).toMatchObject([{ status: 'delivered' }])

    await asAdmin(engine.url, async (client) => {
      await client.query(
        `update delivery set status = 'sending', sent_at = null, reached_provider = false, final = false`,
      )
      await client.query(`update attempt set status = 'open', provider_id = null, closed_at = null`)
      await client.query('update care_event set wake_at = (select due_at from delivery)')
    })
    expect(await engine.reconcile()).toBe(1)
    await engine.relay()
    await engine.workflow(id).result()

    expect(await practice.phone()).toHaveLength(1)
    expect(await practice.ledger()).toEqual(before)
    expect(await wakeAt(engine, id)).toBeNull()
  })

  it('settles as too late what an outage of everything kept from going out, whoever sees it first', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(3)
    const id = await practice.book('visit', start, { status: 'booked' })
    const goneBy = await practice.book('gone by', start - 2 * dayMs)
    await practice.action({
      skippedRules: [...everyRule],
      timing: { offset: 1, unit: 'hours', direction: 'after', anchor: 'start' },
    })
    engine.setClock(start + dayMs)
    await engine.relay()
    expect(await practice.phone()).toEqual([])
    const settledAs = (await practice.ledger()).map(({ status, reason }) => [status, reason])
    expect(settledAs.sort()).toEqual([
      ['skipped', 'anchorPassed'],
      ['skipped', 'anchorPassed'],
      ['skipped', 'tooLate'],
      ['skipped', 'tooLate'],
    ])
    for (const each of [id, goneBy])
      await expect(engine.workflow(each).describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' })
  })

  it('starts afresh when its history has grown long, and sends once all the same', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = engine.inDays(3)
    const id = await practice.book('visit', start)
    engine.hold(id)
    await engine.relay()
    const handle = engine.workflow(id)
    const { runId } = await handle.describe()
    const signalMany = () => Promise.all(Array.from({ length: 250 }, () => handle.signal('careEventChanged')))
    for (let round = 0; round < 9; round += 1) await signalMany()
    // On a busy machine such a flood makes the SDK drop workflow tasks; the server gives each again after 10 s.
    await settled(async () => (await handle.describe()).runId !== runId, 90_000)
    await engine.advance(id, 3 * daySeconds)
    await handle.result()
    expect(await practice.phone()).toHaveLength(1)
  })

  it('holds back for an hour after an edit of the text', async () => {
    const start = engine.inDays(0.125)
    const edited = engine.now()
    await practice.action({
      skippedRules: ['quietHours', 'holidays', 'sundays'],
      timing: {
        offset: Math.round((start - edited) / minuteMs) - 5,
        unit: 'minutes',
        direction: 'before',
        anchor: 'start',
      },
    })
    const id = await practice.book('visit', start)
    await engine.relay()
    await engine.workflow(id).result()
    expectOneAt(await sentTimes(), edited + hourMs)
  })

  it.each([
    ['quietHours', { hour: 8, minute: 0 }, { days: -1, hour: 19 }, 'a 7 a.m. due goes at 7 p.m. the evening before'],
    ['sundays', { weekday: 7, hour: 15, minute: 0 }, { days: -1, hour: 14 }, 'never on a Sunday: the day before'],
    // Thanksgiving: the day before Christmas is a holiday, too, in years in which that is a Saturday.
    [
      'holidays',
      { month: 11, weekday: 4, days: [22, 28], hour: 15, minute: 0 },
      { days: -1, hour: 14 },
      'never on a holiday: the day before',
    ],
  ] as const)('keeps to %s', async (rule, visit, expected, _why) => {
    await practice.action({ skippedRules: everyRule.filter((each) => each !== rule) })
    const start = nextVisit(engine.now() + 8 * dayMs, visit)
    const id = await practice.book('visit', start.toMillis())
    await engine.relay()
    await engine.workflow(id).result()
    const due = start.plus({ days: expected.days }).set({ hour: expected.hour, minute: 0 })
    expectOneAt(await sentTimes(), due.toMillis())
    const [row] = await practice.ledger()
    expect(row?.trail.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['status', 'facility', 'due', rule, 'channels']),
    )
  })
})

/** One message, in the minute it was due. */
function expectOneAt(sent: Instant[], due: Instant): void {
  expect(sent.map((at) => Math.floor((at - due) / minuteMs))).toEqual([0])
}

async function wakeAt(engine: Engine, careEventId: string): Promise<Date | null> {
  const [row] = await engine.database.inOrganization(engine.organizationId, (tx) =>
    tx.query<{ wake_at: Date | null }>('select wake_at from care_event where id = $1', [careEventId]),
  )
  return row?.wake_at ?? null
}

function wallTime(at: Instant): string {
  return DateTime.fromMillis(at, { zone: 'America/New_York' }).toFormat('h:mm a')
}

/** The first New York wall time after `after` that has the given parts. */
function nextVisit(
  after: Instant,
  parts: { weekday?: number; month?: number; days?: readonly [from: number, to: number]; hour: number; minute: number },
): DateTime {
  let at = DateTime.fromMillis(after, { zone: 'America/New_York' }).set({
    hour: parts.hour,
    minute: parts.minute,
    second: 0,
    millisecond: 0,
  })
  const [from, to] = parts.days ?? [1, 31]
  const fits = (key: 'weekday' | 'month') => parts[key] === undefined || at[key] === parts[key]
  do at = at.plus({ days: 1 })
  while (!fits('weekday') || !fits('month') || at.day < from || at.day > to)
  return at
}
