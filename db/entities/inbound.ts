import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { careEventKinds } from '../../domain/careEvent.ts'
import { day, encrypted, instant, key, timestamps } from './columns.ts'

/** Why a message of the feed could not be taken, or what was odd about it: codes and places, no patient data. */
export interface InboundReason {
  path: string
  message: string
}

/** An EHR that posts, or is pulled from. */
export const EhrSource = defineEntity({
  name: 'EhrSource',
  tableName: 'ehr_source',
  properties: {
    ...key(),
    name: p.text(),
    kind: p.enum(['fhir', 'hl7v2', 'csv'] as const),
    secretEncrypted: encrypted(),
    /** `loading`: its first sync, which is history. */
    status: p.enum(['active', 'loading', 'disabled'] as const),
    settings: p.json<Record<string, unknown>>().default('{}'),
    nextPullAt: instant().nullable(),
    lastMessageAt: instant().nullable(),
    version: p.integer().version(),
    ...timestamps(),
  },
  indexes: [{ properties: ['nextPullAt'] }, { properties: ['id'] }],
})
export type EhrSource = InferEntity<typeof EhrSource>

/** The feed: what arrived, as it arrived. */
export const InboundMessage = defineEntity({
  name: 'InboundMessage',
  tableName: 'inbound_message',
  properties: {
    ...key(),
    sourceId: p.uuid(),
    contentType: p.text(),
    raw: encrypted(),
    hash: p.text(),
    receivedAt: instant(),
    outcome: p.enum(['received', 'applied', 'unchanged', 'quarantined', 'partly'] as const),
    reasons: p.json<InboundReason[]>().default('[]'),
    records: p.integer().default(0),
    replayedAt: instant().nullable(),
  },
  indexes: [
    { properties: ['organizationId', 'receivedAt'] },
    { properties: ['organizationId', 'outcome', 'receivedAt'] },
    { properties: ['organizationId', 'sourceId', 'hash'] },
  ],
})
export type InboundMessage = InferEntity<typeof InboundMessage>

/** A subscription of a source, as far as its notifications told. */
export const EhrSubscription = defineEntity({
  name: 'EhrSubscription',
  tableName: 'ehr_subscription',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    /** Its reference at the source. */
    subscription: p.text().primary(),
    status: p.text().nullable(),
    /** Number of the last event that is known of. */
    lastEvent: p.bigint('number').nullable(),
    /** Events that never arrived, in all. */
    missedEvents: p.integer().default(0),
    notifiedAt: instant(),
  },
})
export type EhrSubscription = InferEntity<typeof EhrSubscription>

/** A care event that was deleted before it was ever seen: a late, older booking must not make one of it. */
export const Tombstone = defineEntity({
  name: 'Tombstone',
  tableName: 'tombstone',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    kind: p.enum(careEventKinds).primary(),
    externalId: p.text().primary(),
    sourceLastUpdated: instant(),
  },
})
export type Tombstone = InferEntity<typeof Tombstone>

/** Posts of a known source that were refused before anything was stored, counted by day. */
export const RejectedPost = defineEntity({
  name: 'RejectedPost',
  tableName: 'rejected_post',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    reason: p.text().primary(),
    day: day().primary(),
    count: p.integer().default(0),
  },
})
export type RejectedPost = InferEntity<typeof RejectedPost>

/** Insert-only, no unique key: a touch must never be lost against a row that the relay holds. */
export const Outbox = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    organizationId: p.uuid(),
    careEventId: p.uuid(),
    /** The edit that caused it, so that its progress can be shown. */
    editId: p.uuid().nullable(),
    attempts: p.integer().default(0),
    nextAttemptAt: instant(),
    /** A code, no text. */
    lastError: p.text().nullable(),
    createdAt: instant(),
  },
  indexes: [
    { properties: ['nextAttemptAt', 'id'] },
    { properties: ['organizationId', 'careEventId'] },
    { properties: ['organizationId', 'editId'] },
  ],
})
export type Outbox = InferEntity<typeof Outbox>
