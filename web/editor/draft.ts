import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { countsAsEdit } from '../../domain/actionEdit.ts'
import { withDefaults } from '../../domain/definitionDefaults.ts'
import type { ActionFacts } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import { type ActionForm, definitionInput } from './form.ts'

/** What an action that is not saved is called where facts need an id. */
const draftId = '00000000-0000-4000-8000-000000000000'

/** The form's definition if it has a shape at all; a title or a text that is still missing is no obstacle to a preview. */
export function draftDefinition(form: ActionForm, stored: CustomActionView | null): ActionDefinition | null {
  const input = definitionInput(form, stored && definitionOf(stored))
  const body = form.body.trim() === '' ? '-' : form.body
  const message = { ...(input.message as object), body }
  const parsed = actionDefinitionSchema.safeParse({
    ...input,
    title: form.title.trim() || '-',
    message,
    status: 'active',
  })
  return parsed.success ? withDefaults(parsed.data) : null
}

/** The action as it would be right after saving and activating it now, for `plan`. */
export function draftFacts(definition: ActionDefinition, stored: CustomActionView | null, now: Instant): ActionFacts {
  const unchanged = stored !== null && !countsAsEdit(definitionOf(stored), definition)
  return {
    id: stored?.id ?? draftId,
    version: (stored?.version ?? 0) + 1,
    definition,
    editedAt: unchanged ? Date.parse(stored.editedAt) : now,
    activatedAt: stored?.status === 'active' && stored.activatedAt !== null ? Date.parse(stored.activatedAt) : now,
    deleted: false,
  }
}
