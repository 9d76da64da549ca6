import { type TextChannel, textChannels } from '../../domain/action.ts'
import { channelWords } from '../deliveries/list.ts'
import { languageWord } from '../words/languages.ts'
import { type LanguageForm, type MessageForm, type TextForm, written } from './messageForm.ts'

/** One of a message's texts, as a tab with its fields. */
export interface TextField {
  /** Of the tab among those beside it: `all`, a channel, or a language tag. */
  key: string
  tab: string
  /** In front of "text" and "subject"; empty for the text that goes everywhere. */
  name: string
  /** Where the definition has it, e.g. `message.translations.es`. */
  path: string
  /** In front of the fields' names. */
  prefix: string
  text: TextForm
  /** Whether somebody reads a subject with it. */
  hasSubject: boolean
  language: string | null
  channel: TextChannel | null
  /** Says whether it is used at all. */
  isWritten: boolean
}

/** Every text a message can have: the one for all, then the channels' own, then each translation with its channels' own. */
export function textFields(form: MessageForm): TextField[] {
  return [
    ...languageFields(form, null),
    ...form.translations.flatMap(([language, text]) => languageFields(text, language)),
  ]
}

function languageFields({ channels, subject, body }: LanguageForm, language: string | null): TextField[] {
  const word = language === null ? '' : languageWord(language)
  const path = language === null ? 'message' : `message.translations.${language}`
  const prefix = language === null ? '' : `${language}.`
  const channelField = (channel: TextChannel): TextField => {
    const tab = channelWords[channel] ?? channel
    return {
      key: channel,
      tab,
      name: word === '' ? tab : `${word} ${tab}`,
      path: `${path}.channels.${channel}`,
      prefix: `${prefix}${channel}.`,
      text: channels[channel],
      hasSubject: channel === 'email',
      language,
      channel,
      isWritten: written(channels[channel]),
    }
  }
  return [
    {
      key: language ?? 'all',
      tab: word || 'Every channel',
      name: word,
      path,
      prefix,
      text: { subject, body },
      hasSubject: true,
      language,
      channel: null,
      isWritten: true,
    },
    ...textChannels.map(channelField),
  ]
}

/** The id of a field of the page by its path in the definition. */
export const fieldId = (path: string): string => path.replaceAll('.', '-')
