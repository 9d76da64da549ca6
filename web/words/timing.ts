import type { Timing } from '../../domain/action.ts'
import type { AnchorName } from '../../domain/careEvent.ts'
import { clockTime } from './time.ts'

/** What timing counts from, as it stands in a sentence. */
export const anchorWords: Record<AnchorName, string> = {
  start: 'the appointment',
  created: 'the appointment is booked',
  updated: 'the appointment is changed',
  dueDate: 'the recall’s due date',
  procedureDate: 'the procedure',
  diagnosisDate: 'the diagnosis',
}

/** "2 days before the appointment, at 10:00 AM": how an action's timing reads in lists. */
export function timingSentence(timing: Pick<Timing, 'offset' | 'unit' | 'direction' | 'anchor' | 'timeOfDay'>): string {
  const anchor = anchorWords[timing.anchor]
  const unit = timing.offset === 1 ? timing.unit.slice(0, -1) : timing.unit
  const at = timing.timeOfDay === null ? '' : `, at ${clockTime(timing.timeOfDay)}`
  if (timing.offset === 0 && timing.unit === 'days') return `On the day of ${anchor}${at}`
  if (timing.offset === 0) return `${timing.direction === 'before' ? 'At the start of' : 'Right after'} ${anchor}`
  return `${timing.offset} ${unit} ${timing.direction} ${anchor}${at}`
}
