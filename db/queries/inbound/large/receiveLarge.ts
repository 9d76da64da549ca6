import type { FhirContext } from '../../../../domain/inbound/fhir/context.ts'
import type { InboundRecord } from '../../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { WireEntry } from '../../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../../domain/instant.ts'
import { applyRecords } from '../apply.ts'
import { isOurMistake } from '../failure.ts'
import { type RawMessage, settleMessage, storeMessage } from '../message.ts'
import { withSubjects } from '../messageEntries.ts'
import {
  keepForReplay,
  outcomeOf,
  type ReceiveDeps,
  type Received,
  type ReceivedEntry,
  receive,
  retrying,
} from '../receive.ts'
import type { InboundSource } from '../source.ts'
import { type LargeReader, openLargeReader } from './reader.ts'
import { storeSlice } from './storeSlice.ts'

/** So many are stored in one transaction, and read at once: a few milliseconds of the event loop. */
const sliceEntries = 200
/** More reasons than this are told of each entry, and not once more of the message. */
const maxReasons = 500

const notDone: InboundReason = {
  severity: 'error',
  code: 'malformed',
  path: '$this',
  message: 'was not stored to its end: it waits for a replay, which changes nothing of what is stored',
}

/**
 * Takes a large FHIR message without holding up anybody: it is read and hashed in a thread of its own. What belongs together (a transaction, a notification) is stored in one transaction as ever. All else is
 * first stored as it came, and then in slices, each in a transaction; should one fail, the sender is not told that it
 * was taken, and the message waits for a replay.
 */
export async function receiveLarge(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
  context: FhirContext,
  open = openLargeReader,
): Promise<Received> {
  // `receive` keeps what it fails at, and slices are stored after the message is; the thread may end before either.
  const kept = async (error: unknown) => {
    if (isOurMistake(error)) await keepForReplay(deps, source, raw, now)
    throw error
  }
  const reader = await open({ body: raw.body, context, sliceEntries }).catch(kept)
  try {
    const { message, entries, hash } = reader.head
    const whole = { ...raw, hash }
    const isSliced =
      message.bundleType !== 'transaction' && message.notification === undefined && entries > sliceEntries
    if (isSliced) return await receiveSlices(deps, source, whole, now, reader)
    const read = await readAll(reader).catch(kept)
    return await receive(deps, source, whole, now, () => ({ ...message, reasons: [...message.reasons], entries: read }))
  } finally {
    await reader.close()
  }
}

async function readAll(reader: LargeReader): Promise<WireEntry[]> {
  const all: WireEntry[] = []
  for (let slice = await reader.next(); slice.length > 0; slice = await reader.next()) all.push(...slice)
  return all.sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
}

async function receiveSlices(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
  reader: LargeReader,
): Promise<Received> {
  const { message, entries: count } = reader.head
  const inTx = <T>(work: Parameters<typeof deps.database.inOrganization<T>>[1]) =>
    retrying(() => deps.database.inOrganization(source.organizationId, work))
  const kept = { outcome: 'received', reasons: [notDone], records: 0, kind: 'Bundle', entries: [] } as const
  const messageId = await inTx((tx) => storeMessage({ tx, source, now }, deps.encryption, raw, kept))
  const entries: ReceivedEntry[] = []
  const reasons: InboundReason[] = [...message.reasons]
  let saidAt: Instant | null = null
  for (let slice = await reader.next(); slice.length > 0; slice = await reader.next()) {
    const outcomes = await inTx(async (tx) => {
      const records = slice.flatMap(({ record }) => record ?? [])
      const became = new Map<InboundRecord, string>()
      const applying = { tx, source, now, made: new Set<string>(), became }
      const made = await applyRecords(applying, records, { ordered: true, again: raw.again })
      const stored = slice.map((entry) => ({
        ...entry,
        outcome: (entry.record && made.get(entry.record)) ?? null,
        subjectId: entry.record ? became.get(entry.record) : null,
      }))
      storeSlice(tx, messageId, await withSubjects(applying, stored))
      return stored.map((entry) => entry.outcome)
    })
    for (const [n, { index, resource, reasons: own, record }] of slice.entries()) {
      entries.push({ index, resource, reasons: own, outcome: outcomes[n] ?? null })
      reasons.push(...own)
      const said = record?.sourceVersion.lastUpdated ?? null
      if (said !== null) saidAt = Math.max(saidAt ?? said, said)
    }
  }
  const applied = entries.flatMap(({ outcome }) => outcome ?? [])
  const outcome = outcomeOf(message, count, applied)
  const done = { outcome, reasons: reasons.slice(0, maxReasons), records: applied.length, kind: 'Bundle', saidAt }
  await inTx(async (tx) => settleMessage(tx, messageId, done))
  entries.sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
  return { messageId, outcome, bundleType: message.bundleType, entries, reasons: message.reasons }
}
