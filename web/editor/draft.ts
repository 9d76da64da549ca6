import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { countsAsEdit } from '../../domain/actionEdit.ts'
import { withDefaults } from '../../domain/definitionDefaults.ts'
import type { ActionFacts } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import { definitionInput } from './definitionInput.ts'
import type { ActionForm } from './form.ts'
import { type MessageForm, previewableMessage } from './messageForm.ts'

/** What an action that is not saved is called where facts need an id. */
const draftId = '00000000-0000-4000-8000-000000000000'

/** The form's definition if it has a shape at all; a title or a text that is still missing is no obstacle to a preview. */
export function draftDefinition(form: ActionForm, stored: CustomActionView | null): ActionDefinition | null {
  const draft = { ...form, title: form.title.trim() || '-', message: draftMessage(form.message) }
  const input = definitionInput(draft, stored && definitionOf(stored))
  const parsed = actionDefinitionSchema.safeParse({ ...input, status: 'active' })
  return parsed.success ? withDefaults(parsed.data) : null
}

function draftMessage(message: MessageForm): MessageForm {
  const shown = previewableMessage(message)
  return { ...shown, body: shown.body.trim() === '' ? '-' : shown.body, phiReason: '' }
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
