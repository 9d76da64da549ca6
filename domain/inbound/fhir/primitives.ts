import type { Instant, LocalDate } from '../../instant.ts'
import { fullDate, instantOf, isAhead, isOver, isPartialDate } from './dateTime.ts'
import type { Element } from './element.ts'

const wantsInstant = 'has to be a date and time with an offset that exist, such as 2026-03-09T14:30:00-04:00'

/** An `instant`: one that is none is an error of the whole record, since what it orders or times would be wrong. */
export function readInstant(parent: Element, name: string): Instant | null {
  const element = parent.at(name)
  if (!element.exists) return null
  if (typeof element.value !== 'string') return element.error('wrongType', `is no text: it ${wantsInstant}`)
  const at = instantOf(element.value.trim())
  return at ?? element.error('invalidInstant', `is no instant: it ${wantsInstant}`)
}

/** A `date`: a partial one says no day and is null; one that is none is left out with a warning. */
export function readDate(parent: Element, name: string): LocalDate | null {
  const text = parent.text(name)
  if (text === null || isPartialDate(text)) return null
  return (
    fullDate(text) ?? parent.at(name).warn('invalidDate', 'is no day of the calendar (YYYY-MM-DD), and is left out')
  )
}

/** Whether a `period` includes the instant; an unreadable end is taken for open. */
export function isCurrent(parent: Element, now: Instant): boolean {
  const period = parent.at('period')
  const [start, end] = [period.text('start'), period.text('end')]
  return !(end !== null && isOver(end, now)) && !(start !== null && isAhead(start, now))
}
