import { type ActionDefinition, type TextChannel, textChannels } from '../../domain/action.ts'
import type { OrganizationFacts } from '../../domain/facts.ts'
import type { Zone } from '../../domain/instant.ts'
import { textFor } from '../../domain/messageText.ts'
import { isSecure } from '../../domain/phi.ts'
import { notFound } from '../../domain/problem.ts'
import { staffOf } from '../../domain/recipients.ts'
import { renderMessage } from '../../domain/render.ts'
import type { RenderContext } from '../../domain/renderContext.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'
import { isSpoken } from '../../domain/secureLink.ts'
import { type Notice, secureNotice } from '../../domain/secureNotice.ts'
import { type SmsSize, segments } from '../../domain/smsSegments.ts'
import { carriedText, leftOutSentence, onlyLinks } from '../../domain/spokenText.ts'
import type { Tx } from '../orm.ts'
import { readCareEventFacts } from './facts.ts'
import { readRenderFacts } from './renderFacts.ts'

/** A message as one channel and language would send it; `problem` says why there is no text. */
export interface PreviewedMessage {
  channel: TextChannel
  /** null: the practice's own language. */
  language: string | null
  secure: boolean
  subject: string | null
  body: string | null
  /** What goes out instead when it is secure; the example's link opens nothing. */
  notice: Notice | null
  /** SMS only: the size of what goes out. */
  sms: Pick<SmsSize, 'encoding' | 'characters' | 'segments'> | null
  problem: string | null
  /** What goes out all the same, but not as it is written; null: nothing. */
  warning: string | null
}

type Previewable = Pick<ActionDefinition, 'type' | 'message' | 'channels' | 'filters' | 'recipients'>

interface Surroundings {
  organization: OrganizationFacts
  /** Where the links of notices lead. */
  publicUrl: string
}

/**
 * The text of a message per channel (those that the action names, else all) and language: for a care event as it would
 * go out now, of several staff to the first, or with the catalogue's examples (null). Throws `notFound` for the care
 * event.
 */
export async function previewMessages(
  tx: Tx,
  { type, message, channels, filters, recipients }: Previewable,
  careEventId: string | null,
  { organization, publicUrl }: Surroundings,
): Promise<PreviewedMessage[]> {
  if (message === null) return []
  const example = exampleContext(type, recipients.kind)
  const reading = careEventId === null ? null : await readCareEventFacts(tx, careEventId)
  const member = recipients.kind === 'staff' && reading ? staffOf(recipients, reading.careEvent, organization)[0] : null
  const facts =
    careEventId === null
      ? { context: example, zone: exampleZone }
      : await readRenderFacts(tx, careEventId, member?.key ?? 'patient', { wantsSameDay: true, codes: filters.codes })
  if (!facts) throw notFound('care event')
  // Nobody gets it here; what it says can be seen all the same.
  if (recipients.kind === 'staff' && !member) facts.context.recipient = example.recipient
  addExampleLinks(facts.context, example)
  const secure = reading ? isSecure({ channels, message }, reading.careEvent) : (channels.secure ?? message.containsPhi)
  const languages = [null, ...Object.keys(message.translations)]
  const noticeOf = (channel: TextChannel, language: string | null): Notice | null => {
    if (!secure) return null
    const token = isSpoken(channel) ? '000000000000' : 'example-opens-nothing-'
    return secureNotice({ practice: organization.name, publicUrl, token, channel, language, reader: recipients.kind })
  }
  return (channels.override ?? textChannels).flatMap((channel) =>
    languages.map((language) => previewed(message, channel, language, noticeOf(channel, language), facts)),
  )
}

/** The patient's own links are made when a message goes out: until then examples stand in for them. */
export function addExampleLinks(context: RenderContext, example: RenderContext): void {
  context.links.preferences ??= example.links.preferences
  for (const appointment of [context.appointment, ...(context.appointments ?? [])])
    if (appointment) appointment.confirmLink ??= example.appointment?.confirmLink ?? null
}

function previewed(
  message: NonNullable<ActionDefinition['message']>,
  channel: TextChannel,
  language: string | null,
  notice: Notice | null,
  { context, zone }: { context: RenderContext; zone: Zone },
): PreviewedMessage {
  const secure = notice !== null
  const text = textFor(message, channel, language)
  const options = { zone, language, secure }
  const body = renderMessage(text.body, context, options)
  const subject = text.subject === null ? null : renderMessage(text.subject, context, options)
  const failed = [body, subject].find((part) => part !== null && !part.ok)
  const carried = body.ok ? carriedText(body.text, !secure && isSpoken(channel)) : null
  const size = body.ok && channel === 'sms' ? segments(notice?.body ?? body.text) : null
  return {
    channel,
    language,
    secure,
    subject: subject?.ok ? subject.text : null,
    body: carried?.text || null,
    notice: body.ok ? notice : null,
    sms: size && { encoding: size.encoding, characters: size.characters, segments: size.segments },
    problem: failed && !failed.ok ? explain(failed) : carried?.text === '' ? onlyLinks : null,
    warning: carried && carried.leftOut.length > 0 ? leftOutSentence : null,
  }
}

function explain({ reason, detail }: { reason: 'missingValue' | 'templateError'; detail: string }): string {
  return reason === 'missingValue' ? `'${detail}' is not known here: give it a default, or ask with if` : detail
}
