import { DateTime } from 'luxon'
import type { AnchorValue } from '../../careEvent.ts'
import { dayMs, hourMs, type Instant, type LocalDate, minuteMs, type Zone } from '../../instant.ts'
import { formatDate, instantAt, parseDate, type Wall } from '../../time.ts'

/** A day, or a day with a time: on the wall of a zone that is not known yet, or an instant where it says its offset. */
export type CsvTime = { date: LocalDate } | { wall: Wall } | { at: Instant }

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/

/** Reads a cell as ISO 8601, else by the formats in their order; null where it is no day. */
export function csvTime(text: string, formats: readonly string[]): CsvTime | null {
  const match = iso.exec(text)
  if (match) return isoTime(match)
  for (const format of formats) {
    const time = DateTime.fromFormatParser(text, parserOf(format), reading)
    if (!time.isValid || time.year < 1000) continue
    const wall = time.toMillis()
    if (hasOffset(format)) return { at: wall }
    return hasTime(format) ? { wall } : { date: formatDate(wall / dayMs) }
  }
  return null
}

/** What a care event counts from: the day, or the instant in the zone where it happens. */
export function anchorIn(time: CsvTime, zone: Zone): AnchorValue {
  if ('wall' in time) return { at: instantAt(zone, time.wall) }
  return time
}

function isoTime([, year, month, day, ...clock]: RegExpExecArray): CsvTime | null {
  const date: LocalDate = `${year}-${month}-${day}`
  const at = parseDate(date)
  if (at === null || Number(year) < 1000) return null
  const [hours, minutes, seconds = '0', fraction = '', offset] = clock
  if (hours === undefined || minutes === undefined) return { date }
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const wall = at * dayMs + Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000 + ms
  if (offset === undefined) return { wall }
  if (offset === 'Z') return { at: wall }
  const ahead = Number(offset.slice(1, 3)) * hourMs + Number(offset.slice(-2)) * minuteMs
  return { at: wall - (offset.startsWith('-') ? -ahead : ahead) }
}

/** The wall is counted as if it hung in Greenwich. */
const reading = { zone: 'utc', locale: 'en-US' } as const
const parsers = new Map<string, ReturnType<typeof DateTime.buildFormatParser>>()

function parserOf(format: string) {
  let parser = parsers.get(format)
  if (parser === undefined) {
    parser = DateTime.buildFormatParser(format, { locale: reading.locale })
    parsers.set(format, parser)
  }
  return parser
}

function hasTime(format: string): boolean {
  return /[hH]/.test(format)
}

function hasOffset(format: string): boolean {
  return /Z/.test(format)
}

const probe = DateTime.utc(2003, 4, 15, 14, 5)

/** Whether days, or days with times, can be told apart when they are written so. */
export function isTimeFormat(format: string): boolean {
  try {
    const written = probe.setLocale(reading.locale).toFormat(format)
    const read = DateTime.fromFormatParser(written, parserOf(format), reading)
    return read.isValid && +read === +(hasTime(format) ? probe : probe.startOf('day'))
  } catch {
    // Luxon throws for tokens that it cannot read.
    return false
  }
}
