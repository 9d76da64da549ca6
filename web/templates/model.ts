import type { Tx } from '../../db/orm.ts'
import type { TemplateView } from '../../db/queries/templates.ts'
import { waitingOf } from '../../db/queries/waitingMessages.ts'
import { type TextChannel, textChannels } from '../../domain/action.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { FieldError } from '../../domain/problem.ts'
import { errorsByField, fieldProblems } from '../editor/problems.ts'
import { squiggliesModel } from '../editor/squigglies.ts'
import { textProblems } from '../editor/textProblems.ts'
import { textsModel } from '../editor/texts.ts'
import { languageWord } from '../words/languages.ts'
import { actionMarks } from '../words/status.ts'
import { writtenDate, writtenOut } from '../words/time.ts'
import { asAction, type TemplateForm } from './form.ts'

const channelNames: Record<TextChannel, string> = { sms: 'SMS', voice: 'call', email: 'e-mail' }

/** One row of the list. */
export function templateRow({ id, name, message, usedBy, editedAt }: TemplateView, zone: Zone) {
  const own = textChannels.filter((name) => message.channels[name]).map((name) => `own ${channelNames[name]} text`)
  const beginning = message.body.replaceAll(/\s+/g, ' ').slice(0, 120)
  return {
    id,
    name,
    href: `/templates/${id}`,
    beginning: beginning.length < message.body.trim().length ? `${beginning}…` : beginning,
    languages: Object.keys(message.translations).map(languageWord),
    tags: [...own, ...(message.containsPhi ? ['secure'] : [])],
    usedBy: usedBy.map((action) => ({ id: action.id, title: action.title, href: `/actions/${action.id}` })),
    edited: writtenDate(Date.parse(editedAt), zone),
  }
}

/** Everything on the form's left side, and who sends the template. */
export async function templateModel(
  tx: Tx,
  stored: TemplateView | null,
  form: TemplateForm,
  errors: readonly FieldError[],
  { zone, now, changed }: { zone: Zone; now: Instant; changed: boolean },
) {
  const problems = fieldProblems(errors)
  const byField = errorsByField(problems)
  const action = asAction(form)
  const users = await Promise.all(
    (stored?.usedBy ?? []).map(async ({ id, title, status }) => ({
      href: `/actions/${id}`,
      title,
      mark: actionMarks[status],
      waiting: await waitingOf(tx, id),
    })),
  )
  const saved = stored && `Saved ${writtenOut(Date.parse(stored.editedAt), zone, now)}, version ${stored.version}`
  return {
    id: stored?.id ?? '',
    version: stored?.version ?? '',
    isNew: stored === null,
    heading: stored?.name ?? 'New message template',
    action: stored ? `/templates/${stored.id}` : '/templates',
    savedState: changed ? 'Changes not saved yet' : (saved ?? ''),
    unsaved: changed ? 'changed' : 'same',
    problems,
    errors: byField,
    texts: textsModel(form.message, byField, textProblems(action), '/templates/form'),
    squigglies: squiggliesModel(action),
    users,
    waiting: users.reduce((sum, user) => sum + user.waiting, 0),
  }
}
