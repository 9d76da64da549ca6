import { type ActionDefinition, type TextChannel, textChannels } from '../../domain/action.ts'
import type { Zone } from '../../domain/instant.ts'
import { textFor } from '../../domain/messageText.ts'
import { isSecure } from '../../domain/phi.ts'
import { notFound } from '../../domain/problem.ts'
import { renderMessage } from '../../domain/render.ts'
import type { RenderContext } from '../../domain/renderContext.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'
import { type SmsSize, segments } from '../../domain/smsSegments.ts'
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
  /** SMS only. */
  sms: Pick<SmsSize, 'encoding' | 'characters' | 'segments'> | null
  problem: string | null
}

type Previewable = Pick<ActionDefinition, 'type' | 'message' | 'channels' | 'filters'>

/**
 * The text of a message per channel (those that the action names, else all) and language: for a care event as it would go out now, or with the catalogue's
 * examples (null). Throws `notFound` for the care event.
 */
export async function previewMessages(
  tx: Tx,
  { type, message, channels, filters }: Previewable,
  careEventId: string | null,
): Promise<PreviewedMessage[]> {
  if (message === null) return []
  const facts =
    careEventId === null
      ? { context: exampleContext(type), zone: exampleZone }
      : await readRenderFacts(tx, careEventId, 'patient', { wantsSameDay: true, codes: filters.codes })
  if (!facts) throw notFound('care event')
  // The patient's own links are made when a message goes out.
  const example = exampleContext(type)
  facts.context.links.preferences ??= example.links.preferences
  for (const appointment of [facts.context.appointment, ...(facts.context.appointments ?? [])])
    if (appointment) appointment.confirmLink ??= example.appointment?.confirmLink ?? null
  const reading = careEventId === null ? null : await readCareEventFacts(tx, careEventId)
  const secure = reading ? isSecure({ channels, message }, reading.careEvent) : (channels.secure ?? message.containsPhi)
  const languages = [null, ...Object.keys(message.translations)]
  return (channels.override ?? textChannels).flatMap((channel) =>
    languages.map((language) => previewed(message, channel, language, secure, facts)),
  )
}

function previewed(
  message: NonNullable<ActionDefinition['message']>,
  channel: TextChannel,
  language: string | null,
  secure: boolean,
  { context, zone }: { context: RenderContext; zone: Zone },
): PreviewedMessage {
  const text = textFor(message, channel, language)
  const options = { zone, language, secure }
  const body = renderMessage(text.body, context, options)
  const subject = text.subject === null ? null : renderMessage(text.subject, context, options)
  const failed = [body, subject].find((part) => part !== null && !part.ok)
  const size = body.ok && channel === 'sms' ? segments(body.text) : null
  return {
    channel,
    language,
    secure,
    subject: subject?.ok ? subject.text : null,
    body: body.ok ? body.text : null,
    sms: size && { encoding: size.encoding, characters: size.characters, segments: size.segments },
    problem: failed && !failed.ok ? explain(failed) : null,
  }
}

function explain({ reason, detail }: { reason: 'missingValue' | 'templateError'; detail: string }): string {
  return reason === 'missingValue' ? `'${detail}' is not known here: give it a default, or ask with if` : detail
}
