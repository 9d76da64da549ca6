import type { FhirContext } from '../../../domain/inbound/fhir/context.ts'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import { type InboundRecord, inboundKindOrder } from '../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { SourceSettings } from '../../../domain/inbound/sourceSettings.ts'
import type { WireEntry, WireMessage } from '../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import type { Database, Tx } from '../../orm.ts'
import type { Applying, RecordOutcome } from './applying.ts'
import { applyCareEvent } from './careEvent.ts'
import { isDeadlock, isOurMistake } from './failure.ts'
import { lockRecords } from './locks.ts'

export { SourceChanged } from './locks.ts'

import { applyEncounter } from './encounter.ts'
import { laterArrivals } from './laterArrivals.ts'
import { type MessageOutcome, type RawMessage, storeMessage } from './message.ts'
import { resourceOf } from './messageEntries.ts'
import { noteNotification } from './notification.ts'
import { applyPatient } from './patient.ts'
import { applyPatientContact } from './patientContact.ts'
import { applyPracticeResource } from './practiceResource.ts'
import { makeAllStubs, missingStubs } from './references.ts'
import type { InboundSource } from './source.ts'
import { pullSoon } from './wanted.ts'

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
  /** ISO 3166: the country of phone numbers that name none. */
  region: string
}

/** Takes one FHIR message of a source, as `receive` does. */
export function receiveFhir(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
): Promise<Received> {
  // Read as of its arrival, also when it is taken again: a deletion without a moment of its own happened then.
  const arrived = raw.again?.receivedAt ?? now
  const message = readMessage(raw, { now: arrived, region: deps.region, settings: source.settings })
  return receive(deps, source, raw, now, () => message)
}

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
  for (let attempt = 1; ; attempt++) {
    try {
      return await deps.database.inOrganization(source.organizationId, async (tx) =>
        store(deps, { tx, source, now, made: new Set() }, raw, await read(tx)),
      )
    } catch (error) {
      if (isDeadlock(error) && attempt < maxAttempts) continue
      if (isOurMistake(error)) await keepForReplay(deps, source, raw, now)
      throw error
    }
  }
}

const maxAttempts = 4

async function keepForReplay(
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

/** The classic hook without a payload, nor a word of what it would be: something changed, nobody says what. */
function nothingSaid({ pull }: SourceSettings): WireMessage {
  const what = pull === null ? 'give the subscription the payload application/fhir+json' : 'what changed is fetched'
  const message = `says that something changed and not what: ${what}`
  return {
    bundleType: null,
    entries: [],
    reasons: [{ severity: 'warning', code: 'missing', path: '$this', message }],
    unnamedChange: true,
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readMessage({ body, contentType }: RawMessage, context: FhirContext): WireMessage {
  if (body.length === 0 && contentType === '') return nothingSaid(context.settings)
  let json: unknown
  try {
    json = JSON.parse(utf8.decode(body))
  } catch {
    const message = 'is no JSON in UTF-8: it has to be one FHIR resource'
    return {
      bundleType: null,
      entries: [],
      reasons: [{ severity: 'error', code: 'malformed', path: '$this', message }],
    }
  }
  return parseFhir(json, context)
}

async function store(deps: ReceiveDeps, applying: Applying, raw: RawMessage, message: WireMessage): Promise<Received> {
  const broken = message.entries.some((entry) => entry.record === null)
  const usable = message.bundleType === 'transaction' && broken ? [] : inOrder(message)
  const records = usable.map(({ record }) => record)
  const locked = lockRecords(applying.tx, applying.source, records)
  // Asked for behind the locks, without waiting for them. A message about one patient has no others to be ordered with.
  const isBundle = message.bundleType !== null && records.length > 1
  const [missing] = await Promise.all([isBundle ? missingStubs(applying, records) : new Map(), locked])
  await makeAllStubs(applying, missing)
  const outcomes = new Map<WireEntry, RecordOutcome>()
  const superseded = await laterArrivals(applying, raw.again, records)
  for (const { entry, record } of usable)
    outcomes.set(entry, superseded.has(record) ? 'older' : await applyRecord(applying, record))
  const entries = message.entries.map((entry) => ({
    index: entry.index,
    resource: entry.resource,
    reasons: entry.reasons,
    outcome: outcomes.get(entry) ?? null,
  }))
  if (message.notification) message.reasons.push(...(await noteNotification(applying, message.notification)))
  if (message.unnamedChange) await pullSoon(applying.tx, applying.source, applying.now)
  const outcome = outcomeOf(message, [...outcomes.values()])
  const reasons = [...message.reasons, ...message.entries.flatMap((entry) => entry.reasons)]
  const messageId = await storeMessage(applying, deps.encryption, raw, {
    outcome,
    reasons,
    records: outcomes.size,
    kind: kindOfMessage(message),
    controlId: message.about?.controlId ?? null,
    saidAt: saidAt(message),
    entries: message.entries.map((entry) => ({ ...entry, outcome: outcomes.get(entry) ?? null })),
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

interface Usable {
  entry: WireEntry
  record: InboundRecord
}

/** A history Bundle has the newest version first; otherwise what refers to others comes after them. */
function inOrder({ bundleType, entries, notification }: WireMessage): Usable[] {
  const usable = entries.flatMap((entry) => (entry.record === null ? [] : [{ entry, record: entry.record }]))
  if (bundleType === 'history' && notification === undefined) usable.reverse()
  return usable.sort((a, b) => inboundKindOrder[a.record.kind] - inboundKindOrder[b.record.kind])
}

/** Stores one record in a unit of work that holds its lock. */
export function applyRecord(applying: Applying, record: InboundRecord): Promise<RecordOutcome> {
  if (record.kind === 'careEvent') return applyCareEvent(applying, record)
  if (record.kind === 'patient') return applyPatient(applying, record)
  if (record.kind === 'patientContact') return applyPatientContact(applying, record)
  if (record.kind === 'encounter') return applyEncounter(applying, record)
  return applyPracticeResource(applying, record)
}

function outcomeOf(message: WireMessage, applied: readonly RecordOutcome[]): MessageOutcome {
  if (message.reasons.some((reason) => reason.severity === 'error')) return 'quarantined'
  if (message.notification?.missing.length) return 'partly'
  if (applied.length < message.entries.length) return applied.length === 0 ? 'quarantined' : 'partly'
  return applied.some((outcome) => outcome === 'created' || outcome === 'updated') ? 'applied' : 'unchanged'
}
