import { codesOf } from './coding.ts'
import type { Element } from './element.ts'

/** A resource's `status` as ours; null (an error) when it is missing or not one of the list. */
export function readStatus<Status>(
  resource: Element,
  statuses: ReadonlyMap<string, Status>,
  what: string,
): Status | null {
  const code = resource.text('status', 40)
  const element = resource.at('status')
  const list = [...statuses.keys()].join(', ')
  if (code === null) return element.error('missing', `has to be one of ${list}`)
  return statuses.get(code) ?? element.error('unknownCode', `is no status of ${what}: it has to be one of ${list}`)
}

/** Whether a care event's own words say that it is not, or never was: whatever else it says wrong, nobody is told of it. */
export function isCalledOff(resource: Element): boolean {
  const words = [resource.text('status', 40)?.toUpperCase() ?? '', ...wordsOf(resource.at('verificationStatus'))]
  return words.some((word) => calledOff.has(word))
}

const calledOff = new Set(['CANCELLED', 'REVOKED', 'ENTERED-IN-ERROR', 'REFUTED'])

/** The codes of a status, else its text as one; before R4 it was a bare code. In capitals. */
export function wordsOf(status: Element): string[] {
  const parts = (Array.isArray(status.value) ? status.value : [status.value]).map((value) => status.instead(value))
  const codes = parts.flatMap((part) => (part.isObject ? codesOf(part) : []))
  if (codes.length > 0) return codes
  const texts = parts.map((part) => (part.isObject ? part.text('text', 100) : part.value))
  return texts.flatMap((text) => (typeof text === 'string' && text.trim() !== '' ? [asCode(text)] : []))
}

const asCode = (text: string) => text.trim().toUpperCase().replace(/\s+/g, '-')
