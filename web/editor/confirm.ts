import type { CustomActionView } from '../../db/queries/customActions.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import type { Visit } from '../visit.ts'
import { harmIn, impactModel, impactOf } from './impact.ts'

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
  // Somebody should look at it first: messages would be gone, or out before they can be looked at.
  const harm = harmIn(impact)
  if (harm === '') return null
  return {
    question: `Nothing is saved yet: saving would ${harm}.`,
    label: `${save === 'deactivate' ? 'Deactivate' : 'Save'} and ${harm}`,
    save,
    impact: impactModel(impact, visit.organization.timeZone, visit.now),
  }
}
