import type { InboundReason, InboundReasonCode } from '../reason.ts'

/** Longer text than this belongs to no field we keep. */
const maxText = 2000
/** Longer lists than this belong to no record of a practice, and reading them would hold up everybody else. */
const maxItems = 200
/** More warnings than this help nobody to find what is wrong. */
const maxWarnings = 100
// biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL can't be stored in Postgres, the others can't be read
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/**
 * One JSON value of a resource and where it stands. Reading never throws: what has the wrong type is reported as a
 * warning under its path and read as absent.
 */
export class Element {
  readonly value: unknown
  readonly path: string
  private readonly reasons: InboundReason[]

  constructor(value: unknown, path: string, reasons: InboundReason[]) {
    this.value = value
    this.path = path
    this.reasons = reasons
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  error(code: InboundReasonCode, message: string): null {
    return this.report({ severity: 'error', code, path: this.path, message })
  }

  warn(code: InboundReasonCode, message: string): null {
    return this.report({ severity: 'warning', code, path: this.path, message })
  }

  /** What was found wrong with a part that is read by itself: it keeps that part out, and not the whole. */
  takeAsWarnings(reasons: readonly InboundReason[]): void {
    for (const reason of reasons) this.report({ ...reason, severity: 'warning' })
  }

  /** Once for each place and code, however often it is read. */
  private report(reason: InboundReason): null {
    if (reason.severity === 'warning' && this.reasons.length > maxWarnings) return null
    if (this.reasons.some((known) => known.path === reason.path && known.code === reason.code)) return null
    const last = reason.severity === 'warning' && this.reasons.length === maxWarnings
    const message = `is not the last: only ${maxWarnings} warnings are told`
    this.reasons.push(last ? { ...reason, code: 'tooLong', message } : reason)
    return null
  }

  /** The first items of a list, and a word about the others. */
  private first(items: unknown[], most: number): unknown[] {
    if (items.length <= most) return items
    this.warn('tooLong', `has ${items.length} items: only the first ${most} are read`)
    return items.slice(0, most)
  }

  /** Another value in the same place: one of a list where one belongs, or one that is put right. */
  instead(value: unknown): Element {
    return new Element(value, this.path, this.reasons)
  }

  /** A child that may be absent; also for `value[x]`, whose name the caller knows. */
  at(name: string): Element {
    const value =
      this.isObject && Object.hasOwn(this.value as object, name)
        ? (this.value as Record<string, unknown>)[name]
        : undefined
    return new Element(value, `${this.path}.${name}`, this.reasons)
  }

  /** The objects of a repeating child; one object where a list belongs is read as a list of one. */
  list(name: string, most = maxItems): Element[] {
    const child = this.at(name)
    if (!child.exists) return []
    if (!Array.isArray(child.value)) {
      if (child.isObject) return [child]
      child.warn('wrongType', 'is no list of objects, and is left out')
      return []
    }
    const items = child
      .first(child.value, most)
      .map((value, index) => new Element(value, `${child.path}[${index}]`, this.reasons))
    return items.filter((item) => {
      if (!item.isObject) item.warn('wrongType', 'is no object, and is left out')
      return item.isObject
    })
  }

  /** The non-empty texts of a repeating primitive child. */
  texts(name: string): string[] {
    const child = this.at(name)
    const values = Array.isArray(child.value) ? child.first(child.value, maxItems) : child.exists ? [child.value] : []
    return values
      .map((value, index) => new Element({ item: value }, `${child.path}[${index}]`, this.reasons).text('item'))
      .filter((text) => text !== null)
  }

  /** A trimmed text without control characters, or null when absent, empty, too long or of another type. */
  text(name: string, longest = maxText): string | null {
    const child = this.at(name)
    if (!child.exists) return null
    if (typeof child.value !== 'string') return child.warn('wrongType', 'is no text, and is left out')
    const text = child.value.replace(controlCharacters, '').trim().toWellFormed()
    if (text.length > longest)
      return child.warn('tooLong', `has ${text.length} characters, at most ${longest} are kept, and is left out`)
    return text === '' ? null : text
  }

  flag(name: string): boolean | null {
    const child = this.at(name)
    if (!child.exists) return null
    if (typeof child.value === 'boolean') return child.value
    const word = typeof child.value === 'string' ? child.value.trim().toLowerCase() : null
    return word === 'true' || word === 'false'
      ? word === 'true'
      : child.warn('wrongType', 'is neither true nor false, and is left out')
  }

  /** A FHIR `positiveInt`, perhaps with less than its own limit. */
  count(name: string, most = 2_147_483_647): number | null {
    const child = this.at(name)
    if (!child.exists) return null
    const { value } = child
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
    return child.warn('wrongType', `is no whole number from 1 to ${most}, and is left out`)
  }
}
