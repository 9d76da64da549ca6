import type { RuleName } from './action.ts'
import type { Instant, Zone } from './instant.ts'
import type { Day, Wall } from './time.ts'
import { segmentAt } from './zone.ts'

/** A stretch of blocked wall time, and how a trail calls it. */
export interface BlockedWindow {
  to: Wall
  /** Follows "is": `in quiet hours 8:00 PM to 9:00 AM`. */
  name: string
}

/** One delivery rule for one recipient, in one zone. */
export interface Rule {
  name: RuleName | 'dailyCap'
  /** What it wants, for the trail. */
  wanted: string
  zone: Zone
  /** What blocks the instant, for the trail; null when the rule allows it. */
  blocks(at: Instant): string | null
  /** The earliest instant at or after `at` that this rule allows; Infinity when there is none. */
  nextAllowed(at: Instant): Instant
  /** Wall times at which a daily block begins on that day; only quiet hours have any. */
  beginsOn(day: Day): readonly Wall[]
}

/** More days than any calendar blocks in a row; a rule that is still blocked then blocks for good. */
const maxWindows = 800

/**
 * A rule about what the clock on the wall reads. Where a clock change repeats an hour, each reading of it is judged:
 * the recipient sees the clock, not UTC.
 */
export function wallRule(options: {
  name: Rule['name']
  wanted: string
  zone: Zone
  windowAt: (wall: Wall) => BlockedWindow | null
  beginsOn?: (day: Day) => readonly Wall[]
}): Rule {
  const { name, wanted, zone, windowAt } = options
  return {
    name,
    wanted,
    zone,
    blocks: (at) => windowAt(at + segmentAt(zone, at).offset)?.name ?? null,
    nextAllowed: (at) => {
      let instant = at
      for (let n = 0; n < maxWindows; n++) {
        const segment = segmentAt(zone, instant)
        const window = windowAt(instant + segment.offset)
        if (window === null) return instant
        // The clock changes before the window ends: what it reads from then on is judged anew.
        instant = Math.min(window.to - segment.offset, segment.to)
      }
      return Number.POSITIVE_INFINITY
    },
    beginsOn: options.beginsOn ?? (() => []),
  }
}
