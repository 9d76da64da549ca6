import { type ActionType, actionTypes } from '../../domain/action.ts'

/** What becomes of one setting of one type: refused at these paths, or the effect that is seen. */
export type Cell =
  | { refused: string[] }
  | {
      /** The plan of the type's own care event: when for each recipient, or why not. */
      plan: string[]
      /** Of the other care event, at another facility, with another provider, of another appointment type and code. */
      other?: string[]
      /** Of a second visit on the same day. */
      later?: string[]
      /** Texts as the preview shows them. */
      texts?: string[]
    }

export interface Row {
  /** The feature of the product's list. */
  feature: string
  setting: string
  /** Laid over the type's plain definition. */
  settings: Record<string, unknown> | ((type: ActionType) => Record<string, unknown>)
  cells: Record<ActionType, Cell>
}

type Effect = Omit<Extract<Cell, { plan: string[] }>, 'plan'>

export const usual = '02-11 10:00'
/** Planned for this moment of New York's clock, month and day first; for several recipients the same. */
export const at = (when: string = usual, effect: Effect = {}): Cell => ({ plan: [when], ...effect })
export const not = (verdict: string, effect: Effect = {}): Cell => ({ plan: [verdict], ...effect })
export const refused = (...paths: string[]): Cell => ({ refused: paths })

/** The same for every type, but for those named. */
export function all(cell: Cell, but: Partial<Record<ActionType, Cell>> = {}): Record<ActionType, Cell> {
  return Object.fromEntries(actionTypes.map((type) => [type, but[type] ?? cell])) as Record<ActionType, Cell>
}

const hasDate = { procedure: 'procedureDate', diagnosis: 'diagnosisDate' } as const

/** A timing that comes to this day of February 2026, at this time: before what is ahead, after what has been. */
export function on(day: number, timeOfDay: string): (type: ActionType) => Record<string, unknown> {
  return (type) => {
    const timeTo = (offset: number, direction: string, anchor: string) => ({
      timing: { offset, unit: 'days', direction, anchor, timeOfDay },
    })
    if (type === 'procedure' || type === 'diagnosis') return timeTo(day - 9, 'after', hasDate[type])
    return type === 'recall' ? timeTo(58 - day, 'before', 'dueDate') : timeTo(19 - day, 'before', 'start')
  }
}
