import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { textChannels } from '../../domain/action.ts'
import { encrypted, instant, key } from './columns.ts'

/** Content that opens after the birth date is given (patients) or after signing in (staff). */
export const SecureMessage = defineEntity({
  name: 'SecureMessage',
  tableName: 'secure_message',
  properties: {
    ...key(),
    deliveryId: p.uuid(),
    patientId: p.uuid().nullable(),
    staffMemberId: p.uuid().nullable(),
    /** See `secureTokenHash`. */
    tokenHash: p.text(),
    subjectEncrypted: encrypted().nullable(),
    bodyEncrypted: encrypted(),
    createdAt: instant(),
    expiresAt: instant(),
    openedAt: instant().nullable(),
    /** "This is not me", or reissued. */
    invalidatedAt: instant().nullable(),
  },
  uniques: [{ properties: ['organizationId', 'tokenHash'] }],
  indexes: [
    { properties: ['organizationId', 'deliveryId'] },
    { properties: ['organizationId', 'patientId'] },
    { properties: ['tokenHash'] },
  ],
})
export type SecureMessage = InferEntity<typeof SecureMessage>

/** What a patient or staff member answered. */
export const Reply = defineEntity({
  name: 'Reply',
  tableName: 'reply',
  properties: {
    ...key(),
    patientId: p.uuid().nullable(),
    staffMemberId: p.uuid().nullable(),
    careEventId: p.uuid().nullable(),
    deliveryId: p.uuid().nullable(),
    direction: p.enum(['in', 'out'] as const).default('in'),
    channel: p.enum(textChannels),
    address: encrypted(),
    addressHash: p.text(),
    bodyEncrypted: encrypted(),
    /** `wrongPerson`: nobody wrote it; somebody said so on the page of a secure message. */
    meaning: p.enum(['optOut', 'optIn', 'help', 'confirm', 'cancelRequest', 'other', 'answer', 'wrongPerson'] as const),
    providerId: p.text().nullable(),
    receivedAt: instant(),
    /** Left the inbox. */
    handledAt: instant().nullable(),
    handledBy: p.uuid().nullable(),
    answerTo: p.uuid().nullable(),
  },
  uniques: [{ properties: ['organizationId', 'channel', 'providerId'] }],
  indexes: [
    { properties: ['organizationId', 'patientId', 'receivedAt'] },
    { properties: ['organizationId', 'handledAt', 'receivedAt'] },
  ],
})
export type Reply = InferEntity<typeof Reply>

/** What the simulated phones and mailboxes got. One row an attempt, so that a repeated call adds nothing. */
export const SimulatedMessage = defineEntity({
  name: 'SimulatedMessage',
  tableName: 'simulated_message',
  properties: {
    ...key(),
    attemptId: p.uuid(),
    deliveryId: p.uuid().nullable(),
    channel: p.enum(textChannels),
    address: encrypted(),
    addressHash: p.text(),
    subjectEncrypted: encrypted().nullable(),
    bodyEncrypted: encrypted(),
    sentAt: instant(),
  },
  uniques: [{ properties: ['organizationId', 'attemptId'] }],
  indexes: [{ properties: ['organizationId', 'addressHash', 'sentAt'] }, { properties: ['organizationId', 'sentAt'] }],
})
export type SimulatedMessage = InferEntity<typeof SimulatedMessage>

/** Whom messages come from; secrets of the provider's account are encrypted. */
export const Sender = defineEntity({
  name: 'Sender',
  tableName: 'sender',
  properties: {
    ...key(),
    name: p.text(),
    channel: p.enum(textChannels),
    provider: p.text(),
    address: p.text(),
    secretEncrypted: encrypted().nullable(),
    settings: p.json<Record<string, unknown>>().default('{}'),
    perSecond: p.integer().default(1),
    perDay: p.integer().nullable(),
    isDefault: p.boolean().default(false),
    enabled: p.boolean().default(true),
    version: p.integer().version(),
    createdAt: instant(),
    updatedAt: instant(),
  },
  uniques: [{ properties: ['organizationId', 'channel', 'address'] }],
  indexes: [{ properties: ['address'] }],
})
export type Sender = InferEntity<typeof Sender>
