import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { withDefaults } from '../../domain/definitionDefaults.ts'
import { definitionInput } from './definitionInput.ts'
import type { ActionForm } from './form.ts'
import { type MessageForm, previewableMessage } from './messageForm.ts'

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
