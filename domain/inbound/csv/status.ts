import type { CareEventKind, CareEventStatus } from '../../careEvent.ts'
import type { Cells } from './cells.ts'
import { comparable } from './statusWords.ts'

/** A row that says no status is the most usual one. */
const unsaid = {
  appointment: 'booked',
  recall: 'open',
  procedure: 'completed',
  diagnosis: 'active',
} as const satisfies Record<CareEventKind, CareEventStatus>

/** A word that nobody knows keeps the row out: taken for a booking, it would send messages for a cancelled visit. */
export function readStatus(cells: Cells, kind: CareEventKind): CareEventStatus | null {
  const word = cells.text('status', 60)
  if (word === null) return unsaid[kind]
  const status = cells.reader.statuses.get(comparable(word))
  return (
    status ??
    cells.error('status', 'unknownCode', 'is a word that is not known: say in the layout which status it means')
  )
}
