import type { Timing } from './action.ts'
import { firstReadable, lastReadable } from './anchor.ts'
import type { AnchorValue } from './careEvent.ts'
import { dueTime } from './dueTime.ts'
import { dayMs, type Instant, type LocalDate, type LocalTime, type Zone } from './instant.ts'
import { formatDate } from './time.ts'

/** Anchors whose messages are due in a span of time: instants, and days without a time. `to` is excluded. */
export interface AnchorWindow {
  at: { from: Instant; to: Instant }
  days: { from: LocalDate; to: LocalDate }
}

/** No offset is longer than two years; a time of day adds a day, and zones add less. */
const furthestMs = 740 * dayMs

/**
 * The anchors for which `dueTime` lies in a span (`to` excluded; null: without an end), in one zone. It turns `dueTime`
 * round by halving, so that there is one arithmetic of due times: a later anchor is never due sooner, except within the
 * hour that a clock change skips or repeats.
 */
export function anchorWindow(
  timing: Timing,
  zone: Zone,
  defaultSendTime: LocalTime,
  due: { from: Instant; to: Instant | null },
): AnchorWindow {
  const first = (unitMs: number, anchorOf: (n: number) => AnchorValue, limit: Instant | null): number => {
    const last = (lastReadable * dayMs) / unitMs
    if (limit === null) return last
    const isDue = (n: number) => dueTime(timing, anchorOf(n), zone, defaultSendTime).dueAt >= limit
    let early = Math.max((firstReadable * dayMs) / unitMs - 1, Math.floor((limit - furthestMs) / unitMs))
    let late = Math.min(last, Math.ceil((limit + furthestMs) / unitMs))
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2)
      if (isDue(middle)) late = middle
      else early = middle
    }
    return late
  }
  const instant = (limit: Instant | null) => first(1, (at) => ({ at }), limit)
  const day = (limit: Instant | null) => formatDate(first(dayMs, (n) => ({ date: formatDate(n) }), limit))
  return {
    at: { from: instant(due.from), to: instant(due.to) },
    days: { from: day(due.from), to: day(due.to) },
  }
}
