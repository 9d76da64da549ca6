import { languageWord, offeredLanguages } from '../words/languages.ts'
import type { MessageForm } from './messageForm.ts'
import { fieldId, textFields } from './textFields.ts'
import type { TextProblem } from './textProblems.ts'

const help: Record<string, string> = {
  all: 'Goes out on every channel that has no text of its own.',
  sms: 'Only for text messages. Left empty, they say what every channel says.',
  voice: 'Only for calls: it is read aloud. Left empty, a call says what every channel says.',
  email: 'Only for e-mails. Left empty, they say what every channel says.',
}

/** The message's texts as tabs with their fields. The open one is the first with a problem, else the one open before. */
export function textsModel(
  message: MessageForm,
  errors: Readonly<Record<string, string>>,
  live: Readonly<Record<string, readonly TextProblem[]>>,
  /** Where the form's own buttons post to. */
  step = '/actions/form',
) {
  const all = textFields(message)
  const partOf = (path: string) => ({
    path,
    id: fieldId(path),
    /** Said once at its place by `problems`. */
    error: (live[path] ?? []).length > 0 ? null : (errors[path] ?? null),
    problems: live[path] ?? [],
  })
  const fields = all.map((each) => ({
    ...each,
    help: each.language === null ? help[each.key] : `For patients whose language is ${each.tab}, on every channel.`,
    subject: { ...partOf(`${each.path}.subject`), name: `${each.prefix}subject`, value: each.text.subject },
    body: { ...partOf(`${each.path}.body`), name: `${each.prefix}body`, value: each.text.body },
  }))
  const isWrong = (each: (typeof fields)[number] | undefined) =>
    each !== undefined && [each.subject, each.body].some((part) => errors[part.path] !== undefined)
  const before = fields.find(({ key }) => key === message.shown) ?? fields[0]
  const shown = isWrong(before) ? before : (fields.find(isWrong) ?? before)
  const known = message.translations.map(([tag]) => tag)
  return {
    step,
    shown: shown?.key ?? 'all',
    fields,
    languages: offeredLanguages
      .filter((tag) => !known.includes(tag))
      .map((value) => ({ value, label: languageWord(value) })),
  }
}
