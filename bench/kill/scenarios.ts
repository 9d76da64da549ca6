import { dayMs, type Instant, minuteMs } from '../../domain/instant.ts'
import type { State } from './wireMessages.ts'

/** What an EHR says of one visit: each state, and not before when (epoch ms) it says so. */
export interface Said {
  state: State
  notBefore: Instant
}

/** The reminder goes out so long (ms) before the visit. */
export const leadMs = 60 * minuteMs

/** Messages are due together: several of them are under way at once. */
const dueEveryMs = 10_000

const second = 1_000

/**
 * What may happen to a visit whose message is due while everything is killed: its claim, call and bookkeeping are what
 * dies.
 */
const shapes: Record<string, (now: Instant, below: (n: number) => number) => Said[]> = {
  kept: (now, below) => [booked(due(now, 20 + below(70)), now)],
  movedLater(now, below) {
    const at = due(now, 40 + below(40))
    return [booked(at, now), booked(at + minuteMs, now)]
  },
  movedEarlier(now, below) {
    const at = due(now, 110 + below(40))
    return [booked(at, now), booked(at - 75 * second, now)]
  },
  cancelled(now, below) {
    const at = due(now, 40 + below(60))
    return [booked(at, now), cancelled(at, now)]
  },
  toldThenMoved(now, below) {
    const at = due(now, 10 + below(10))
    return [booked(at, now), booked(at + 2 * minuteMs, at + (5 + below(25)) * second)]
  },
  toldThenCancelled(now, below) {
    const at = due(now, 10 + below(10))
    return [booked(at, now), cancelled(at, at + (5 + below(25)) * second)]
  },
  /** In the very moment in which it is told. */
  movedWhenDue(now, below) {
    const at = due(now, 15 + below(30))
    return [booked(at, now), booked(at + minuteMs, at + below(500))]
  },
  cancelledWhenDue(now, below) {
    const at = due(now, 15 + below(30))
    return [booked(at, now), cancelled(at, at + below(500))]
  },
  rebooked(now, below) {
    const at = due(now, 40 + below(60))
    return [booked(at, now), cancelled(at, now), booked(at, now)]
  },
  far: (now, below) => [booked(due(now, 0) + (30 + below(30)) * dayMs, now)],
  farMoved(now, below) {
    const at = due(now, 0) + (30 + below(30)) * dayMs
    return [booked(at, now), booked(at + dayMs, now), booked(at + dayMs + minuteMs, now)]
  },
  farCancelled(now, below) {
    const at = due(now, 0) + (30 + below(30)) * dayMs
    return [booked(at, now), cancelled(at, now)]
  },
}

const names = Object.keys(shapes)

/** What happens to the n-th visit of a connection. */
export type Scenario = (n: number, now: Instant, below: (n: number) => number) => { name: string; saying: Said[] }

/** All of them by turns. */
export const everyScenario: Scenario = (n, now, below) => {
  const name = names[n % names.length] as string
  return { name, saying: shapes[name]?.(now, below) ?? [] }
}

function due(now: Instant, afterSeconds: number): Instant {
  return Math.ceil((now + afterSeconds * second) / dueEveryMs) * dueEveryMs
}

/** Said so that its reminder is due at `dueAt`. */
export function booked(dueAt: Instant, notBefore: Instant): Said {
  return { state: { status: 'booked', start: dueAt + leadMs }, notBefore }
}

export function cancelled(dueAt: Instant, notBefore: Instant): Said {
  return { state: { status: 'cancelled', start: dueAt + leadMs }, notBefore }
}
