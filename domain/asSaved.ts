import type { ActionDefinition } from './action.ts'
import { countsAsEdit } from './actionEdit.ts'
import type { ActionFacts } from './facts.ts'
import type { Instant } from './instant.ts'

/**
 * The action that saving a definition at `now` would make of a stored one (null: of none): what counts as an edit starts
 * the recentEdit rule anew, and what becomes active sends nothing that was due before.
 */
export function asSaved(
  stored: ActionFacts | null,
  id: string,
  definition: ActionDefinition,
  now: Instant,
): ActionFacts {
  const isActive = definition.status === 'active'
  if (stored === null)
    return { id, version: 1, definition, editedAt: now, activatedAt: isActive ? now : null, deleted: false }
  const isActivated = stored.definition.status === 'inactive' && isActive
  return {
    ...stored,
    definition,
    editedAt: countsAsEdit(stored.definition, definition) ? now : stored.editedAt,
    activatedAt: isActivated ? now : stored.activatedAt,
  }
}
