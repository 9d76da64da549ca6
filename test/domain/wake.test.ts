import { describe, expect, it } from '@jest/globals'
import { minuteMs } from '../../domain/instant.ts'
import { mustSignal } from '../../domain/wake.ts'

describe('who is woken after a plan changed', () => {
  const now = 1_000 * minuteMs
  it.each([
    [null, null, false, 'nothing to come and nobody asleep: a run would only end'],
    [null, now + 1, true, 'the first message needs a workflow'],
    [now + 10, now + 5, true, 'earlier than the sleeper would wake'],
    [now + 10, now + 10, false, 'the sleeper wakes in time'],
    [now + 10, now + 20, false, 'a later plan is found on waking'],
    [now + 10, null, false, 'an empty plan is found on waking'],
    [now - minuteMs, null, false, 'it is about to move on'],
    [now - 3 * minuteMs, null, true, 'lost: a new run clears the wake time'],
    [now - 3 * minuteMs, now - 3 * minuteMs, true, 'lost with a message due'],
  ])('asleep until %p, first step %p: %p (%s)', (wakeAt, first, expected, _why) => {
    expect(mustSignal(wakeAt, first, now)).toBe(expected)
  })
})
