import type { TemplateContent, TemplateMessage } from '../../db/queries/templates.ts'
import { messageSchema } from '../../domain/action.ts'
import type { FieldError } from '../../domain/problem.ts'
import { type ActionForm, emptyForm } from '../editor/form.ts'
import {
  emptyMessage,
  type MessageForm,
  messageFormOf,
  messageInput,
  previewableMessage,
  readMessageForm,
} from '../editor/messageForm.ts'
import { issuesOf } from '../editor/problems.ts'
import { type FormData, one } from '../formData.ts'

/** A template's fields as they were typed. */
export interface TemplateForm {
  name: string
  message: MessageForm
}

export const emptyTemplateForm: TemplateForm = { name: '', message: emptyMessage(false) }

export function readTemplateForm(form: FormData): TemplateForm {
  return { name: one(form, 'name'), message: readMessageForm(form) }
}

export function templateFormOf({ name, message }: TemplateContent): TemplateForm {
  return { name, message: messageFormOf(message) }
}

/** The template as the editor's parts take it: an action that sends it, with the text in the action itself. */
export function asAction({ message }: Pick<TemplateForm, 'message'>): ActionForm {
  return { ...emptyForm('extraReminder'), title: '-', message }
}

/** The form as a template's content that is not checked against the practice yet, or what is wrong with it. */
export function contentOf(form: TemplateForm): { content: TemplateContent } | { errors: FieldError[] } {
  const name = form.name.trim()
  const errors: FieldError[] =
    name === ''
      ? [{ path: 'name', message: 'a template needs a name to find it again' }]
      : name.length > 200
        ? [{ path: 'name', message: 'at most 200 characters' }]
        : []
  const parsed = messageSchema.safeParse(messageInput(form.message))
  if (!parsed.success) {
    const issues = issuesOf(parsed.error).map((issue) => ({ ...issue, path: `message.${issue.path}` }))
    return { errors: [...errors, ...issues] }
  }
  return errors.length > 0 ? { errors } : { content: { name, message: parsed.data } }
}

/** The message as far as it is written and right; null while there is no text. */
export function shownMessage({ message }: TemplateForm): TemplateMessage | null {
  if (message.body.trim() === '') return null
  return messageSchema.safeParse(messageInput(previewableMessage(message))).data ?? null
}
