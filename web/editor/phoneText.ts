import { addExampleLinks } from '../../db/queries/messagePreview.ts'
import { readRenderFacts } from '../../db/queries/renderFacts.ts'
import { type ActionDefinition, type TextChannel, textChannels, typeTraits } from '../../domain/action.ts'
import { textFor } from '../../domain/messageText.ts'
import { type Rendered, renderMessage } from '../../domain/render.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'
import { isSpoken } from '../../domain/secureLink.ts'
import { secureNotice } from '../../domain/secureNotice.ts'
import { segments } from '../../domain/smsSegments.ts'
import { carriedText, leftOutSentence, onlyLinks } from '../../domain/spokenText.ts'
import { channelWords } from '../deliveries/list.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { languageWord } from '../words/languages.ts'
import type { PlannedDraft } from './plannedDraft.ts'

type Message = NonNullable<ActionDefinition['message']>

interface Screen {
  subject: string | null
  text: string
}
interface PhoneText {
  /** What arrives: the text, or the notice of a secure message. */
  arrives: Screen | null
  /** What a secure message shows once it is opened. */
  opened: Screen | null
  /** Whose phone it is. */
  to: string
  count: { characters: number; segments: number; encoding: string; note: string | null } | null
  /** What goes out, but not as it is written. */
  warning: string | null
  /** Said instead of a text. */
  empty: string
}

const nothing = (empty: string): PhoneText => ({
  arrives: null,
  opened: null,
  to: '',
  count: null,
  warning: null,
  empty,
})

/** Channel and language of the preview, as tabs: first those that would be tried, with the patient's own language. */
export function previewTabs({ form }: Visit, definition: ActionDefinition | null, message: Message | null) {
  const order = definition?.channels.override ?? textChannels
  const asked = one(form, 'previewChannel')
  const channel = textChannels.find((name) => name === asked) ?? order[0] ?? 'sms'
  const languages = Object.keys(message?.translations ?? {})
  const wanted = one(form, 'previewLanguage')
  const language = wanted === 'default' || languages.includes(wanted) ? wanted : ''
  return {
    channel,
    language,
    channels: textChannels.map((value) => ({ value, label: channelWords[value], chosen: value === channel })),
    languages:
      languages.length === 0
        ? []
        : ['', 'default', ...languages].map((value) => ({
            value,
            label: value === '' ? 'The patient’s' : value === 'default' ? 'Your own' : languageWord(value),
            chosen: value === language,
          })),
  }
}

/**
 * The text as the phone shows it to the chosen patient; without one, with the catalogue's examples, which for staff
 * greet one of them.
 */
export async function phoneText(
  { tx, organization }: Visit,
  {
    type,
    message,
    secure,
    reader = 'patient',
  }: { type: ActionDefinition['type']; message: Message | null; secure: boolean; reader?: 'patient' | 'staff' },
  { channel, language }: { channel: TextChannel; language: string },
  chosen: PlannedDraft | null,
): Promise<PhoneText> {
  if (message === null)
    return nothing(`${typeTraits[type].usesTemplate ? 'Choose a template' : 'Write a message'}, and it shows up here.`)
  const recipient = chosen?.verdict.recipient ?? 'patient'
  const codes = chosen?.action.definition.filters.codes ?? null
  const own = recipient === 'patient' ? (chosen?.careEvent.language ?? null) : null
  const text = textFor(message, channel, language === 'default' ? null : language || own)
  const facts = chosen && (await readRenderFacts(tx, chosen.careEvent.id, recipient, { wantsSameDay: true, codes }))
  const example = exampleContext(type, reader)
  const context = facts?.context ?? example
  addExampleLinks(context, example)
  const zone = facts?.zone ?? exampleZone
  const render = (template: string) => renderMessage(template, context, { zone, language: text.language, secure })
  const body = render(text.body)
  const subject = channel === 'email' && text.subject ? render(text.subject) : null
  const failed = [body, subject].find((part) => part !== null && !part.ok)
  if (!body.ok || failed)
    return nothing(problemSentence(failed ?? body, chosen?.careEvent.patientName ?? 'This patient'))
  const carried = carriedText(body.text, !secure && isSpoken(channel))
  if (carried.text === '') return nothing(`The text cannot be said: ${onlyLinks}.`)
  const written: Screen = { subject: subject?.ok ? subject.text : null, text: carried.text }
  const notice = secure
    ? secureNotice({
        practice: organization.name,
        publicUrl: 'https://link.example',
        token: channel === 'voice' ? '4711' : 'k7Qm2x',
        channel,
        language: text.language ?? own,
        reader,
      })
    : null
  const arrives = notice ? { subject: notice.subject, text: notice.body } : written
  return {
    arrives,
    opened: notice ? written : null,
    to: recipientWords(chosen, recipient),
    count: channel === 'sms' ? countOf(arrives.text) : null,
    warning: carried.leftOut.length > 0 ? leftOutSentence : null,
    empty: '',
  }
}

function recipientWords(chosen: PlannedDraft | null, recipient: string): string {
  if (chosen === null) return 'with example values'
  const { patientName } = chosen.careEvent
  return recipient === 'patient' ? `to ${patientName}` : `to staff, about ${patientName}`
}

function problemSentence(failed: Rendered, patient: string): string {
  if (failed.ok) return ''
  const { reason, detail } = failed
  return reason === 'missingValue'
    ? `${patient} would not get it: the text needs ${detail}, which is not known. Add a default, such as {{ ${detail} | default: "…" }}, or ask with if.`
    : `The text cannot be rendered: ${detail}`
}

function countOf(text: string): PhoneText['count'] {
  const size = segments(text)
  const { nonGsm, perSegment } = size
  const note =
    nonGsm.length > 0
      ? `${nonGsm.slice(0, 6).join(' ')} ${nonGsm.length === 1 ? 'is' : 'are'} outside the plain SMS alphabet: each segment holds only ${perSegment} characters.`
      : null
  return { characters: size.characters, segments: size.segments, encoding: size.encoding, note }
}
