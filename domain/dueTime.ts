import type { Timing } from './action.ts'
import { anchorWords, updatedSettlesAfter } from './anchor.ts'
import type { AnchorValue } from './careEvent.ts'
import { dayMs, hourMs, type Instant, type LocalTime, minuteMs, type Zone } from './instant.ts'
import { addDays, dayAt, endOfDay, instantOn, parseDate, parseTime } from './time.ts'

export interface Due {
  /** When it would go out if no rule blocked it. */
  dueAt: Instant
  /** "Before" must go out before this: the anchor, or the end of its local day when it has no time. */
  endsAt: Instant
  /**
   * The offset as elapsed time (an offset of 0 days at a time of day: what lies between that and the anchor), in
   * milliseconds: half of it limits how much later a blocked "before" message may go out.
   */
  leadMs: number
}

const unitMs = { days: dayMs, hours: hourMs, minutes: minuteMs } as const

/**
 * The due time of a timing (Due time): hours and minutes are elapsed time; days are calendar days at the same wall
 * time, or at `timeOfDay`, in the facility's zone. A date without a time counts from the default send time.
 */
export function dueTime(timing: Timing, anchor: AnchorValue, zone: Zone, defaultSendTime: LocalTime): Due {
  const { offset, unit, direction } = timing
  const signed = direction === 'before' ? -offset : offset
  const day = 'date' in anchor ? (parseDate(anchor.date) as number) : dayAt(zone, anchor.at)
  const base = 'date' in anchor ? instantOn(zone, day, parseTime(defaultSendTime)) : anchor.at
  const endsAt = 'date' in anchor ? endOfDay(zone, day) : anchor.at

  let dueAt: Instant
  if (unit !== 'days') dueAt = base + signed * unitMs[unit]
  else if (timing.timeOfDay === null) dueAt = addDays(zone, base, signed)
  else {
    const time = parseTime(timing.timeOfDay)
    dueAt = instantOn(zone, day + signed, time)
    // A time of day earlier than the anchor means the next day; a date without a time has none to be earlier than.
    if (direction === 'after' && 'at' in anchor && dueAt < anchor.at) dueAt = instantOn(zone, day + signed + 1, time)
  }
  if (timing.anchor === 'updated') dueAt = Math.max(dueAt, base + updatedSettlesAfter)

  return { dueAt, endsAt, leadMs: offset > 0 ? offset * unitMs[unit] : Math.max(0, endsAt - dueAt) }
}

/** `2 days before the appointment at 10:00` */
export function timingText(timing: Timing): string {
  const unit = timing.offset === 1 ? timing.unit.slice(0, -1) : timing.unit
  const at = timing.timeOfDay === null ? '' : ` at ${timing.timeOfDay}`
  return `${timing.offset} ${unit} ${timing.direction} ${anchorWords[timing.anchor]}${at}`
}
