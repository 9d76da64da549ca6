import type { ActionDefinition, TextChannel } from './action.ts'

type Message = NonNullable<ActionDefinition['message']>

export interface MessageText {
  subject: string | null
  body: string
  /** The language it is written in; null: the practice's own. */
  language: string | null
}

/** The text for a channel and language: exact language, base language, default (Rendering); a channel's own text first. */
export function textFor(message: Message, channel: TextChannel, language: string | null): MessageText {
  const translation = translationFor(message, language)
  if (translation) return translation
  const own = message.channels[channel]
  return { subject: own?.subject ?? message.subject, body: own?.body ?? message.body, language: null }
}

function translationFor(message: Message, language: string | null): MessageText | null {
  if (language === null) return null
  const wanted = language.toLowerCase()
  for (const tag of [wanted, wanted.split('-')[0]]) {
    const found = Object.entries(message.translations).find(([name]) => name.toLowerCase() === tag)
    if (found) return { subject: found[1].subject ?? message.subject, body: found[1].body, language: found[0] }
  }
  return null
}
