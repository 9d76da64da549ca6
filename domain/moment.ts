import { type Comparable, Drop } from 'liquidjs'
import { DateTime } from 'luxon'
import type { Zone } from './instant.ts'
import type { Moment } from './renderContext.ts'

/** A value that a message needs and that is not there; caught by `renderMessage`, which names it. */
class MissingValue extends Error {
  readonly variableName: string
  constructor(variableName: string) {
    super(`missing value: ${variableName}`)
    this.variableName = variableName
  }
}

/** The missing value's name if that is what an error of a rendering is about. */
export function missingValueOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Object; cause = 'originalError' in cause ? cause.originalError : undefined) {
    if (cause instanceof MissingValue) return cause.variableName
    if ('variableName' in cause && typeof cause.variableName === 'string') return cause.variableName
  }
  return undefined
}

export interface Reading {
  zone: Zone
  /** BCP 47. */
  locale: string
}

/**
 * The locale a message is written in. The two languages most US patients read are taken as spoken there, so that
 * Spanish has the 12-hour clock too; what is no language falls back to English.
 */
export function localeOf(language: string | null): string {
  const spoken: Record<string, string> = { en: 'en-US', es: 'es-US' }
  const tag = spoken[language?.toLowerCase() ?? ''] ?? language ?? 'en-US'
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en-US'
  } catch {
    return 'en-US'
  }
}

/** Intl puts no-break spaces into times; in an SMS a single one would turn the whole text into UCS-2. */
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ')

/**
 * A date or instant inside a template. Written out alone it reads as a person would say it; the date filters and
 * comparisons see the instant. Everything is private, so that a template reaches nothing but the text.
 */
export class MomentDrop extends Drop implements Comparable {
  readonly #name: string
  readonly #value: Moment
  readonly #reading: Reading
  #read: DateTime | undefined

  constructor(name: string, value: Moment, reading: Reading) {
    super()
    this.#name = name
    this.#value = value
    this.#reading = reading
  }

  get #hasTime(): boolean {
    return typeof this.#value === 'number'
  }

  /** Most messages use one of the dates they could: each is read when it is asked for. */
  get #at(): DateTime {
    const { zone, locale } = this.#reading
    this.#read ??=
      typeof this.#value === 'number'
        ? DateTime.fromMillis(this.#value, { zone, locale })
        : DateTime.fromISO(this.#value, { zone: 'utc', locale })
    return this.#read
  }

  #write(format: Intl.DateTimeFormatOptions): string {
    if (!this.#at.isValid) throw new MissingValue(this.#name)
    return plainSpaces(this.#at.toLocaleString(format))
  }

  override valueOf(): string {
    if (this.#hasTime) return this.#write({ weekday: 'short', month: 'short', day: 'numeric', ...clock, ...zoneName })
    const birth: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' }
    return this.#write(this.#name === 'patient.birthDate' ? birth : { weekday: 'short', ...birth })
  }

  /** Lists of moments are joined as strings. */
  override toString(): string {
    return this.valueOf()
  }

  dateLong(): string {
    return this.#write(DateTime.DATE_HUGE)
  }

  dateShort(): string {
    return this.#write({ month: 'short', day: 'numeric' })
  }

  weekday(): string {
    return this.#write({ weekday: 'long' })
  }

  /** A date without a time of day has none to tell: missing, never midnight. */
  time(withZone: boolean): string {
    if (!this.#hasTime) throw new MissingValue(`${this.#name} (a date without a time of day)`)
    return this.#write(withZone ? { ...clock, ...zoneName } : clock)
  }

  /** For Liquid's own `date` filter. */
  parts(): { date: Date; zone: string; locale: string } {
    if (!this.#at.isValid) throw new MissingValue(this.#name)
    return { date: this.#at.toJSDate(), zone: this.#at.zoneName ?? 'UTC', locale: this.#at.locale ?? 'en-US' }
  }

  #compare(other: unknown): number {
    return other instanceof MomentDrop ? this.#at.toMillis() - other.#at.toMillis() : Number.NaN
  }

  equals(other: unknown): boolean {
    return this.#compare(other) === 0
  }

  gt(other: unknown): boolean {
    return this.#compare(other) > 0
  }

  geq(other: unknown): boolean {
    return this.#compare(other) >= 0
  }

  lt(other: unknown): boolean {
    return this.#compare(other) < 0
  }

  leq(other: unknown): boolean {
    return this.#compare(other) <= 0
  }
}

const clock = { hour: 'numeric', minute: '2-digit' } as const
const zoneName = { timeZoneName: 'short' } as const
