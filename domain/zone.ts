import { IANAZone } from 'luxon'
import { dayMs, type Instant, type Zone } from './instant.ts'

/** A stretch of time during which a zone's offset from UTC stays the same. `to` is exclusive; all in milliseconds. */
export interface ZoneSegment {
  from: Instant
  to: Instant
  offset: number
}

interface KnownZone {
  zone: IANAZone
  years: Map<number, ZoneSegment[]>
}

/** Zone names come from outside, so the memory is bounded: far more than there are zones, far less than can be sent. */
const maxKnown = 2_000
const known = new Map<string, KnownZone | null>()

/** No zone changes its offset twice within this time, so that two equal ends mean nothing happened in between. */
const sampleMs = 3 * dayMs

function lookUp(name: string): KnownZone | null {
  const found = known.get(name)
  if (found !== undefined) return found
  if (known.size >= maxKnown) known.clear()
  const zone = /^[A-Za-z]/.test(name) ? IANAZone.create(name) : null
  const result = zone?.isValid ? { zone, years: new Map() } : null
  known.set(name, result)
  return result
}

/** Whether the name is an IANA zone; bare offsets such as `+05:00` are not, because they have no summer time. */
export function isZone(name: string | null | undefined): name is Zone {
  return typeof name === 'string' && lookUp(name) !== null
}

/** The stretch of equal offset (cut at New Year, UTC) in which the instant lies. Throws a RangeError for no zone. */
export function segmentAt(zone: Zone, instant: Instant): ZoneSegment {
  const entry = lookUp(zone)
  if (!entry) throw new RangeError(`'${zone}' is not an IANA time zone (such as America/New_York)`)
  if (!Number.isFinite(instant)) throw new RangeError(`${instant} is not an instant (epoch milliseconds)`)
  const year = new Date(instant).getUTCFullYear()
  let segments = entry.years.get(year)
  if (!segments) {
    segments = segmentsOfYear(entry.zone, year)
    entry.years.set(year, segments)
  }
  return segments.find((segment) => instant < segment.to) ?? (segments[segments.length - 1] as ZoneSegment)
}

/** Milliseconds that local time is ahead of UTC at that instant. */
export function offsetAt(zone: Zone, instant: Instant): number {
  return segmentAt(zone, instant).offset
}

function segmentsOfYear(zone: IANAZone, year: number): ZoneSegment[] {
  const offset = (at: Instant) => Math.round(zone.offset(at) * 60_000)
  const yearStart = startOfYear(year)
  const yearEnd = startOfYear(year + 1)
  const segments: ZoneSegment[] = []
  let from = yearStart
  let current = offset(yearStart)
  for (let low = yearStart; low < yearEnd; ) {
    const high = Math.min(low + sampleMs, yearEnd - 1)
    if (offset(high) !== current) {
      const change = firstChange(offset, low, high, current)
      segments.push({ from, to: change, offset: current })
      from = change
      current = offset(change)
      low = change
    } else low = high + (high === yearEnd - 1 ? 1 : 0)
  }
  segments.push({ from, to: yearEnd, offset: current })
  return segments
}

function firstChange(offset: (at: Instant) => number, low: Instant, high: Instant, before: number): Instant {
  let same = low
  let other = high
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offset(middle) === before) same = middle
    else other = middle
  }
  return other
}

function startOfYear(year: number): Instant {
  const date = new Date(0)
  date.setUTCFullYear(year)
  return date.getTime()
}
