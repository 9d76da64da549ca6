import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { catchUpSchema, planCatchUp, type Recall } from '../../domain/catchUp.ts'
import { decide } from '../../domain/decide.ts'
import type { CareEventFacts, DecidedDelivery } from '../../domain/facts.ts'
import { plan } from '../../domain/plan.ts'
import { action, at, delivery, inNewYork, nothingDecided, organization, patient, recall, uuid } from './build.ts'

/** Wednesday. The action was switched on just before; it sends a day after the due date, at the default send time 10:00. */
const now = at('2026-03-11T12:00-04:00')
const reminder = action(
  { type: 'recall', timing: { offset: 1, direction: 'after' } },
  { activatedAt: now - 60_000, editedAt: now - 86_400_000 },
)
const overdue = (
  n: number,
  date: string,
  more: Partial<CareEventFacts> = {},
  deliveries: DecidedDelivery[] = [],
): Recall => ({
  careEvent: recall({ id: uuid(500 + n), dueDate: { date }, ...more }),
  decided: { ...nothingDecided, deliveries },
})
const seven = Array.from({ length: 7 }, (_, n) => overdue(n, `2026-02-0${n + 1}`))
const ask = (recalls: Recall[], perDay = 3, overdueDays = 60) =>
  planCatchUp(recalls, reminder, organization(), { overdueDays, perDay }, now)
const spread = (recalls: Recall[], perDay = 3, overdueDays = 60) =>
  ask(recalls, perDay, overdueDays).recalls.map(({ careEventId, day }) => [Number(careEventId.slice(-3)) - 500, day])
const asFacts = ({ careEventId: _, ...each }: ReturnType<typeof ask>['recalls'][number]) => ({
  ...each,
  actionId: reminder.id,
  askedAt: now,
})

describe('catching up with overdue recalls', () => {
  it('takes seven at three a day in three days, the oldest first', () => {
    expect(spread([...seven].reverse())).toEqual([
      [0, '2026-03-11'],
      [1, '2026-03-11'],
      [2, '2026-03-11'],
      [3, '2026-03-12'],
      [4, '2026-03-12'],
      [5, '2026-03-12'],
      [6, '2026-03-13'],
    ])
  })

  const none: [string, Recall][] = [
    ['overdue by more than was asked for', overdue(1, '2026-01-05')],
    ['not due yet', overdue(1, '2026-03-20')],
    ['its message is still to come by itself', overdue(1, '2026-03-11')],
    ['fulfilled', overdue(1, '2026-02-10', { fulfilledById: uuid(9) })],
    ['closed', overdue(1, '2026-02-10', { status: 'closed' })],
    [
      'told before',
      overdue(1, '2026-02-10', {}, [
        delivery({ careEventId: uuid(501), occurrenceKey: `${uuid(501)}/due/2026-02-10`, status: 'delivered' }),
      ]),
    ],
  ]
  it.each(none)('leaves alone what is %s', (_, one) => {
    expect(ask([one])).toEqual({ recalls: [], undeliverable: [], tooLong: false })
  })

  it('takes one that was recorded as too late', () => {
    const skip = delivery({
      careEventId: uuid(501),
      occurrenceKey: `${uuid(501)}/due/2026-02-10`,
      status: 'skipped',
      reason: 'tooLate',
      final: true,
      reachedProvider: false,
    })
    expect(spread([overdue(1, '2026-02-10', {}, [skip])])).toEqual([[1, '2026-03-11']])
  })

  it('says how many cannot be told of, and why', () => {
    const nobody = overdue(1, '2026-02-10', { patient: patient({ contactPoints: [] }) })
    const dead = overdue(2, '2026-02-11', { patient: patient({ deceased: true }) })
    expect(ask([nobody, dead, overdue(3, '2026-02-12')])).toMatchObject({
      recalls: [{ day: '2026-03-11' }],
      undeliverable: [
        { reason: 'noContactPoint', count: 1 },
        { reason: 'patientDeceased', count: 1 },
      ],
    })
  })

  it('passes over Sundays, holidays and an evening that is too late for today', () => {
    const friday = at('2026-03-13T21:30-04:00')
    const { recalls } = planCatchUp(seven.slice(0, 3), reminder, organization(), { overdueDays: 60, perDay: 1 }, friday)
    expect(recalls.map(({ day }) => day)).toEqual(['2026-03-14', '2026-03-16', '2026-03-17'])
  })

  it.each([
    ['a message today', ['2026-03-11T09:30-04:00'], '2026-03-12'],
    ['three this week', ['2026-03-07T12:00-05:00', '2026-03-09T12:00-04:00', '2026-03-10T12:00-04:00'], '2026-03-14'],
  ])('waits for a patient who had %s, and keeps nobody else waiting', (_, sent, day) => {
    const outreach = sent.map((sentAt) => ({ actionId: uuid(9), occurrenceKey: 'another', at: at(sentAt) }))
    const [oldest, ...others] = seven.slice(0, 3) as [Recall, ...Recall[]]
    const capped = { ...oldest, decided: { ...oldest.decided, outreach } }
    expect(spread([capped, ...others])).toEqual([
      [1, '2026-03-11'],
      [2, '2026-03-11'],
      [0, day],
    ])
  })

  it('says so when it would take more than a year', () => {
    const many = Array.from({ length: 400 }, (_, n) => overdue(n, '2026-02-10'))
    expect(ask(many, 1).tooLong).toBe(true)
  })

  it('sends each on its day at the time at which it was due, today at once, and once only', () => {
    const { recalls } = ask(seven)
    const sends = recalls.map((each, n) => {
      const { careEvent, decided } = seven[n] as Recall
      return inNewYork(
        plan(careEvent, [reminder], organization(), { ...decided, catchUps: [asFacts(each)] }, now)[0]?.sendAt ?? null,
      )
    })
    expect(sends).toEqual([
      '2026-03-11 12:00',
      '2026-03-11 12:00',
      '2026-03-11 12:00',
      '2026-03-12 10:00',
      '2026-03-12 10:00',
      '2026-03-12 10:00',
      '2026-03-13 10:00',
    ])
    const { careEvent } = seven[0] as Recall
    const sent = delivery({ careEventId: careEvent.id, occurrenceKey: recalls[0]?.occurrenceKey ?? '' })
    const after = { ...nothingDecided, deliveries: [sent], catchUps: recalls.slice(0, 1).map(asFacts) }
    expect(plan(careEvent, [reminder], organization(), after, now)[0]).toMatchObject({ verdict: 'done', sendAt: null })
  })

  it.each<[string, Partial<CareEventFacts>, string]>([
    ['fulfilled meanwhile', { fulfilledById: uuid(9) }, 'recallFulfilled'],
    ['opted out meanwhile', { patient: patient({ muted: true }) }, 'patientMuted'],
    ['moved to another due date meanwhile', { dueDate: { date: '2026-02-20' } }, 'beforeActivation'],
  ])('is not sent when it is %s', (_, change, reason) => {
    const [first] = ask(seven).recalls
    if (!first) throw new Error('none')
    const careEvent = { ...(seven[0] as Recall).careEvent, ...change }
    const decided = { ...nothingDecided, catchUps: [asFacts(first)] }
    expect(decide(careEvent, reminder, 'patient', organization(), decided, now + 60_000)).toMatchObject({
      outcome: 'skip',
      reason,
    })
  })

  it('is the same whatever the order, never more than asked for a day, and every day is as planned', () => {
    const dates = fc.array(fc.integer({ min: 1, max: 28 }), { maxLength: 25 })
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 6 }), (days, perDay) => {
        const recalls = days.map((day, n) => overdue(n, `2026-02-${String(day).padStart(2, '0')}`))
        const asked = ask(recalls, perDay)
        expect(ask([...recalls].reverse(), perDay)).toEqual(asked)
        expect(asked.recalls).toHaveLength(recalls.length)
        for (const [day, own] of Map.groupBy(asked.recalls, (each) => each.day)) {
          expect(own.length).toBeLessThanOrEqual(perDay)
          for (const each of own) {
            const { careEvent, decided } = recalls.find((one) => one.careEvent.id === each.careEventId) as Recall
            const [verdict] = plan(
              careEvent,
              [reminder],
              organization(),
              { ...decided, catchUps: [asFacts(each)] },
              now,
            )
            expect(inNewYork(verdict?.sendAt ?? null)?.slice(0, 10)).toBe(day)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    [{ overdueDays: 0, perDay: 3 }],
    [{ overdueDays: 30, perDay: 0 }],
    [{ overdueDays: 731, perDay: 1 }],
    [{ overdueDays: 30, perDay: 1.5 }],
    [{ overdueDays: 30 }],
  ])('refuses %p', (asked) => {
    expect(catchUpSchema.safeParse(asked).success).toBe(false)
  })
})
