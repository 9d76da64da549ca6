import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { textChannels } from '../../domain/action.ts'
import { ATTEMPT_STATUSES } from '../../domain/attempt.ts'
import { DELIVERY_STATUSES } from '../../domain/delivery.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import type { TrailEntry, VerdictKind } from '../../domain/verdict.ts'
import { day, encrypted, instant, key, timestamps, words } from './columns.ts'

/** The ledger: one row for what is sent at most once, an occurrence and a recipient of an action. */
export const Delivery = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    ...key(),
    actionId: p.uuid(),
    actionVersion: p.integer(),
    careEventId: p.uuid(),
    patientId: p.uuid(),
    occurrenceKey: p.text(),
    /** `patient`, or a staff member's id. */
    recipient: p.text(),
    channel: p.enum(textChannels).nullable(),
    address: encrypted().nullable(),
    addressHash: p.text().nullable(),
    language: p.text().nullable(),
    /** What went out is the notice of a secure message, and the content lies there. */
    secure: p.boolean().default(false),
    /** A person asked for a new link: the content goes out again as it is, whatever its time. */
    reissue: p.boolean().default(false),
    status: p.enum(DELIVERY_STATUSES),
    reason: p.text().$type<ReasonCode>().nullable(),
    /** Nothing more happens to it: neither resume, retry, reconcile nor fallback. */
    final: p.boolean().default(false),
    dueAt: instant().nullable(),
    sendAt: instant().nullable(),
    notBefore: instant().nullable(),
    claimedAt: instant().nullable(),
    sentAt: instant().nullable(),
    openedAt: instant().nullable(),
    /** The start that the text states: what a later move is told against. */
    statedStartAt: instant().nullable(),
    textEncrypted: encrypted().nullable(),
    subjectEncrypted: encrypted().nullable(),
    segments: p.integer().nullable(),
    trail: p.json<TrailEntry[]>().default('[]'),
    /** The delivery whose message says it too. */
    mergedInto: p.uuid().nullable(),
    /** Occurrence keys of the care events of its day that the message speaks for, when there are several. */
    covers: words().nullable(),
    /** Keyed hash of the text, and the local day on which it goes to its address: one message for identical texts. */
    textHash: p.text().nullable(),
    textDay: day().nullable(),
    /** Others share its outcome. */
    followed: p.boolean().default(false),
    /** An attempt was accepted, or may have been. */
    reachedProvider: p.boolean().default(false),
    /** Steps tried so far: hot loops are seen by it. */
    steps: p.integer().default(0),
    /** Calls made in the present run of quick retries. */
    retries: p.integer().default(0),
    resendOf: p.uuid().nullable(),
    ...timestamps(),
  },
  uniques: [{ properties: ['organizationId', 'actionId', 'occurrenceKey', 'recipient'] }],
  indexes: [
    {
      name: 'delivery_one_text',
      expression: `create unique index "delivery_one_text" on "delivery" ("organization_id", "action_id", "address_hash", "text_hash", "text_day") where "text_day" is not null`,
    },
    {
      name: 'delivery_followers',
      expression: `create index "delivery_followers" on "delivery" ("organization_id", "merged_into") where "merged_into" is not null`,
    },
    { properties: ['organizationId', 'careEventId'] },
    { properties: ['organizationId', 'patientId', 'createdAt'] },
    { properties: ['organizationId', 'createdAt'] },
    { properties: ['organizationId', 'actionId', 'sentAt'] },
    { properties: ['organizationId', 'addressHash', 'createdAt'] },
    { properties: ['organizationId', 'status', 'createdAt'] },
  ],
})
export type Delivery = InferEntity<typeof Delivery>

/** One call to a provider. */
export const Attempt = defineEntity({
  name: 'Attempt',
  tableName: 'attempt',
  properties: {
    ...key(),
    deliveryId: p.uuid(),
    number: p.integer(),
    channel: p.enum(textChannels),
    provider: p.text(),
    providerId: p.text().nullable(),
    senderId: p.uuid().nullable(),
    address: encrypted().nullable(),
    addressHash: p.text().nullable(),
    status: p.enum(ATTEMPT_STATUSES),
    errorCode: p.text().nullable(),
    openedAt: instant(),
    calledAt: instant().nullable(),
    closedAt: instant().nullable(),
    /** How often the provider was asked for it and did not know it, while its outcome was unknown. */
    absentAnswers: p.integer().default(0),
    updatedAt: instant(),
  },
  uniques: [
    { properties: ['organizationId', 'deliveryId', 'number'] },
    {
      name: 'attempt_one_open',
      expression: `create unique index "attempt_one_open" on "attempt" ("organization_id", "delivery_id") where "status" in ('open', 'unknown')`,
    },
  ],
  indexes: [{ properties: ['provider', 'providerId'] }, { properties: ['id'] }],
})
export type Attempt = InferEntity<typeof Attempt>

/** What is planned and not yet claimed, as the last plan of its care event said. */
export const PlannedMessage = defineEntity({
  name: 'PlannedMessage',
  tableName: 'planned_message',
  properties: {
    organizationId: p.uuid().primary(),
    careEventId: p.uuid().primary(),
    actionId: p.uuid().primary(),
    recipient: p.text().primary(),
    patientId: p.uuid(),
    verdict: p.text().$type<VerdictKind>(),
    dueAt: instant().nullable(),
    sendAt: instant().nullable(),
    reason: p.text().$type<ReasonCode>().nullable(),
  },
  indexes: [
    { properties: ['organizationId', 'actionId', 'sendAt'] },
    { properties: ['organizationId', 'sendAt'] },
    { properties: ['organizationId', 'patientId', 'sendAt'] },
  ],
})
export type PlannedMessage = InferEntity<typeof PlannedMessage>
