import { type ActionDefinition, type TextChannel, textChannels } from '../../domain/action.ts'
import { type FormData, many, one } from '../formData.ts'

/** One text as it was typed; an empty body: this channel or language has no text of its own. */
export interface TextForm {
  subject: string
  body: string
}

/** A message's fields as they were typed: its text, own texts of channels, translations. */
export interface MessageForm extends TextForm {
  channels: Record<TextChannel, TextForm>
  /** By BCP 47 tag, in the order of the tabs. */
  translations: [language: string, text: TextForm][]
  containsPhi: boolean
  /** Why a message that usually contains PHI does not. */
  phiReason: string
  /** The text whose tab is open. */
  shown: string
}
type Message = NonNullable<ActionDefinition['message']>

const empty: TextForm = { subject: '', body: '' }
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

export const emptyMessage = (containsPhi: boolean): MessageForm => ({
  ...empty,
  channels: { sms: empty, voice: empty, email: empty },
  translations: [],
  containsPhi,
  phiReason: '',
  shown: 'all',
})

/** Browsers send line ends as CR LF; the editor and the SMS know LF alone. */
const textOf = (form: FormData, prefix: string): TextForm => ({
  subject: one(form, `${prefix}subject`),
  body: one(form, `${prefix}body`).replaceAll('\r\n', '\n'),
})

/** Fields: `body`, `sms.body`, `email.subject`, and for each `language` its `es.subject` and `es.body`. */
export function readMessageForm(form: FormData): MessageForm {
  const languages = [...new Set(many(form, 'language'))].filter((tag) => languageTag.test(tag)).slice(0, 50)
  return {
    ...textOf(form, ''),
    channels: { sms: textOf(form, 'sms.'), voice: textOf(form, 'voice.'), email: textOf(form, 'email.') },
    translations: languages.map((tag) => [tag, textOf(form, `${tag}.`)]),
    containsPhi: one(form, 'containsPhi') === 'yes',
    phiReason: one(form, 'phiReason'),
    shown: one(form, 'shownText') || 'all',
  }
}

export function messageFormOf(message: Message): MessageForm {
  const part = (text: Message['channels'][TextChannel]): TextForm =>
    text ? { subject: text.subject ?? '', body: text.body } : empty
  const { sms, voice, email } = message.channels
  return {
    subject: message.subject ?? '',
    body: message.body,
    channels: { sms: part(sms), voice: part(voice), email: part(email) },
    translations: Object.entries(message.translations).map(([tag, text]) => [tag, part(text)]),
    containsPhi: message.containsPhi,
    phiReason: message.phiReason ?? '',
    shown: 'all',
  }
}

/**
 * The message as it will be checked: an own text that is left empty is none, a translation without one stays wrong.
 * What a stored translation says for single channels, which the form does not show, stays.
 */
export function messageInput(form: MessageForm, before: Message | null = null): Record<string, unknown> {
  const kept = (tag: string) => before?.translations[tag]?.channels
  const part = ({ subject, body }: TextForm) => ({ ...(subject.trim() !== '' && { subject }), body })
  const own = textChannels.filter((name) => written(form.channels[name]))
  return {
    subject: form.subject.trim() === '' ? null : form.subject,
    body: form.body,
    channels: Object.fromEntries(own.map((name) => [name, part(form.channels[name])])),
    containsPhi: form.containsPhi,
    ...(!form.containsPhi && form.phiReason.trim() !== '' && { phiReason: form.phiReason }),
    translations: Object.fromEntries(
      form.translations.map(([tag, text]) => [tag, { ...part(text), ...(kept(tag) && { channels: kept(tag) }) }]),
    ),
  }
}

/** The message as far as it is written, for a preview: what is still empty is left out. */
export function previewableMessage(form: MessageForm): MessageForm {
  const channels = { ...form.channels }
  for (const name of textChannels) if (channels[name].body.trim() === '') channels[name] = empty
  return { ...form, channels, translations: form.translations.filter(([, { body }]) => body.trim() !== '') }
}

export const written = ({ subject, body }: TextForm): boolean => subject.trim() !== '' || body.trim() !== ''

/** The fields again, for a form that must carry them on without showing them. */
export function messageFields(form: MessageForm): { name: string; value: string }[] {
  const fields = (prefix: string, { subject, body }: TextForm) => [
    { name: `${prefix}subject`, value: subject },
    { name: `${prefix}body`, value: body },
  ]
  return [
    ...fields('', form),
    ...textChannels.flatMap((name) => fields(`${name}.`, form.channels[name])),
    ...form.translations.flatMap(([tag, text]) => [{ name: 'language', value: tag }, ...fields(`${tag}.`, text)]),
    ...(form.containsPhi ? [{ name: 'containsPhi', value: 'yes' }] : []),
    { name: 'phiReason', value: form.phiReason },
  ]
}
