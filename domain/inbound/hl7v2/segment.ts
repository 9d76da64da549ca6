import type { Hl7Segment } from '@medplum/core'
import type { InboundReason, InboundReasonCode } from '../reason.ts'
import type { Delimiters } from './delimiters.ts'
import { unescapeText } from './escape.ts'

/**
 * A segment as it is read: positions count from 1, as in the standard. What is empty, or HL7's `""` (delete), is null.
 */
export class Segment {
  readonly #raw: Hl7Segment
  readonly #delimiters: Delimiters
  readonly #reasons: InboundReason[]
  /** e.g. `PID`, or `DG1(2)` for the second of its kind. */
  readonly path: string

  constructor(raw: Hl7Segment, delimiters: Delimiters, path: string, reasons: InboundReason[]) {
    this.#raw = raw
    this.#delimiters = delimiters
    this.path = path
    this.#reasons = reasons
  }

  get name(): string {
    return this.#raw.name.trim().toUpperCase()
  }

  /** The text of a component, without the blanks around it. */
  text(field: number, component = 1, repetition = 1, subcomponent = 1): string | null {
    const value = this.#raw.getField(field)?.components[repetition - 1]?.[component - 1]
    if (value === undefined) return null
    const part = value.split(this.#delimiters.subcomponent)[subcomponent - 1]?.trim()
    if (part === undefined || part === '' || part === '""') return null
    return unescapeText(part, this.#delimiters) || null
  }

  /** The positions of a field's repetitions that say something. */
  repetitions(field: number): number[] {
    const all = this.#raw.getField(field)?.components ?? []
    return all.flatMap((components, index) => (components.some((each) => each.trim() !== '') ? [index + 1] : []))
  }

  warn(field: number, code: InboundReasonCode, message: string): null {
    return this.#add('warning', field, code, message)
  }

  error(field: number, code: InboundReasonCode, message: string): null {
    return this.#add('error', field, code, message)
  }

  #add(severity: InboundReason['severity'], field: number, code: InboundReasonCode, message: string): null {
    this.#reasons.push({ severity, code, path: `${this.path}-${field}`, message })
    return null
  }
}
