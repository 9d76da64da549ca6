import { describe, expect, it } from '@jest/globals'
import { check, textOf } from '../../bench/kill/check.ts'
import type { Visit } from '../../bench/kill/feed.ts'
import type { Seen, SeenDelivery, SeenVisit } from '../../bench/kill/seen.ts'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'

const t0 = Date.UTC(2026, 10, 9, 15)
const [first, moved] = [t0 + hourMs + minuteMs, t0 + hourMs + 10 * minuteMs]
const now = t0 + hourMs
const said = (start: number, at: number, status: 'booked' | 'cancelled' = 'booked') => ({
  ...{ state: { status, start }, version: at, firstSentAt: at, acknowledgedAt: at + 1_000 },
})
const iso = (at: number) => new Date(at).toISOString()

const whom = { patientId: 'p-1', firstName: 'Zephyrine', phone: '+15555550101' }
const visit: Visit = {
  ...{ scenario: 'toldThenMoved', wire: 'FHIR', sourceId: 's', externalId: 'v-1', whom },
  acknowledged: [said(first, t0), said(moved, t0 + 5 * minuteMs)],
}
const delivery = (id: string, start: number): SeenDelivery => ({
  ...{ id, status: 'delivered', reason: null, final: true, statedStartAt: iso(start), mergedInto: null },
  attempts: [{ id: `of-${id}`, status: 'delivered', openedAt: iso(start - hourMs + 5), errorCode: null }],
})
const message = (id: string, start: number, sentAt = start - hourMs + 10) => ({
  ...{ attemptId: `of-${id}`, deliveryId: id, to: whom.phone, body: textOf(visit, start), sentAt: new Date(sentAt) },
})

/** Told of the first time, moved, told of the second: all is well. */
function good() {
  const event: SeenVisit = {
    ...{ id: 'c-1', sourceId: 's', externalId: 'v-1', patient: 'p-1', status: 'booked', startAt: new Date(moved) },
    ...{ version: new Date(t0 + 5 * minuteMs), anchorKnownSince: new Date(t0 + 5 * minuteMs), wakeAt: null },
    ...{ isRunning: false, planned: [], records: { created: 1, updated: 1, unchanged: 2, older: 1 } },
    deliveries: [delivery('d-1', first), delivery('d-2', moved)],
  }
  const phone = [message('d-1', first), message('d-2', moved)]
  return {
    visit: structuredClone(visit),
    seen: { visits: [event], phone, outcomes: {}, files: [] } satisfies Seen,
    event,
  }
}

type Good = ReturnType<typeof good>
const phoneOf = ({ seen }: Good) => seen.phone as Seen['phone']

describe('what a feed that is killed around is judged by', () => {
  it('finds nothing wrong with what is right', () => {
    const { visit, seen } = good()
    expect(check([visit], seen, now)).toEqual([])
  })

  it('takes a workflow that wakes at an earlier time than it must', () => {
    const world = good()
    world.visit.acknowledged = [said(first + dayMs, t0), said(first + dayMs, t0 + 5 * minuteMs, 'cancelled')]
    const far = {
      status: 'cancelled',
      startAt: new Date(first + dayMs),
      anchorKnownSince: new Date(t0),
      deliveries: [],
    }
    Object.assign(world.event, far, { wakeAt: new Date(first + dayMs - hourMs), isRunning: true })
    phoneOf(world).length = 0
    expect(check([world.visit], world.seen, now)).toEqual([])
  })

  it.each<[string, (world: Good) => void, RegExp]>([
    ['a visit that is lost', ({ seen }) => seen.visits.splice(0), /is not there/],
    ['an older state', ({ event }) => void Object.assign(event, { startAt: new Date(first) }), /starts at/],
    ['another status', ({ event }) => void Object.assign(event, { status: 'cancelled' }), /is cancelled/],
    [
      'a message that was applied twice',
      ({ event }) => void Object.assign(event.records, { updated: 2 }),
      /changed by 2/,
    ],
    ['a message that nobody got', (world) => phoneOf(world).splice(1), /0 times/],
    ['a text that came twice', (world) => phoneOf(world).push(message('d-2', moved)), /2 times/],
    [
      'a delivery that was never settled',
      ({ event }) => void Object.assign(event.deliveries[1] ?? {}, { status: 'unknown' }),
      /unknown/,
    ],
    [
      'a message before its time',
      (world) => void Object.assign(phoneOf(world)[1] ?? {}, { sentAt: new Date(t0) }),
      /before it was due/,
    ],
    [
      'the old time, decided after the move was acknowledged',
      ({ event }) => void Object.assign(event.deliveries[0]?.attempts[0] ?? {}, { openedAt: iso(t0 + 7 * minuteMs) }),
      /when it did not stand so/,
    ],
    [
      'a plan that is left',
      ({ event }) => event.planned.push({ verdict: 'planned', sendAt: iso(moved), reason: null }),
      /has the plan/,
    ],
    ['a workflow that is left', ({ event }) => void Object.assign(event, { isRunning: true }), /has a workflow/],
  ])('finds %s', (_what, spoil, wrong) => {
    const world = good()
    spoil(world)
    expect(check([world.visit], world.seen, now).join('\n')).toMatch(wrong)
  })
})
