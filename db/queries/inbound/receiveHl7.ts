import { acknowledge } from '../../../domain/inbound/hl7v2/acknowledgement.ts'
import { messagesOf } from '../../../domain/inbound/hl7v2/batch.ts'
import { decodeMessage } from '../../../domain/inbound/hl7v2/charset.ts'
import { type Hl7Message, parseHl7 } from '../../../domain/inbound/hl7v2/message.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { WireMessage } from '../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../domain/instant.ts'
import { newId } from '../../newId.ts'
import type { RawMessage } from './message.ts'
import { type ReceiveDeps, type Received, receive, smallBytes } from './receive.ts'
import type { InboundSource } from './source.ts'
import { withZones } from './zones.ts'

/** What became of one HL7 v2 message, and the answer that its sender waits for. */
export interface ReceivedHl7 {
  received: Received
  acknowledgement: string
}

export const hl7ContentType = 'x-application/hl7-v2+er7'

/** More messages than this belong into several batches: the sender waits for the answer to the last. */
const maxBatchMessages = 1_000

/**
 * Takes what one post or frame holds: a message, or a batch of them, each in a transaction of its own, in their order.
 * Throws when one could not be stored; those before it are.
 */
export async function receiveHl7(
  deps: ReceiveDeps,
  source: InboundSource,
  body: Buffer,
  now: Instant,
  again?: RawMessage['again'],
): Promise<ReceivedHl7[]> {
  const { messages, isBatch } = messagesOf(decodeMessage(body))
  if (!isBatch || messages.length === 0)
    return [await receiveOne(deps, source, { text: messages[0] ?? '', body }, now, again)]
  // Nothing of it is taken, but what it was is kept, as of everything that can't be understood.
  if (messages.length > maxBatchMessages) return [await refuseBatch(deps, source, { messages, body }, now, again)]
  const all: ReceivedHl7[] = []
  // A part of the batch is UTF-8 by now, whatever its MSH-18 says: the byte order mark does, to whoever takes it again.
  for (const text of messages)
    all.push(await receiveOne(deps, source, { text, body: Buffer.from(`\uFEFF${text}`) }, now))
  return all
}

async function receiveOne(
  deps: ReceiveDeps,
  source: InboundSource,
  { text, body }: { text: string; body: Buffer },
  now: Instant,
  again?: RawMessage['again'],
): Promise<ReceivedHl7> {
  let message: Hl7Message | undefined
  const raw = { contentType: hl7ContentType, body, ...(again && { again }) }
  const take = again === undefined && body.length <= smallBytes ? (deps.together ?? receive) : receive
  const received = await withZones(deps.database, source.id, (zonesIn) =>
    take(deps, source, raw, now, async (tx) => {
      const zones = await zonesIn(tx)
      const { hl7v2: settings, phoneCountry: region } = source.settings
      message = parseHl7(text, {
        now: again?.receivedAt ?? now,
        region,
        settings,
        zoneOf: zones.zoneOf,
      })
      const entries = message.entries.map(({ segment, ...entry }) => ({ ...entry, index: null, resource: segment }))
      return { bundleType: null, entries, reasons: message.reasons, about: aboutOf(message.header), asOf: zones.text }
    }),
  )
  return { received, acknowledgement: answerTo(message as Hl7Message, received, now) }
}

/** The event as people write it, e.g. `SIU S12`; one that is none is cut short. */
function aboutOf(header: Hl7Message['header']): WireMessage['about'] & object {
  const kind = `${header?.type ?? ''} ${header?.trigger ?? ''}`.trim().slice(0, 40)
  return { kind: kind || null, controlId: header?.controlId.slice(0, 200) || null }
}

async function refuseBatch(
  deps: ReceiveDeps,
  source: InboundSource,
  { messages, body }: { messages: readonly string[]; body: Buffer },
  now: Instant,
  again?: RawMessage['again'],
): Promise<ReceivedHl7> {
  const message = `has ${messages.length} messages: at most ${maxBatchMessages} go into one batch`
  const reason: InboundReason = { severity: 'error', code: 'tooLong', path: 'BHS', message }
  const raw = { contentType: hl7ContentType, body, ...(again && { again }) }
  const about = { kind: null, controlId: null }
  const nothing = { bundleType: null, entries: [], reasons: [reason], about }
  const received = await receive(deps, source, raw, now, () => nothing)
  return { received, acknowledgement: acknowledge(null, 'AR', newId(), now, [reason]) }
}

/** AA also for what is quarantined: it is stored, and sending it again would change nothing. AR for what is never taken. */
function answerTo({ header, refused }: Hl7Message, received: Received, now: Instant): string {
  const reasons: InboundReason[] = [...received.reasons, ...received.entries.flatMap((entry) => entry.reasons)]
  return acknowledge(header, refused ? 'AR' : 'AA', newId(), now, reasons)
}
