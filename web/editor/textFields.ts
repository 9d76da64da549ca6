import { type TextChannel, textChannels } from '../../domain/action.ts'
import { channelWords } from '../deliveries/list.ts'
import { languageWord } from '../words/languages.ts'
import { type MessageForm, type TextForm, written } from './messageForm.ts'

/** One of a message's texts, as a tab with its fields. */
export interface TextField {
  /** Of the tab: `all`, a channel, or a language tag. */
  key: string
  tab: string
  /** Where the definition has it, e.g. `message.translations.es`. */
  path: string
  /** In front of the fields' names. */
  prefix: string
  text: TextForm
  /** Whether somebody reads a subject with it. */
  hasSubject: boolean
  language: string | null
  /** Says whether it is used at all. */
  isWritten: boolean
}

/** Every text a message can have: the one for all, then the channels' own, then translations. */
export function textFields(form: MessageForm): TextField[] {
  const channel = (name: TextChannel): TextField => ({
    key: name,
    tab: channelWords[name] ?? name,
    path: `message.channels.${name}`,
    prefix: `${name}.`,
    text: form.channels[name],
    hasSubject: name === 'email',
    language: null,
    isWritten: written(form.channels[name]),
  })
  return [
    {
      key: 'all',
      tab: 'Every channel',
      path: 'message',
      prefix: '',
      text: { subject: form.subject, body: form.body },
      hasSubject: true,
      language: null,
      isWritten: true,
    },
    ...textChannels.map(channel),
    ...form.translations.map(
      ([tag, text]): TextField => ({
        key: tag,
        tab: languageWord(tag),
        path: `message.translations.${tag}`,
        prefix: `${tag}.`,
        text,
        hasSubject: true,
        language: tag,
        isWritten: true,
      }),
    ),
  ]
}

/** The id of a field of the page by its path in the definition. */
export const fieldId = (path: string): string => path.replaceAll('.', '-')
