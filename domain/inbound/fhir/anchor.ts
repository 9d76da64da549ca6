import type { AnchorValue } from '../../careEvent.ts'
import { fullDate, instantOf, isPartialDate } from './dateTime.ts'
import type { Element } from './element.ts'

/**
 * A `dateTime` that timing may count from. A partial one says no day; a time without an offset is no instant, but its
 * day is one; what is neither is left out with a warning, since no anchor means no message, never "now".
 */
export function readAnchor(parent: Element, name: string): AnchorValue | null {
  return anchorOf(parent.text(name, 60), parent.at(name))
}

/** The first of a list of them, such as the events of a Timing. */
export function readFirstAnchor(parent: Element, name: string): AnchorValue | null {
  return anchorOf(parent.texts(name)[0] ?? null, parent.at(name))
}

function anchorOf(text: string | null, element: Element): AnchorValue | null {
  if (text === null || isPartialDate(text)) return null
  const at = instantOf(text)
  if (at !== null) return { at }
  const date = fullDate(text)
  if (date !== null) return { date }
  const day = /^\d{4}-\d{2}-\d{2}T/.test(text) ? fullDate(text.slice(0, 10)) : null
  if (day === null) return element.warn('invalidDate', 'is neither a day nor an instant, and is left out')
  element.warn('invalidInstant', 'has no offset, or a time that does not exist: only its day counts')
  return { date: day }
}

/** When a period begins; one that says only its end counts by that, and one that begins on no certain day by none. */
export function readPeriodAnchor(parent: Element, name: string): AnchorValue | null {
  const period = parent.at(name)
  return readAnchor(period, period.text('start') === null ? 'end' : 'start')
}
