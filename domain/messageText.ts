import type { ActionDefinition, TextChannel } from './action.ts'

type Message = NonNullable<ActionDefinition['message']>

export interface MessageText {
  /** Emails have one always; an SMS or a call has none. */
  subject: string | null
  body: string
  /** The language it is written in; null: the practice's own. */
  language: string | null
}

/**
 * The text for a channel and language: exact language, base language, default (Rendering); inside a language the
 * channel's own text first. What a language leaves out of a subject comes from the default.
 */
export function textFor(message: Message, channel: TextChannel, language: string | null): MessageText {
  const tag = languageFor(Object.keys(message.translations), language)
  const translation = tag === null ? undefined : message.translations[tag]
  const written = translation ?? message
  const own = written.channels?.[channel]
  const subject =
    own?.subject || written.subject || message.channels[channel]?.subject || message.subject || defaultSubject(tag)
  return { subject: channel === 'email' ? subject : null, body: own?.body ?? written.body, language: tag }
}

/** Of the languages that there are, the one for a reader: exact, then ever more general (zh-Hans-CN, zh-Hans, zh). */
export function languageFor(offered: readonly string[], wanted: string | null): string | null {
  const parts = wanted?.toLowerCase().split('-') ?? []
  for (let length = parts.length; length > 0; length -= 1) {
    const tag = parts.slice(0, length).join('-')
    const found = offered.find((name) => name.toLowerCase() === tag)
    if (found !== undefined) return found
  }
  return null
}

/** An email needs a subject even where nobody wrote one; it says nothing of what the message is about. */
function defaultSubject(language: string | null): string {
  const base = language?.split('-')[0] ?? 'en'
  return subjects[base] ?? '{{ practice.name }}'
}

const subjects: Readonly<Record<string, string>> = {
  en: 'A message from {{ practice.name }}',
  es: 'Un mensaje de {{ practice.name }}',
}
