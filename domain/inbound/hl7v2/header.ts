import { Hl7Message as ParsedMessage } from '@medplum/core'
import type { InboundReason } from '../reason.ts'
import type { Delimiters } from './delimiters.ts'
import { Segment } from './segment.ts'

/** MSH: who says what to whom, as an acknowledgement has to repeat it. */
export interface Hl7Header {
  sendingApplication: string
  sendingFacility: string
  receivingApplication: string
  receivingFacility: string
  /** MSH-9.1 and 9.2 in capitals, e.g. SIU and S12. */
  type: string
  trigger: string
  controlId: string
  processingId: string
  version: string
}

export interface OpenedMessage {
  header: Hl7Header
  msh: Segment
  segments: Segment[]
}

/** Splits a message into segments; null when its header can't be read (reported as an error). */
export function openMessage(text: string, reasons: InboundReason[]): OpenedMessage | null {
  const delimiters = delimitersOf(text)
  if (typeof delimiters === 'string') {
    reasons.push({ severity: 'error', code: 'malformed', path: 'MSH', message: delimiters })
    return null
  }
  const counts = new Map<string, number>()
  const { field, component, repetition, escape: mark, subcomponent } = delimiters
  const end = text.slice(4).search(new RegExp(`[${escapeForClass(field)}\\r]`))
  const rest = end < 0 ? '' : text.slice(4 + end)
  const whole = `MSH${field}${component}${repetition}${mark}${subcomponent}${rest}`
  const segments = ParsedMessage.parse(whole).segments.map((raw) => {
    const name = raw.name.trim().toUpperCase()
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return new Segment(raw, delimiters, count === 1 ? name : `${name}(${count})`, reasons)
  })
  const msh = segments[0] as Segment
  const [type, trigger] = [msh.text(9, 1), msh.text(9, 2)].map((part) => part?.toUpperCase() ?? '')
  const text1 = (field: number) => msh.text(field) ?? ''
  return {
    msh,
    segments,
    header: {
      sendingApplication: text1(3),
      sendingFacility: text1(4),
      receivingApplication: text1(5),
      receivingFacility: text1(6),
      type: type ?? '',
      trigger: trigger ?? '',
      controlId: text1(10),
      processingId: text1(11) || 'P',
      version: text1(12) || '2.5',
    },
  }
}

/** MSH-1 and MSH-2, or a sentence about what is wrong with them. */
function delimitersOf(text: string): Delimiters | string {
  if (!text.startsWith('MSH')) return 'is no HL7 v2 message: it has to begin with the segment MSH, such as MSH|^~\\&|…'
  const field = text[3] ?? ''
  if (!/[^\sA-Za-z0-9]/.test(field))
    return 'has no field separator (MSH-1): a message begins with MSH|^~\\& or other separators in their place'
  const given = [...(text.slice(4).split(new RegExp(`[${escapeForClass(field)}\\r]`), 1)[0] ?? '')]
  const usable = given.every((each) => /[^\sA-Za-z0-9]/.test(each))
  if (given.length === 0 || !usable || new Set([field, ...given]).size < given.length + 1)
    return 'has no usable separators (MSH-2): four different characters such as ^~\\& are needed'
  // A feed that uses none of the later ones leaves them out: the standard's then, or whatever is free.
  for (const usual of ['^', '~', '\\', '&', '\u0001', '\u0002', '\u0003', '\u0004'])
    if (given.length < 4 && field !== usual && !given.includes(usual)) given.push(usual)
  const [component, repetition, mark, subcomponent] = given as [string, string, string, string]
  return { field, component, repetition, escape: mark, subcomponent }
}

function escapeForClass(character: string): string {
  return `\\${character}`
}
