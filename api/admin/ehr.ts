import * as z from 'zod'
import {
  createEhrSource,
  deleteEhrSource,
  getEhrSource,
  listEhrSources,
  rotateEhrSource,
  updateEhrSource,
} from '../../db/queries/ehrSources.ts'
import { sftpCredentialsSchema } from '../../domain/inbound/sftp/settings.ts'
import { sourceNameSchema, sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'EHR'
const statuses = ['active', 'loading', 'disabled'] as const

const pullView = z.strictObject({
  nextAt: isoInstantOrNull,
  lastAt: isoInstantOrNull,
  isRunning: z.boolean(),
  lastError: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  failures: z.int(),
  types: z.array(
    z.strictObject({
      type: z.string(),
      isFirstRound: z.boolean(),
      isUnderWay: z.boolean(),
      pages: z.int(),
      resources: z.int(),
      lastAt: isoInstantOrNull,
    }),
  ),
})

/** Of the API's other calls about a source. */
export const ehrSource = z
  .strictObject({
    id: z.uuid(),
    version: z.int(),
    name: z.string(),
    kind: z.enum(['fhir', 'hl7v2', 'csv']),
    status: z.enum(statuses),
    settings: sourceSettingsSchema,
    createdAt: isoInstant,
    lastMessageAt: isoInstantOrNull,
    silentSince: isoInstantOrNull,
    hasCredentials: z.boolean(),
    pull: pullView.nullable(),
  })
  .meta({ id: 'EhrSource' })
const withSecret = z.strictObject({ ...ehrSource.shape, secret: z.string() }).meta({ id: 'EhrSourceWithSecret' })
const name = sourceNameSchema
/** What we prove ourselves with where we fetch: a token, a password, a private key (a JWK for FHIR); of an SFTP server also as an object. Never shown again. */
const credentials = z
  .union([z.string().trim().min(1, 'null takes them away').max(20_000), sftpCredentialsSchema])
  .nullable()
/** As they are kept. */
const kept = (given: NonNullable<z.output<typeof credentials>>) =>
  typeof given === 'string' ? given : JSON.stringify(given)

export const ehrRoutes = [
  route({
    method: 'get',
    path: '/api/ehr-sources',
    tag,
    role: 'admin',
    summary: 'The EHRs that post to us, or that we fetch from',
    query: listQuery({}),
    response: listOf(ehrSource),
    handle: ({ tx, query }) => listEhrSources(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/ehr-sources',
    tag,
    role: 'admin',
    status: 201,
    summary:
      'Let an EHR post to us; its secret is in the answer, and never shown again. loading: what it sends is history',
    body: z.strictObject({
      name,
      kind: z.enum(['fhir', 'hl7v2', 'csv']).default('fhir'),
      status: z.enum(statuses).default('active'),
      settings: sourceSettingsSchema.optional(),
      credentials: credentials.optional(),
    }),
    response: withSecret,
    handle: ({ tx, body: { credentials: given, ...body }, deps, who, now }) => {
      const source = { ...body, credentials: given == null ? given : kept(given) }
      return createEhrSource(tx, source, deps.encryption, { who, now })
    },
  }),
  route({
    method: 'get',
    path: '/api/ehr-sources/{id}',
    tag,
    role: 'admin',
    summary: 'One source, with how its fetching goes; its ETag is the version that an edit sends in If-Match',
    params: idParams,
    response: ehrSource,
    handle: ({ tx, params }) => getEhrSource(tx, params.id),
  }),
  route({
    method: 'patch',
    path: '/api/ehr-sources/{id}',
    tag,
    role: 'admin',
    versioned: true,
    summary:
      'Rename it, end its first load, switch it off, or say which of its messages are recalls and what is fetched from it; credentials are written, never shown',
    params: idParams,
    body: z.strictObject({ name, status: z.enum(statuses), settings: sourceSettingsSchema, credentials }).partial(),
    response: ehrSource,
    handle: ({ tx, params, body: { credentials: given, ...edit }, version, deps, who, now }) => {
      const credentialsEncrypted = given == null ? given : deps.encryption.encrypt(kept(given))
      return updateEhrSource(tx, params.id, { ...edit, credentialsEncrypted }, version, { who, now })
    },
  }),
  route({
    method: 'delete',
    path: '/api/ehr-sources/{id}',
    tag,
    role: 'admin',
    summary: 'Delete a source that never sent anything; any other is switched off instead',
    params: idParams,
    handle: ({ tx, params, who, now }) => deleteEhrSource(tx, params.id, { who, now }),
  }),
  route({
    method: 'post',
    path: '/api/ehr-sources/{id}/rotate',
    tag,
    role: 'admin',
    summary: 'A new secret; the old one stops working at once',
    params: idParams,
    response: withSecret,
    handle: ({ tx, params, deps, who, now }) => rotateEhrSource(tx, params.id, deps.encryption, { who, now }),
  }),
]
