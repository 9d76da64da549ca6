import * as z from 'zod'
import {
  createEhrSource,
  deleteEhrSource,
  listEhrSources,
  rotateEhrSource,
  updateEhrSource,
} from '../../db/queries/ehrSources.ts'
import { sourceNameSchema, sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'EHR'
const statuses = ['active', 'loading', 'disabled'] as const

const ehrSource = z
  .strictObject({
    id: z.uuid(),
    version: z.int(),
    name: z.string(),
    kind: z.enum(['fhir', 'hl7v2', 'csv']),
    status: z.enum(statuses),
    settings: sourceSettingsSchema,
    createdAt: isoInstant,
    lastMessageAt: isoInstantOrNull,
  })
  .meta({ id: 'EhrSource' })
const withSecret = z.strictObject({ ...ehrSource.shape, secret: z.string() }).meta({ id: 'EhrSourceWithSecret' })
const name = sourceNameSchema

export const ehrRoutes = [
  route({
    method: 'get',
    path: '/api/ehr-sources',
    tag,
    role: 'admin',
    summary: 'The EHRs that post to us',
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
    }),
    response: withSecret,
    handle: ({ tx, body, deps, who, now }) => createEhrSource(tx, body, deps.encryption, { who, now }),
  }),
  route({
    method: 'patch',
    path: '/api/ehr-sources/{id}',
    tag,
    role: 'admin',
    versioned: true,
    summary: 'Rename it, end its first load, switch it off, or say which of its messages are recalls',
    params: idParams,
    body: z.strictObject({ name, status: z.enum(statuses), settings: sourceSettingsSchema }).partial(),
    response: ehrSource,
    handle: ({ tx, params, body, version, who, now }) => updateEhrSource(tx, params.id, body, version, { who, now }),
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
