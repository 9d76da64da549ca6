import { dayMs, hourMs, type Instant, type LocalDate, minuteMs } from '../../instant.ts'

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/
const instantPattern =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

/** Midnight UTC of a day of the calendar, or null for one that does not exist (30 February). */
function midnight(text: string): Instant | null {
  const [, year, month, day] = datePattern.exec(text) ?? []
  if (year === undefined || Number(year) < 1) return null
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? date.getTime() : null
}

/** A whole calendar day; FHIR's partial dates (`1980`, `1980-02`) are none. */
export function fullDate(text: string): LocalDate | null {
  return midnight(text) === null ? null : text
}

/** Whether a text is one of FHIR's partial dates, which are valid but say no day. */
export function isPartialDate(text: string): boolean {
  return /^\d{4}(-(0[1-9]|1[0-2]))?$/.test(text)
}

/** Years of four digits are all that the wire and the database can both write. */
const firstInstant = Date.parse('0001-01-01T00:00:00Z')
const endOfInstants = Date.parse('+010000-01-01T00:00:00Z')

/**
 * An instant from a date and time with offset; fractions are cut to milliseconds. Null without offset or date, and
 * where the offset leads out of the years 1 to 9999.
 */
export function instantOf(text: string): Instant | null {
  const [, date, hours, minutes, seconds = '0', fraction = '', offset = ''] = instantPattern.exec(text) ?? []
  const day = date === undefined ? null : midnight(date)
  if (day === null) return null
  const wall = day + Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000
  const at = wall + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetOf(offset)
  return at >= firstInstant && at < endOfInstants ? at : null
}

function offsetOf(offset: string): number {
  if (offset === 'Z') return 0
  const size = Number(offset.slice(1, 3)) * hourMs + Number(offset.slice(4, 6)) * minuteMs
  return offset.startsWith('-') ? -size : size
}

/** The day of a time that is no instant, for want of an offset; what has no time as it is. */
function dayOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? text.slice(0, 10) : text
}

/** Whether a FHIR date or date-time (perhaps partial) lies before an instant: its day or period is over by then. */
export function isOver(text: string, now: Instant): boolean {
  const at = instantOf(text)
  if (at !== null) return at < now
  const end = endOf(dayOf(text))
  return end !== null && end <= now
}

/** Whether a FHIR date or date-time (perhaps partial) has not come yet at an instant. */
export function isAhead(text: string, now: Instant): boolean {
  const day = text.length === 4 ? `${text}-01-01` : text.length === 7 ? `${text}-01` : dayOf(text)
  const at = instantOf(text) ?? midnight(day)
  return at !== null && at > now
}

/** The end of a partial or full date, in UTC: a day's precision is all that a period needs. */
function endOf(text: string): Instant | null {
  if (/^\d{4}$/.test(text)) return midnight(`${String(Number(text) + 1).padStart(4, '0')}-01-01`)
  if (isPartialDate(text)) {
    const [year = 0, month = 0] = text.split('-').map(Number)
    return Date.UTC(year, month, 1)
  }
  const day = midnight(text)
  return day === null ? null : day + dayMs
}
