import { confirmToken } from '../db/confirmation.ts'
import type { Tx } from '../db/orm.ts'
import { preferencesToken } from '../db/preferences.ts'
import { readRenderFacts } from '../db/queries/renderFacts.ts'
import type { ActionFacts, CareEventFacts, ContactPointFacts, RecipientFacts } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import { textFor } from '../domain/messageText.ts'
import { phiIn } from '../domain/phiScan.ts'
import type { ReasonCode } from '../domain/reasons.ts'
import { renderMessage } from '../domain/render.ts'
import type { RenderContext } from '../domain/renderContext.ts'
import { confirmUrl, isSpoken, preferencesUrl } from '../domain/secureLink.ts'
import { secureNotice } from '../domain/secureNotice.ts'
import { segments } from '../domain/smsSegments.ts'
import { carriedText, onlyLinks } from '../domain/spokenText.ts'
import type { ActivityDeps } from './deps.ts'

export interface Composed {
  /** What goes out. */
  subject: string | null
  body: string
  language: string | null
  segments: number | null
  /** What opens behind the link, for a secure message; what goes out then only says that it is there. */
  content: { subject: string | null; body: string } | null
}

/** What a secure message's link is made of. */
export interface Link {
  publicUrl: string
  token: string
}

/**
 * The text for one recipient and channel as it goes out now, or why there is none. With a link it is the content of a
 * secure message, and a notice goes out instead (PHI). `listed` are the appointments that it speaks for, when it is one
 * list for a day. Details never hold a value.
 */
export async function compose(
  deps: Pick<ActivityDeps, 'encryption' | 'publicUrl'>,
  tx: Tx,
  careEvent: CareEventFacts,
  action: ActionFacts,
  recipient: RecipientFacts,
  point: ContactPointFacts,
  link: Link | null,
  { listed, now }: { listed: readonly string[] | null; now: Instant },
): Promise<{ composed: Composed } | { reason: ReasonCode; detail: string }> {
  const { message } = action.definition
  if (!message) return { reason: 'templateError', detail: 'the action has no message' }
  const own = textFor(message, point.channel, recipient.language)
  // Behind the link it is a letter: it has a heading, whichever way the link went.
  const text = link === null ? own : { ...own, subject: textFor(message, 'email', recipient.language).subject }
  const facts = await readRenderFacts(tx, careEvent.id, recipient.key, {
    wantsSameDay: `${text.subject ?? ''} ${text.body}`.includes('appointments'),
    codes: action.definition.filters.codes,
    contactPointId: point.id,
    listed,
    now,
  })
  if (!facts) return { reason: 'templateError', detail: 'the care event is gone' }
  if (recipient.kind === 'patient')
    await addLinks(deps, tx, careEvent, `${text.subject ?? ''} ${text.body}`, facts.context)
  const options = { zone: facts.zone, language: text.language, secure: link !== null }
  const body = renderMessage(text.body, facts.context, options)
  if (!body.ok) return { reason: body.reason, detail: body.detail }
  const subject = text.subject === null ? null : renderMessage(text.subject, facts.context, options)
  if (subject && !subject.ok) return { reason: subject.reason, detail: subject.detail }
  const carried = carriedText(body.text, link === null && isSpoken(point.channel)).text
  if (carried === '') return { reason: 'templateError', detail: onlyLinks }
  const written = { subject: subject?.text ?? null, body: carried }
  const out = link === null ? written : noticeOf(facts.context.practice.name, link, recipient, point)
  const leaked = phiIn(`${out.subject ?? ''} ${out.body}`, facts.context)
  if (leaked.length > 0) return { reason: 'phiInPlainText', detail: leaked.join(', ') }
  return {
    composed: {
      ...out,
      language: text.language,
      segments: point.channel === 'sms' ? segments(out.body).segments : null,
      content: link === null ? null : written,
    },
  }
}

/** Links of the patient's own, which are made when a text first needs them. */
async function addLinks(
  { encryption, publicUrl }: Pick<ActivityDeps, 'encryption' | 'publicUrl'>,
  tx: Tx,
  { patient }: CareEventFacts,
  text: string,
  context: RenderContext,
): Promise<void> {
  if (text.includes('links.preferences'))
    context.links.preferences = preferencesUrl(publicUrl, await preferencesToken(tx, encryption, patient.id))
  if (text.includes('confirmLink'))
    for (const appointment of [context.appointment, ...(context.appointments ?? [])])
      if (appointment?.id !== undefined)
        appointment.confirmLink = confirmUrl(publicUrl, await confirmToken(tx, encryption, appointment.id))
}

function noticeOf(practice: string | null, link: Link, recipient: RecipientFacts, { channel }: ContactPointFacts) {
  return secureNotice({
    ...link,
    practice: practice ?? '',
    channel,
    language: recipient.language,
    reader: recipient.kind,
  })
}
