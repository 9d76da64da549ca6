import { hash } from '@node-rs/argon2'
import * as z from 'zod'
import { createApiKey, listApiKeys, renameApiKey, revokeApiKey } from '../../db/queries/apiKeys.ts'
import { listAudit } from '../../db/queries/audit.ts'
import { createUser, listUsers, updateUser } from '../../db/queries/users.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { roles } from '../principal.ts'
import { route } from '../route.ts'

const tag = 'Access'
const role = z.enum(roles)
const name = z.string().trim().min(1, 'a name is needed to recognize it').max(200)

const apiKey = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    role,
    prefix: z.string(),
    createdAt: isoInstant,
    lastUsedAt: isoInstantOrNull,
  })
  .meta({ id: 'ApiKey' })
const newApiKey = z.strictObject({ ...apiKey.shape, key: z.string() }).meta({ id: 'NewApiKey' })

const user = z
  .strictObject({
    id: z.uuid(),
    version: z.int(),
    email: z.string(),
    name: z.string(),
    role,
    disabled: z.boolean(),
    createdAt: isoInstant,
    lastSignInAt: isoInstantOrNull,
  })
  .meta({ id: 'User' })
const email = z
  .email('is not an email address')
  .max(320)
  .transform((text) => text.toLowerCase())
const password = z.string().min(12, 'at least 12 characters').max(1000)

const auditEntry = z
  .strictObject({
    id: z.uuid(),
    at: isoInstant,
    actorKind: z.string(),
    actorId: z.uuid().nullable(),
    actor: z.string().nullable(),
    action: z.string(),
    subject: z.string(),
    subjectId: z.uuid().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })

export const accessRoutes = [
  route({
    method: 'get',
    path: '/api/api-keys',
    tag,
    role: 'admin',
    summary: 'Keys of programs, the newest first',
    query: listQuery({}),
    response: listOf(apiKey),
    handle: ({ tx, query }) => listApiKeys(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/api-keys',
    tag,
    role: 'admin',
    status: 201,
    summary: 'Make a key; it is in the answer, and never shown again',
    body: z.strictObject({ name, role: role.default('manager') }),
    response: newApiKey,
    handle: ({ tx, body, who, now }) => createApiKey(tx, body, { who, now }),
  }),
  route({
    method: 'patch',
    path: '/api/api-keys/{id}',
    tag,
    role: 'admin',
    summary: 'Rename a key',
    params: idParams,
    body: z.strictObject({ name }),
    response: apiKey,
    handle: ({ tx, params, body, who, now }) => renameApiKey(tx, params.id, body.name, { who, now }),
  }),
  route({
    method: 'delete',
    path: '/api/api-keys/{id}',
    tag,
    role: 'admin',
    summary: 'Revoke a key at once',
    params: idParams,
    handle: ({ tx, params, who, now }) => revokeApiKey(tx, params.id, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/users',
    tag,
    role: 'admin',
    summary: 'Who signs in',
    query: listQuery({}),
    response: listOf(user),
    handle: ({ tx, query }) => listUsers(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/users',
    tag,
    role: 'admin',
    status: 201,
    summary: 'Add somebody who signs in',
    body: z.strictObject({ email, name, role, password }),
    response: user,
    handle: async ({ tx, body, who, now }) => {
      const { password: plain, ...rest } = body
      return createUser(tx, { ...rest, passwordHash: await hash(plain) }, { who, now })
    },
  }),
  route({
    method: 'patch',
    path: '/api/users/{id}',
    tag,
    role: 'admin',
    versioned: true,
    summary: 'Change name, role or password, or switch off; the last admin stays one',
    params: idParams,
    body: z.strictObject({ name, role, password, disabled: z.boolean() }).partial(),
    response: user,
    handle: async ({ tx, params, body, version, who, now }) => {
      const { password: plain, ...rest } = body
      const passwordHash = plain === undefined ? undefined : await hash(plain)
      return updateUser(tx, params.id, { ...rest, passwordHash }, version, { who, now })
    },
  }),
  route({
    method: 'get',
    path: '/api/audit',
    tag,
    role: 'admin',
    summary: 'Who changed what, the newest first',
    query: listQuery({
      subject: z.string().max(60).optional(),
      subjectId: z.uuid().optional(),
      actorId: z.uuid().optional(),
    }),
    response: listOf(auditEntry),
    handle: ({ tx, query }) => listAudit(tx, query),
  }),
]
