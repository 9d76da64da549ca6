import { languageWord, offeredLanguages } from '../words/languages.ts'
import type { MessageForm } from './messageForm.ts'
import { fieldId, type TextField, textFields } from './textFields.ts'
import type { TextProblem } from './textProblems.ts'

const help: Record<string, string> = {
  all: 'Goes out on every channel that has no text of its own.',
  sms: 'Only for text messages. Left empty, they say what every channel says.',
  voice: 'Only for calls: it is read aloud. Left empty, a call says what every channel says.',
  email: 'Only for e-mails. Left empty, they say what every channel says.',
}

function helpOf({ key, tab, language, channel }: TextField): string | undefined {
  if (channel !== null || language === null) return help[key]
  return `For patients whose language is ${tab}, on every channel that has no ${tab} text of its own.`
}

/** The message's texts as tabs with their fields. The open one is the first with a problem, else the one open before. */
export function textsModel(
  message: MessageForm,
  errors: Readonly<Record<string, string>>,
  live: Readonly<Record<string, readonly TextProblem[]>>,
  /** Where the form's own buttons post to. */
  step = '/actions/form',
) {
  const partOf = (path: string) => ({
    path,
    id: fieldId(path),
    /** Said once at its place by `problems`. */
    error: (live[path] ?? []).length > 0 ? null : (errors[path] ?? null),
    problems: live[path] ?? [],
  })
  const all = textFields(message).map((each) => ({
    ...each,
    id: fieldId(each.path),
    help: helpOf(each),
    subject: { ...partOf(`${each.path}.subject`), name: `${each.prefix}subject`, value: each.text.subject },
    body: { ...partOf(`${each.path}.body`), name: `${each.prefix}body`, value: each.text.body },
  }))
  type Field = (typeof all)[number]
  const isWrong = (each: Field) => [each.subject, each.body].some((part) => errors[part.path] !== undefined)
  /** The tab to open: that of a wrong text, else the one open before, else the first. */
  const shownOf = (tabs: readonly { key: string; texts: readonly Field[] }[], before: string) => {
    const wrong = tabs.filter(({ texts }) => texts.some(isWrong))
    const open = (among: typeof tabs) => among.find(({ key }) => key === before)
    return (open(wrong) ?? wrong[0] ?? open(tabs) ?? tabs[0])?.key ?? 'all'
  }
  const tabs = all
    .filter(({ language, channel }) => language === null || channel === null)
    .map((field) => {
      const texts = all.filter((each) => each === field || (each.language !== null && each.language === field.language))
      return { ...field, texts: texts.map((each) => (each.channel ? each : { ...each, tab: 'Every channel' })) }
    })
  const language = (tag: string) => message.translations.find(([each]) => each === tag)?.[1]
  const known = message.translations.map(([tag]) => tag)
  return {
    step,
    shown: shownOf(tabs, message.shown),
    tabs: tabs.map((tab) => ({
      ...tab,
      shown: shownOf(
        tab.texts.map((text) => ({ key: text.key, texts: [text] })),
        language(tab.key)?.shown ?? 'all',
      ),
    })),
    languages: offeredLanguages
      .filter((tag) => !known.includes(tag))
      .map((value) => ({ value, label: languageWord(value) })),
  }
}
