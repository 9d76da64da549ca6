import type { AnchorValue } from '../../careEvent.ts'
import { dayMs, hourMs, type Instant, type LocalDate, minuteMs, type Zone } from '../../instant.ts'
import { instantAt, parseDate, wallAt } from '../../time.ts'

const pattern = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?\s*([+-]\d{4})?$/

/**
 * HL7's time stamp `YYYYMMDD[HH[MM[SS[.S…]]]][+ZZZZ]`: an instant, or a day where it says no time. Without an offset it
 * is the wall time of `zone`. Null where it says no whole day, or is no time at all.
 */
export function timeOf(text: string | null, zone: Zone): AnchorValue | null {
  const match = text === null ? null : pattern.exec(text.trim())
  if (!match) return null
  const [, year, month, day, hours, minutes = '00', seconds = '00', fraction = '', offset] = match
  const date: LocalDate = `${year}-${month}-${day}`
  const at = Number(year) < 1000 ? null : parseDate(date)
  if (at === null) return null
  if (hours === undefined) return { date }
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null
  const wall =
    at * dayMs +
    Number(hours) * hourMs +
    Number(minutes) * minuteMs +
    Number(seconds) * 1000 +
    Number(fraction.padEnd(3, '0').slice(0, 3))
  if (offset === undefined) return { at: instantAt(zone, wall) }
  const ahead = Number(offset.slice(1, 3)) * hourMs + Number(offset.slice(3)) * minuteMs
  return { at: wall - (offset.startsWith('-') ? -ahead : ahead) }
}

/** The instant, where a time is said; a day alone is none. */
export function instantOf(text: string | null, zone: Zone): Instant | null {
  const time = timeOf(text, zone)
  return time !== null && 'at' in time ? time.at : null
}

/** As far as a sender's clock may be ahead of ours. */
const aheadMs = 5 * minuteMs

/**
 * When a message was sent. While clocks are set back an hour comes twice: without an offset it is the second one as soon
 * as that can be, so that what is sent in it is not older than what was sent in the first.
 */
export function sentAt(text: string | null, zone: Zone, arrivedAt: Instant): Instant | null {
  const first = instantOf(text, zone)
  if (first === null || /[+-]\d{4}$/.test(text?.trim() ?? '')) return first
  const second = first + hourMs
  return second <= arrivedAt + aheadMs && wallAt(zone, second) === wallAt(zone, first) ? second : first
}

/** The day of a time stamp as it is written, whatever its offset: a birthday is no instant. */
export function dateOf(text: string | null): LocalDate | null {
  const match = text === null ? null : pattern.exec(text.trim())
  if (!match) return null
  const date: LocalDate = `${match[1]}-${match[2]}-${match[3]}`
  return parseDate(date) === null ? null : date
}
