import type { Tx } from '../db/orm.ts'
import { readRenderFacts } from '../db/queries/renderFacts.ts'
import type { ActionFacts, CareEventFacts, ContactPointFacts, RecipientFacts } from '../domain/facts.ts'
import { textFor } from '../domain/messageText.ts'
import { phiIn } from '../domain/phiScan.ts'
import type { ReasonCode } from '../domain/reasons.ts'
import { renderMessage } from '../domain/render.ts'
import { segments } from '../domain/smsSegments.ts'

export interface Composed {
  subject: string | null
  body: string
  language: string | null
  segments: number | null
}

/** The text for one recipient and channel as it goes out now, or why there is none. Details never hold a value. */
export async function compose(
  tx: Tx,
  careEvent: CareEventFacts,
  action: ActionFacts,
  recipient: RecipientFacts,
  point: ContactPointFacts,
): Promise<{ composed: Composed } | { reason: ReasonCode; detail: string }> {
  const { message } = action.definition
  if (!message) return { reason: 'templateError', detail: 'the action has no message' }
  const text = textFor(message, point.channel, recipient.language)
  const facts = await readRenderFacts(tx, careEvent.id, recipient.key, text.body.includes('appointments'))
  if (!facts) return { reason: 'templateError', detail: 'the care event is gone' }
  const options = { zone: facts.zone, language: text.language }
  const body = renderMessage(text.body, facts.context, options)
  if (!body.ok) return { reason: body.reason, detail: body.detail }
  const subject = text.subject === null ? null : renderMessage(text.subject, facts.context, options)
  if (subject && !subject.ok) return { reason: subject.reason, detail: subject.detail }
  const leaked = phiIn(`${subject?.text ?? ''} ${body.text}`, facts.context)
  if (leaked.length > 0) return { reason: 'phiInPlainText', detail: leaked.join(', ') }
  return {
    composed: {
      subject: subject?.text ?? null,
      body: body.text,
      language: text.language,
      segments: point.channel === 'sms' ? segments(body.text).segments : null,
    },
  }
}
