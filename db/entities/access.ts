import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { instant, key, timestamps } from './columns.ts'

export const userRoles = ['admin', 'manager', 'staff'] as const
export type UserRole = (typeof userRoles)[number]

export const AppUser = defineEntity({
  name: 'AppUser',
  tableName: 'app_user',
  properties: {
    ...key(),
    /** Lower case. */
    email: p.text(),
    name: p.text(),
    /** argon2id; null: single sign-on only. */
    passwordHash: p.text().nullable(),
    role: p.enum(userRoles),
    disabledAt: instant().nullable(),
    lastSignInAt: instant().nullable(),
    failedSignIns: p.integer().default(0),
    version: p.integer().version(),
    ...timestamps(),
  },
  uniques: [{ properties: ['organizationId', 'email'] }],
  indexes: [{ properties: ['email'] }],
})
export type AppUser = InferEntity<typeof AppUser>

export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    ...key(),
    userId: p.uuid(),
    tokenHash: p.text(),
    csrf: p.text(),
    createdAt: instant(),
    lastSeenAt: instant(),
    idleExpiresAt: instant(),
  },
  uniques: [{ properties: ['organizationId', 'tokenHash'] }],
  indexes: [{ properties: ['tokenHash'] }, { properties: ['organizationId', 'userId'] }],
})
export type Session = InferEntity<typeof Session>

export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    ...key(),
    name: p.text(),
    hash: p.text(),
    /** The first characters, so that a key can be recognized in the list. */
    prefix: p.text(),
    role: p.enum(userRoles),
    lastUsedAt: instant().nullable(),
    revokedAt: instant().nullable(),
    createdBy: p.uuid().nullable(),
    createdAt: instant(),
  },
  uniques: [{ properties: ['organizationId', 'hash'] }],
  indexes: [{ properties: ['hash'] }],
})
export type ApiKey = InferEntity<typeof ApiKey>

/** What a POST with an `Idempotency-Key` answered, so that its repeat is answered alike. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    organizationId: p.uuid().primary(),
    /** The user or API key that sent it. */
    actorId: p.uuid().primary(),
    key: p.text().primary(),
    method: p.text(),
    path: p.text(),
    requestHash: p.text(),
    /** null while the first request is still at work. */
    status: p.integer().nullable(),
    response: p.json<unknown>().nullable(),
    createdAt: instant(),
  },
  indexes: [{ properties: ['createdAt'] }],
})
export type IdempotencyKey = InferEntity<typeof IdempotencyKey>

/** Who changed what: append-only, kept six years. */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    ...key(),
    at: instant(),
    actorKind: p.enum(['user', 'apiKey', 'ehrSource', 'patient', 'system'] as const),
    actorId: p.uuid().nullable(),
    action: p.text(),
    subject: p.text(),
    subjectId: p.uuid().nullable(),
    before: p.json<unknown>().nullable(),
    after: p.json<unknown>().nullable(),
    reason: p.text().nullable(),
    requestId: p.text().nullable(),
  },
  indexes: [{ properties: ['organizationId', 'at'] }, { properties: ['organizationId', 'subject', 'subjectId', 'at'] }],
})
export type AuditEntry = InferEntity<typeof AuditEntry>

/** A question to support. */
export const Ticket = defineEntity({
  name: 'Ticket',
  tableName: 'ticket',
  properties: {
    ...key(),
    createdBy: p.uuid().nullable(),
    email: p.text().nullable(),
    subject: p.text(),
    body: p.text(),
    status: p.enum(['open', 'closed'] as const).default('open'),
    ...timestamps(),
  },
  indexes: [{ properties: ['organizationId', 'status', 'createdAt'] }],
})
export type Ticket = InferEntity<typeof Ticket>
