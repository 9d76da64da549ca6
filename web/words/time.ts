import { DateTime } from 'luxon'
import type { Birth } from '../../domain/age.ts'
import type { Instant, LocalDate, LocalTime, Zone } from '../../domain/instant.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f\u2009]/g, ' ')
const at = (instant: Instant, zone: Zone) => DateTime.fromMillis(instant, { zone, locale: 'en-US' })

/** "Mon, Mar 9, 9:00 AM EDT"; with the year only when it is not `now`'s, with seconds by 'tt'. */
export function writtenOut(instant: Instant, zone: Zone, now: Instant, time: 't' | 'tt' = 't'): string {
  const local = at(instant, zone)
  const sameYear = local.year === at(now, zone).year
  return plain(`${local.toFormat(`${sameYear ? 'ccc, LLL d' : 'ccc, LLL d, y'}, ${time}`)} ${zoneName(instant, zone)}`)
}

/** "EDT". */
export function zoneName(instant: Instant, zone: Zone): string {
  return at(instant, zone).offsetNameShort ?? zone
}

/** "Mon, Mar 9". */
export function writtenDay(instant: Instant, zone: Zone, now: Instant): string {
  const local = at(instant, zone)
  return local.toFormat(local.year === at(now, zone).year ? 'ccc, LLL d' : 'ccc, LLL d, y')
}

/** "Mar 9, 2026". */
export function writtenDate(instant: Instant, zone: Zone): string {
  return at(instant, zone).toFormat('LLL d, y')
}

/** "9:00 AM". */
export function writtenTime(instant: Instant, zone: Zone): string {
  return plain(at(instant, zone).toFormat('t'))
}

/** "10:00" → "10:00 AM". */
export function clockTime(time: LocalTime): string {
  return plain(DateTime.fromFormat(time, 'HH:mm', { zone: 'utc', locale: 'en-US' }).toFormat('t'))
}

/** "Mon, Mar 9, 2026" of a day that has no time. */
export function writtenLocalDate(date: LocalDate): string {
  return DateTime.fromISO(date, { zone: 'utc', locale: 'en-US' }).toFormat('ccc, LLL d, y')
}

/** "Mar 9, 1980" of a birth date: nobody asks on which weekday. "Mar 1980" or "1980" where only that is known. */
export function writtenBirth({ birthDate, bornIn }: Birth): string | null {
  if (birthDate !== null) return writtenDate(DateTime.fromISO(birthDate, { zone: 'utc' }).toMillis(), 'utc')
  return bornIn?.includes('-') ? DateTime.fromISO(bornIn, { zone: 'utc', locale: 'en-US' }).toFormat('LLL y') : bornIn
}

/** "12 minutes ago", "in 3 days": coarse on purpose, the exact time stands beside it. */
export function relative(instant: Instant, now: Instant): string {
  const seconds = Math.round((instant - now) / 1000)
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ]
  const [unit, size] = steps.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  if (unit === 'second') return seconds > 0 ? 'in a moment' : 'just now'
  return new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}
