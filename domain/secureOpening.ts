import type { Instant, LocalDate } from './instant.ts'
import { triesBeforeLock } from './secureLink.ts'
import { formatDate, parseDate } from './time.ts'

export interface LinkFacts {
  expiresAt: Instant
  /** A newer link took its place, or somebody said that they are not the patient. */
  invalidatedAt: Instant | null
  reader: 'patient' | 'staff'
  /** Patients only: since when their messages are locked. */
  lockedAt: Instant | null
  /** Patients only. */
  birthDate: LocalDate | null
}

/** What a link to a secure message does now: it asks who opens it, or says why it does not open. */
export type LinkState = 'opens' | 'replaced' | 'expired' | 'locked'

/** The state of a link at `now` (PHI). One whose patient has no birth date any more cannot be opened by anybody. */
export function linkState(link: LinkFacts, now: Instant): LinkState {
  if (link.invalidatedAt !== null) return 'replaced'
  if (link.expiresAt <= now) return 'expired'
  if (link.reader === 'staff') return 'opens'
  return link.lockedAt !== null || link.birthDate === null ? 'locked' : 'opens'
}

export interface Tries {
  /** Wrong birth dates since the last right one, or since staff unlocked the patient. */
  tries: number
  locked: boolean
}

/** After a birth date was given: a right one forgets the wrong ones, the fifth wrong one locks (PHI). */
export function afterTry(tries: number, isRight: boolean): Tries {
  if (isRight) return { tries: 0, locked: false }
  const now = tries + 1
  return { tries: now, locked: now >= triesBeforeLock }
}

/**
 * A birth date as somebody typed it into three fields; null for what is no day of the calendar, which is no try. The
 * year has four digits: two could mean a grandmother or her grandchild.
 */
export function typedDate(typed: { year: string; month: string; day: string }): LocalDate | null {
  const number = (text: string, pattern: RegExp) => (pattern.test(text.trim()) ? text.trim() : null)
  const year = number(typed.year, /^\d{4}$/)
  const month = number(typed.month, /^\d{1,2}$/)
  const day = number(typed.day, /^\d{1,2}$/)
  if (year === null || month === null || day === null) return null
  const parsed = parseDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  return parsed === null ? null : formatDate(parsed)
}
