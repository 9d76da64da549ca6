import type { CustomActionView } from '../../db/queries/customActions.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import type { Visit } from '../visit.ts'
import { hurts, impactModel, impactOf } from './impact.ts'

/** Asked before an edit is saved that drops messages, or sends some at once. */
export interface Confirm {
  question: string
  label: string
  /** The button that was pressed. */
  save: string
  impact: ReturnType<typeof impactModel>
}

/** What to ask before saving a checked definition; null when nothing that waits is hurt. */
export async function confirmOf(
  visit: Visit,
  definition: ActionDefinition,
  before: CustomActionView | null,
  save: string,
): Promise<Confirm | null> {
  const isIdle = definition.status === 'inactive' && before?.status !== 'active'
  if (isIdle) return null
  const impact = await impactOf(visit, definition, before)
  if (!hurts(impact)) return null
  const gone = impact.dropped + impact.lost
  const messages = (count: number) => `${count} waiting ${count === 1 ? 'message' : 'messages'}`
  const parts = [
    ...(gone > 0 ? [`drop ${messages(gone)}`] : []),
    ...(impact.goNow > 0 ? [`send ${impact.goNow} at once`] : []),
  ].join(' and ')
  return {
    question: `Nothing is saved yet: saving would ${parts}.`,
    label: `${save === 'deactivate' ? 'Deactivate' : 'Save'} and ${parts}`,
    save,
    impact: impactModel(impact, visit.organization.timeZone, visit.now),
  }
}
