import { describe, expect, it } from '@jest/globals'
import { type CareEventState, nextCareEventState } from '../../../domain/inbound/careEventState.ts'
import { bareCareEvent } from '../../../domain/inbound/normalForm.ts'
import { minuteMs } from '../../../domain/instant.ts'

const day = Date.UTC(2026, 4, 11)
const booked = Date.UTC(2026, 4, 4, 12)
const patient = { externalId: 'x', identifier: null, display: null }
const resolved = { patientId: 'p', facilityId: null, providerIds: [], appointmentTypeId: null, encounter: null }

/** The visit after it was booked for 9:00 and moved to each hour, each at its minutes after the booking. */
function movedTo(moves: readonly [hour: number, minutes: number][]): CareEventState {
  let state: CareEventState | null = null
  for (const [hour, minutes] of [[9, 0], ...moves] as const) {
    const content = { ...bareCareEvent('appointment', 'booked', patient), start: { at: day + hour * 60 * minuteMs } }
    const arrival = { now: booked + minutes * minuteMs, loading: false, zone: 'UTC' }
    state = nextCareEventState(state, content, resolved, arrival)
  }
  return state as CareEventState
}

describe('the start that readers know, when a visit moves', () => {
  const cases: [why: string, moves: [number, number][], hour: number | null][] = [
    ['never moved', [], null],
    ['moved once', [[10, 60]], 9],
    [
      'moved twice, an hour apart: they were told of the first',
      [
        [10, 60],
        [11, 120],
      ],
      10,
    ],
    [
      'moved in a burst: the one before the burst',
      [
        [10, 60],
        [11, 64],
        [12, 69],
      ],
      9,
    ],
    [
      'a long burst: each within ten minutes of the one before',
      [
        [10, 60],
        [11, 69],
        [12, 78],
      ],
      9,
    ],
    [
      'a second burst, later',
      [
        [10, 60],
        [11, 64],
        [13, 600],
        [14, 605],
      ],
      11,
    ],
  ]
  it.each(cases)('%s', (_why, moves, hour) => {
    expect(movedTo(moves).previousStart).toBe(hour === null ? null : day + hour * 60 * minuteMs)
  })
})
