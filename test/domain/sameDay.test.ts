import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../domain/decide.ts'
import type { ActionFacts, CareEventFacts, DecidedDelivery, SiblingFacts } from '../../domain/facts.ts'
import { type Instant, minuteMs } from '../../domain/instant.ts'
import { occurrenceKey } from '../../domain/occurrence.ts'
import { plan } from '../../domain/plan.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { action, appointment, at, delivery, facility, newYork, organization, patient, uuid } from './build.ts'

/** All on Tuesday 2026-03-10 in New York unless said otherwise; the action is one hour before, skipping no rule. */
const visit = (n: number, time: string, more: Partial<CareEventFacts> = {}): CareEventFacts =>
  appointment({ id: uuid(200 + n), start: { at: at(`2026-03-${time}-04:00`) }, ...more })
const first = action({ sameDay: 'first', timing: { offset: 60, unit: 'minutes' } })
const list = action({ sameDay: 'list', timing: { offset: 60, unit: 'minutes' } })
const early = at('2026-03-09T12:00-04:00')

interface World {
  visits: CareEventFacts[]
  deliveries?: DecidedDelivery[]
  suppressed?: CareEventFacts[]
  action?: ActionFacts
  now?: Instant
}

const factsOf = ({ visits, deliveries = [], suppressed = [], action: asked = first }: World, own: CareEventFacts) => {
  const decidedOf = (careEvent: CareEventFacts) => ({
    deliveries: deliveries.filter((each) => each.careEventId === careEvent.id),
    suppressions: suppressed.includes(careEvent) ? [{ actionId: asked.id, recipient: null }] : [],
  })
  const siblings: SiblingFacts[] = visits
    .filter((other) => other.id !== own.id)
    .map((careEvent) => ({ careEvent, decided: decidedOf(careEvent) }))
  return { ...decidedOf(own), siblings, spokenFor: deliveries.filter((each) => each.covers) }
}

const verdictOf = (world: World, own: CareEventFacts): Verdict => {
  const [verdict] = plan(own, [world.action ?? first], organization(), factsOf(world, own), world.now ?? early)
  if (!verdict) throw new Error('no verdict')
  return verdict
}

const decideFor = (world: World, own: CareEventFacts, now: Instant) =>
  decide(own, world.action ?? first, 'patient', organization(), factsOf(world, own), now)

/** The message of a visit, as it was claimed for it and the others. */
const told = (leader: CareEventFacts, covered: CareEventFacts[], more: Partial<DecidedDelivery> = {}) => {
  const keyOf = (each: CareEventFacts) => occurrenceKey(each, first.definition, newYork) as string
  return delivery({
    id: uuid(300),
    careEventId: leader.id,
    occurrenceKey: keyOf(leader),
    sentAt: at('2026-03-10T10:00-04:00'),
    covers: [leader, ...covered].map(keyOf),
    ...more,
  })
}

const nine = visit(1, '10T11:00')
const noon = visit(2, '10T13:00')
const late = visit(3, '10T15:00')
const nobody = patient({ contactPoints: [] })

describe('one message for a day', () => {
  const cases: [string, World, (string | null)[]][] = [
    ['the earliest leads, whatever the order', { visits: [late, nine, noon] }, ['mergedInto', null, 'mergedInto']],
    ['a visit alone leads itself', { visits: [noon] }, [null]],
    ['another day is another message', { visits: [nine, visit(4, '11T13:00')] }, [null, null]],
    ['the local day counts, not that of UTC', { visits: [nine, visit(4, '10T21:30')] }, [null, 'mergedInto']],
    [
      'another facility',
      { visits: [nine, visit(4, '10T13:00', { facility: facility({ id: uuid(11) }) })] },
      [null, null],
    ],
    ['another patient', { visits: [nine, visit(4, '10T13:00', { patient: patient({ id: uuid(9) }) })] }, [null, null]],
    [
      'one that does not match leads nobody',
      { visits: [visit(1, '10T11:00', { status: 'cancelled' }), noon] },
      ['filterStatus', null],
    ],
    [
      'one that cannot be told of leads nobody',
      { visits: [visit(1, '10T11:00', { patient: nobody }), noon] },
      ['noContactPoint', null],
    ],
    ['one cancelled by hand leads nobody', { visits: [nine, noon], suppressed: [nine] }, ['suppressed', null]],
    [
      'one whose time has passed leads nobody',
      { visits: [nine, noon], now: at('2026-03-10T11:30-04:00') },
      ['anchorPassed', null],
    ],
    ['two at the same minute: one of them', { visits: [nine, visit(4, '10T11:00')] }, [null, 'mergedInto']],
    [
      'each: nothing of this',
      { visits: [nine, noon], action: action({ timing: { offset: 60, unit: 'minutes' } }) },
      [null, null],
    ],
  ]
  it.each(cases)('%s', (_, world, reasons) => {
    expect(world.visits.map((own) => verdictOf(world, own).reason)).toEqual(reasons)
  })

  it('names the leader in the trail, and waits for its message a moment longer than its own time', () => {
    const verdict = verdictOf({ visits: [nine, noon] }, noon)
    expect(verdict).toMatchObject({ verdict: 'skipped', sendAt: at('2026-03-10T12:00:30-04:00') })
    expect(verdict.sameDay).toMatchObject({ leader: nine.id, mergedInto: null })
    expect(verdict.trail.at(-1)?.check).toBe('sameDay')
    expect(verdict.trail.at(-1)?.saw).toContain('11:00 AM')
  })

  it('has the leader speak for all that match, earliest first', () => {
    const verdict = verdictOf({ visits: [late, noon, nine] }, nine)
    expect(verdict.sameDay?.careEventIds).toEqual([nine.id, noon.id, late.id])
    expect(verdict.sameDay?.covers).toHaveLength(3)
  })
})

describe('what was said for the day stays said', () => {
  const booked = visit(4, '10T17:00')
  const moved = visit(2, '10T16:00')
  const cancelled = visit(1, '10T11:00', { status: 'cancelled' })
  const now = at('2026-03-10T10:05-04:00')
  const ownNews = told(noon, [], { id: uuid(301), sentAt: at('2026-03-10T10:02-04:00') })
  const cases: [string, World, CareEventFacts, string | null][] = [
    ['covered by the message', { visits: [nine, noon], deliveries: [told(nine, [noon])] }, noon, 'mergedInto'],
    [
      'booked after it: news of its own',
      { visits: [nine, noon, booked], deliveries: [told(nine, [noon])] },
      booked,
      null,
    ],
    ['moved after it: news of its own', { visits: [nine, moved], deliveries: [told(nine, [noon])] }, moved, null],
    [
      'the call is open',
      { visits: [nine, noon], deliveries: [told(nine, [noon], { status: 'sending', sentAt: null })] },
      noon,
      'mergedInto',
    ],
    [
      'it did not arrive',
      { visits: [nine, noon], deliveries: [told(nine, [noon], { status: 'failed', final: true })] },
      noon,
      null,
    ],
    [
      'it is to be written anew',
      { visits: [nine, noon], deliveries: [told(nine, [noon], { status: 'claimed', reachedProvider: false })] },
      noon,
      'mergedInto',
    ],
    [
      'first: the visit it named was cancelled',
      { visits: [cancelled, noon], deliveries: [told(nine, [noon])] },
      noon,
      null,
    ],
    ['first: the visit it named went to another day', { visits: [noon], deliveries: [told(nine, [noon])] }, noon, null],
    [
      'list: it named them all',
      { visits: [cancelled, noon], deliveries: [told(nine, [noon])], action: list },
      noon,
      'mergedInto',
    ],
    [
      'first: the visit it named is taking place',
      { visits: [visit(1, '10T11:00', { status: 'arrived' }), noon], deliveries: [told(nine, [noon])] },
      noon,
      'mergedInto',
    ],
    [
      'moved, told, and moved back',
      {
        visits: [nine, noon],
        deliveries: [told(nine, [noon]), { ...ownNews, occurrenceKey: `${noon.id}/start/2026-03-10T22:00:00.000Z` }],
      },
      noon,
      null,
    ],
  ]
  it.each(cases)('%s', (_, world, own, reason) => {
    expect(verdictOf({ now, ...world }, own).reason).toBe(reason)
  })

  it('a skip that was recorded for it is taken back when the message did not arrive', () => {
    const skip = delivery({
      id: uuid(302),
      careEventId: noon.id,
      occurrenceKey: occurrenceKey(noon, first.definition, newYork) as string,
      status: 'skipped',
      reason: 'mergedInto',
      reachedProvider: false,
    })
    const world = { visits: [nine, noon], now }
    expect(verdictOf({ ...world, deliveries: [told(nine, [noon]), skip] }, noon)).toMatchObject({ sendAt: null })
    const lost = told(nine, [noon], { status: 'undelivered', final: true })
    expect(verdictOf({ ...world, deliveries: [lost, skip] }, noon)).toMatchObject({ verdict: 'planned' })
  })

  it('tells the new time at once when a listed visit moved closer than the lead', () => {
    const closer = visit(2, '10T10:40')
    const world = { visits: [nine, closer], deliveries: [told(nine, [noon])], action: list, now }
    expect(verdictOf(world, closer)).toMatchObject({ verdict: 'planned', sendAt: now })
  })
})

describe('right before the call', () => {
  const due = at('2026-03-10T10:00-04:00')
  const together = visit(4, '10T11:00')
  const world: World = { visits: [nine, together] }

  it('the leader sends; whoever waits for it looks again', () => {
    expect(decideFor(world, nine, due)).toMatchObject({ outcome: 'send' })
    expect(decideFor(world, together, due)).toMatchObject({ outcome: 'postpone', until: due + minuteMs / 2 })
    expect(decideFor(world, together, due + minuteMs)).toMatchObject({
      outcome: 'postpone',
      until: due + 1.5 * minuteMs,
    })
  })

  it('and is skipped, naming the message, once that was sent', () => {
    const sent = { ...world, deliveries: [told(nine, [together])] }
    const decision = decideFor(sent, together, due + minuteMs)
    expect(decision).toMatchObject({
      outcome: 'skip',
      reason: 'mergedInto',
      verdict: { sameDay: { mergedInto: uuid(300) } },
    })
  })

  it('or sends itself, when the leader no longer can', () => {
    const gone = { visits: [visit(1, '10T11:00', { patient: nobody }), together] }
    expect(decideFor(gone, together, due + minuteMs / 2)).toMatchObject({ outcome: 'send' })
  })
})

const minutesOfDay = fc.integer({ min: 8 * 60, max: 18 * 60 })
const anyVisit = fc.record({
  minutes: minutesOfDay,
  status: fc.constantFrom('booked' as const, 'booked' as const, 'cancelled' as const),
  reachable: fc.boolean(),
  suppressed: fc.boolean(),
})

describe('for any visits of a day, at any moment', () => {
  const worldOf = (
    visits: { minutes: number; status: 'booked' | 'cancelled'; reachable: boolean; suppressed: boolean }[],
    now: Instant,
  ): World => {
    const made = visits.map(({ minutes, status, reachable }, n) =>
      appointment({
        id: uuid(400 + n),
        start: { at: at('2026-03-10T00:00-04:00') + minutes * minuteMs },
        status,
        patient: patient(reachable ? {} : { contactPoints: [] }),
      }),
    )
    return { visits: made, suppressed: made.filter((_, n) => visits[n]?.suppressed), now }
  }
  const moment = minutesOfDay.map((minutes) => at('2026-03-10T00:00-04:00') + (minutes - 61) * minuteMs)

  it('at most one leads, one does if any could, and the order in which they are read is nothing', () => {
    fc.assert(
      fc.property(fc.array(anyVisit, { minLength: 1, maxLength: 5 }), moment, (visits, now) => {
        const world = worldOf(visits, now)
        const alone = world.visits.filter((own) => verdictOf({ ...world, visits: [own] }, own).verdict === 'planned')
        const verdicts = world.visits.map((own) => verdictOf(world, own))
        const leaders = verdicts.filter((verdict) => verdict.verdict === 'planned')
        expect(leaders).toHaveLength(Math.min(1, alone.length))
        const turned = { ...world, visits: [...world.visits].reverse() }
        expect(world.visits.map((own) => verdictOf(turned, own))).toEqual(verdicts)
      }),
    )
  })

  it('the decision is the plan of that moment', () => {
    fc.assert(
      fc.property(fc.array(anyVisit, { minLength: 1, maxLength: 4 }), moment, (visits, now) => {
        const world = worldOf(visits, now)
        for (const own of world.visits) {
          const planned = verdictOf(world, own)
          const decision = decideFor(world, own, now)
          const sends = planned.verdict === 'planned' && (planned.sendAt as number) <= now
          expect(decision.outcome === 'send').toBe(sends)
          if (decision.outcome === 'skip') expect(decision.reason).toBe(planned.reason)
          if (decision.outcome === 'postpone') expect(decision.until).toBe(planned.sendAt)
        }
      }),
    )
  })
})
