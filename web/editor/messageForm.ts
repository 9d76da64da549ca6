import { type ActionDefinition, type TextChannel, textChannels } from '../../domain/action.ts'
import { type FormData, many, one } from '../formData.ts'

/** One text as it was typed; an empty body: this channel or language has no text of its own. */
export interface TextForm {
  subject: string
  body: string
}

/** One language's text and its channels' own. */
export interface LanguageForm extends TextForm {
  channels: Record<TextChannel, TextForm>
  /** The text whose tab is open: `all`, a channel, or a language tag. */
  shown: string
}

/** A message's fields as they were typed: its text, own texts of channels, translations. */
export interface MessageForm extends LanguageForm {
  /** By BCP 47 tag, in the order of the tabs. */
  translations: [language: string, text: LanguageForm][]
  containsPhi: boolean
  /** Why a message that usually contains PHI does not. */
  phiReason: string
}
type Message = NonNullable<ActionDefinition['message']>

const empty: TextForm = { subject: '', body: '' }
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

export const emptyLanguage: LanguageForm = {
  ...empty,
  channels: { sms: empty, voice: empty, email: empty },
  shown: 'all',
}

export const emptyMessage = (containsPhi: boolean): MessageForm => ({
  ...emptyLanguage,
  translations: [],
  containsPhi,
  phiReason: '',
})

/** Browsers send line ends as CR LF; the editor and the SMS know LF alone. */
const textOf = (form: FormData, prefix: string): TextForm => ({
  subject: one(form, `${prefix}subject`),
  body: one(form, `${prefix}body`).replaceAll('\r\n', '\n'),
})

const languageOf = (form: FormData, prefix: string): LanguageForm => {
  const own = (name: TextChannel) => textOf(form, `${prefix}${name}.`)
  return {
    ...textOf(form, prefix),
    channels: { sms: own('sms'), voice: own('voice'), email: own('email') },
    shown: one(form, `${prefix}shownText`) || 'all',
  }
}

/** Fields: `body`, `sms.body`, `email.subject`, and for each `language` the same again: `es.body`, `es.sms.body`. */
export function readMessageForm(form: FormData): MessageForm {
  const languages = [...new Set(many(form, 'language'))].filter((tag) => languageTag.test(tag)).slice(0, 50)
  return {
    ...languageOf(form, ''),
    translations: languages.map((tag) => [tag, languageOf(form, `${tag}.`)]),
    containsPhi: one(form, 'containsPhi') === 'yes',
    phiReason: one(form, 'phiReason'),
  }
}

export function messageFormOf(message: Message): MessageForm {
  const part = (text: Message['channels'][TextChannel]): TextForm =>
    text ? { subject: text.subject ?? '', body: text.body } : empty
  const language = (text: Message | Message['translations'][string]): LanguageForm => {
    const { sms, voice, email } = text.channels ?? {}
    return {
      subject: text.subject ?? '',
      body: text.body,
      channels: { sms: part(sms), voice: part(voice), email: part(email) },
      shown: 'all',
    }
  }
  return {
    ...language(message),
    translations: Object.entries(message.translations).map(([tag, text]) => [tag, language(text)]),
    containsPhi: message.containsPhi,
    phiReason: message.phiReason ?? '',
  }
}

/** The message as it will be checked: an own text that is left empty is none, a translation without one stays wrong. */
export function messageInput(form: MessageForm): Record<string, unknown> {
  const part = ({ subject, body }: TextForm) => ({ ...(subject.trim() !== '' && { subject }), body })
  const own = ({ channels }: LanguageForm) =>
    Object.fromEntries(
      textChannels.filter((name) => written(channels[name])).map((name) => [name, part(channels[name])]),
    )
  const translation = (text: LanguageForm) => {
    const channels = own(text)
    return { ...part(text), ...(Object.keys(channels).length > 0 && { channels }) }
  }
  return {
    subject: form.subject.trim() === '' ? null : form.subject,
    body: form.body,
    channels: own(form),
    containsPhi: form.containsPhi,
    ...(!form.containsPhi && form.phiReason.trim() !== '' && { phiReason: form.phiReason }),
    translations: Object.fromEntries(form.translations.map(([tag, text]) => [tag, translation(text)])),
  }
}

/** The message as far as it is written, for a preview: what is still empty is left out. */
export function previewableMessage(form: MessageForm): MessageForm {
  return {
    ...withWrittenChannels(form),
    translations: form.translations
      .filter(([, { body }]) => body.trim() !== '')
      .map(([tag, text]) => [tag, withWrittenChannels(text)]),
  }
}

function withWrittenChannels<T extends LanguageForm>(form: T): T {
  const channels = { ...form.channels }
  for (const name of textChannels) if (channels[name].body.trim() === '') channels[name] = empty
  return { ...form, channels }
}

export const written = ({ subject, body }: TextForm): boolean => subject.trim() !== '' || body.trim() !== ''

/** The fields again, for a form that must carry them on without showing them. */
export function messageFields(form: MessageForm): { name: string; value: string }[] {
  const fields = (prefix: string, { subject, body }: TextForm) => [
    { name: `${prefix}subject`, value: subject },
    { name: `${prefix}body`, value: body },
  ]
  const language = (prefix: string, text: LanguageForm) => [
    ...fields(prefix, text),
    ...textChannels.flatMap((name) => fields(`${prefix}${name}.`, text.channels[name])),
  ]
  return [
    ...language('', form),
    ...form.translations.flatMap(([tag, text]) => [{ name: 'language', value: tag }, ...language(`${tag}.`, text)]),
    ...(form.containsPhi ? [{ name: 'containsPhi', value: 'yes' }] : []),
    { name: 'phiReason', value: form.phiReason },
  ]
}
