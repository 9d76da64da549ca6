import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { careEventKinds } from '../../domain/careEvent.ts'
import { day, encrypted, instant, key, timestamps } from './columns.ts'

/** Why a message of the feed could not be taken, or what was odd about it: codes and places, no patient data. */
export interface InboundReason {
  path: string
  message: string
}

/** What went wrong the last time something was fetched: a code, and a sentence without patient data. */
export interface PullError {
  code: string
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
    /** What we prove ourselves with where we fetch: a token, a password, a private key. Written, never shown. */
    credentialsEncrypted: encrypted().nullable(),
    /** `loading`: its first sync, which is history. */
    status: p.enum(['active', 'loading', 'disabled'] as const),
    settings: p.json<Record<string, unknown>>().default('{}'),
    /** Null: nothing is fetched from it. */
    nextPullAt: instant().nullable(),
    /** Who is fetching from it, and until when nobody else may: a fetcher that died is followed by another. */
    pullLease: p.uuid().nullable(),
    pullLeaseUntil: instant().nullable(),
    /** When it was last asked, whatever came of it. */
    lastPullAt: instant().nullable(),
    /** In a row; 0 after one that went well. */
    pullFailures: p.integer().default(0),
    pullError: p.json<PullError>().nullable(),
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
    /** Null: deleted by age (see `retention.ts`). What became of it stays. */
    raw: encrypted().nullable(),
    hash: p.text(),
    /** FHIR's resource type, or HL7's event as `SIU S12`; null: it could not be read. */
    kind: p.text().nullable(),
    /** The sender's own number of the message: MSH-10. */
    controlId: p.text().nullable(),
    /** When the source said it, by its own clock; null: it does not say. */
    saidAt: instant().nullable(),
    receivedAt: instant(),
    outcome: p.enum(['received', 'applied', 'unchanged', 'quarantined', 'partly'] as const),
    reasons: p.json<InboundReason[]>().default('[]'),
    records: p.integer().default(0),
    replayedAt: instant().nullable(),
  },
  indexes: [
    { properties: ['organizationId', 'receivedAt'] },
    { properties: ['organizationId', 'outcome', 'receivedAt'] },
    { properties: ['organizationId', 'sourceId', 'receivedAt'] },
    // What retention looks for, however much it has deleted before.
    {
      name: 'inbound_message_raw_index',
      expression: `create index "inbound_message_raw_index" on "inbound_message" ("organization_id", "received_at") where "raw" is not null`,
    },
    {
      name: 'inbound_message_control_id_index',
      expression: `create index "inbound_message_control_id_index" on "inbound_message" ("organization_id", "control_id") where "control_id" is not null`,
    },
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

/** How far the pull of one type of resource is: kept after every page, so that whoever goes on begins with the next. */
export const EhrPull = defineEntity({
  name: 'EhrPull',
  tableName: 'ehr_pull',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    resourceType: p.text().primary(),
    /** What the next round asks from; null: from the start date, or all. In the first: what its second look asks up to. */
    since: instant().nullable(),
    /** Of the round under way, by the source's clock; null: none is. */
    roundBeganAt: instant().nullable(),
    /** Where the round under way goes on. */
    nextPage: p.text().nullable(),
    /** Of the round under way, else of the last one. */
    pages: p.integer().default(0),
    resources: p.integer().default(0),
    /** The first round is history; null: it is not through. */
    firstRoundDoneAt: instant().nullable(),
    roundDoneAt: instant().nullable(),
  },
})
export type EhrPull = InferEntity<typeof EhrPull>

/** A resource that a notification named without including it: to be fetched. */
export const EhrWanted = defineEntity({
  name: 'EhrWanted',
  tableName: 'ehr_wanted',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    /** `Type/id` */
    reference: p.text().primary(),
    wantedAt: instant(),
    attempts: p.integer().default(0),
  },
})
export type EhrWanted = InferEntity<typeof EhrWanted>

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
