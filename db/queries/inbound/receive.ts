import { inApplyOrder } from '../../../domain/inbound/applyOrder.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { WireEntry, WireMessage } from '../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import type { Database, Tx } from '../../orm.ts'
import { applyRecords } from './apply.ts'
import type { Applying, RecordOutcome } from './applying.ts'
import { isDeadlock, isOurMistake } from './failure.ts'
import { type MessageOutcome, type RawMessage, storeMessage } from './message.ts'
import { resourceOf } from './messageEntries.ts'
import { noteNotification } from './notification.ts'
import type { InboundSource } from './source.ts'
import { pullSoon } from './wanted.ts'

export { SourceChanged } from './locks.ts'

export interface ReceivedEntry extends Pick<WireEntry, 'index' | 'resource' | 'reasons'> {
  /** null: refused, see the reasons. */
  outcome: RecordOutcome | null
}
/** What became of a message; it is stored, whatever became of it. */
export interface Received {
  messageId: string
  outcome: MessageOutcome
  bundleType: WireMessage['bundleType']
  entries: ReceivedEntry[]
  /** About the message as a whole. */
  reasons: InboundReason[]
}
export interface ReceiveDeps {
  database: Database
  encryption: Encryption
  /** Where small messages that arrive together are stored together; left out: each by itself. */
  together?: ReceiveTogether
}
/** Like `receive`. */
type ReceiveTogether = typeof receive

/**
 * Takes one message of a source: stores it as it came, and what it says, with the touches of the outbox, in one
 * transaction (Inbound). When this returns, all of it is stored. What can't be understood is quarantined with its
 * reasons; of a `transaction` Bundle with a broken entry nothing else is stored. `read` runs in that transaction, once
 * for each attempt.
 */
export async function receive(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
  read: (tx: Tx) => WireMessage | Promise<WireMessage>,
): Promise<Received> {
  try {
    return await retrying(() =>
      deps.database.inOrganization(source.organizationId, async (tx) =>
        store(deps, { tx, source, now, made: new Set(), became: new Map() }, raw, await read(tx)),
      ),
    )
  } catch (error) {
    if (isOurMistake(error)) await keepForReplay(deps, source, raw, now)
    throw error
  }
}

/** Two that needed the same rows in another order: the one that was ended tries again at once, a few times. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isDeadlock(error) || attempts >= maxAttempts) throw error
    }
  }
}

const maxAttempts = 4

/** What is larger is stored by itself: others would wait for it. */
export const smallBytes = 32 * 1024

/** Keeps a message that we failed at through a mistake of ours as it came: nothing of it was stored. */
export async function keepForReplay(
  { database, encryption }: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
) {
  const reason: InboundReason = {
    severity: 'error',
    code: 'malformed',
    path: '$this',
    message: 'could not be stored through no fault of the sender: it waits for a fix and a replay',
  }
  await database.inOrganization(source.organizationId, (tx) =>
    storeMessage({ tx, source, now }, encryption, raw, { outcome: 'received', reasons: [reason], records: 0 }),
  )
}

export async function store(
  { encryption }: Pick<ReceiveDeps, 'encryption'>,
  applying: Applying,
  raw: RawMessage,
  message: WireMessage,
): Promise<Received> {
  const broken = message.entries.some((entry) => entry.record === null)
  const usable = message.bundleType === 'transaction' && broken ? [] : inApplyOrder(message)
  const records = usable.map(({ record }) => record)
  // A message about one patient has no others to be ordered with.
  const ordered = message.bundleType !== null
  const applied = await applyRecords(applying, records, { ordered, again: raw.again, asOf: message.asOf })
  const outcomes = new Map(usable.map(({ entry, record }) => [entry, applied.get(record) ?? null]))
  const entries = message.entries.map((entry) => ({
    index: entry.index,
    resource: entry.resource,
    reasons: entry.reasons,
    outcome: outcomes.get(entry) ?? null,
  }))
  if (message.notification) message.reasons.push(...(await noteNotification(applying, message.notification)))
  if (message.unnamedChange) await pullSoon(applying.tx, applying.source, applying.now)
  const outcome = outcomeOf(message, message.entries.length, [...applied.values()])
  const reasons = [...message.reasons, ...message.entries.flatMap((entry) => entry.reasons)]
  const messageId = await storeMessage(applying, encryption, raw, {
    outcome,
    reasons,
    records: applied.size,
    kind: kindOfMessage(message),
    controlId: message.about?.controlId ?? null,
    saidAt: saidAt(message),
    entries: message.entries.map((entry) => ({
      ...entry,
      outcome: outcomes.get(entry) ?? null,
      subjectId: entry.record ? applying.became?.get(entry.record) : null,
    })),
  })
  return { messageId, outcome, bundleType: message.bundleType, entries, reasons: message.reasons }
}

/** What the feed calls it: HL7's event, or a resource type of FHIR. */
function kindOfMessage({ about, bundleType, entries }: WireMessage): string | null {
  if (about) return about.kind
  return bundleType === null ? resourceOf(entries[0]?.resource ?? null) : 'Bundle'
}

/** When the source said it: the newest of its records. */
function saidAt({ entries }: WireMessage): Instant | null {
  const known = entries.flatMap(({ record }) => record?.sourceVersion.lastUpdated ?? [])
  return known.length === 0 ? null : known.reduce((newest, each) => Math.max(newest, each))
}

/** What became of a message with so many entries, of which these were applied. */
export function outcomeOf(
  message: Pick<WireMessage, 'reasons' | 'notification'>,
  entries: number,
  applied: readonly RecordOutcome[],
): MessageOutcome {
  if (message.reasons.some((reason) => reason.severity === 'error')) return 'quarantined'
  if (message.notification?.missing.length) return 'partly'
  if (applied.length < entries) return applied.length === 0 ? 'quarantined' : 'partly'
  return applied.some((outcome) => outcome === 'created' || outcome === 'updated') ? 'applied' : 'unchanged'
}
