import * as z from 'zod'
import { listFeed } from '../../db/queries/feed.ts'
import { getFeedMessage, listedEntries, readRawMessage } from '../../db/queries/feedMessage.ts'
import { replayMessage, replayMessages } from '../../db/queries/inbound/replay.ts'
import { feedOutcomes, recordFeedOutcomes } from '../../domain/inbound/feed.ts'
import { rawText } from '../../domain/inbound/rawText.ts'
import { describeUnexpected } from '../errors.ts'
import { idParams, instantParameter, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { outsideRoute, route } from '../route.ts'

const tag = 'EHR'

const reason = z.looseObject({ path: z.string(), message: z.string() })
const feedMessage = z
  .strictObject({
    id: z.uuid(),
    sourceId: z.uuid(),
    source: z.string(),
    contentType: z.string(),
    kind: z.string().nullable(),
    controlId: z.string().nullable(),
    receivedAt: isoInstant,
    saidAt: isoInstantOrNull,
    outcome: z.enum(feedOutcomes),
    reasons: z.array(reason),
    records: z.int(),
    became: z.array(
      z.strictObject({
        kind: z.string().nullable(),
        resource: z.string().nullable(),
        outcome: z.enum(recordFeedOutcomes),
        count: z.int(),
      }),
    ),
    hasRaw: z.boolean(),
    replayedAt: isoInstantOrNull,
  })
  .meta({ id: 'FeedMessage' })
const feedEntry = z
  .strictObject({
    position: z.int(),
    resource: z.string().nullable(),
    kind: z.string().nullable(),
    externalId: z.string().nullable(),
    outcome: z.enum(recordFeedOutcomes),
    reasons: z.array(reason),
    careEventId: z.uuid().nullable(),
    patientId: z.uuid().nullable(),
  })
  .meta({ id: 'FeedEntry' })
const feedMessageDetails = z
  .strictObject({ ...feedMessage.shape, entries: z.array(feedEntry) })
  .meta({ id: 'FeedMessageDetails' })

const text = z.string().trim().min(1).max(200)
const filters = {
  outcome: z.enum(feedOutcomes).optional(),
  sourceId: z.uuid().optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  kind: text.optional(),
  externalId: text.optional(),
  controlId: text.optional(),
  reason: text.optional(),
  careEventId: z.uuid().optional(),
  patientId: z.uuid().optional(),
}

const replayed = z
  .strictObject({ messageId: z.uuid(), outcome: z.enum(feedOutcomes), reasons: z.array(reason) })
  .meta({ id: 'Replayed' })
const replayRequest = z
  .strictObject({
    ids: z
      .array(z.uuid())
      .min(1, 'name at least one message')
      .max(200, 'at most 200: take a filter instead')
      .optional(),
    filter: z.strictObject(filters).optional(),
    limit: z.int().min(0).max(200, 'at most 200').default(50),
    cursor: z.string().max(2000).optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ['filter'],
    message: 'say which messages: either ids, or a filter, e.g. {"outcome": "quarantined"}',
  })
  .meta({ id: 'ReplayRequest' })

export const feedRoutes = [
  route({
    method: 'get',
    path: '/api/feed',
    tag,
    role: 'staff',
    summary:
      'The messages of the EHRs, the newest first, and what became of them. kind: FHIR’s resource type or HL7’s event; careEventId and patientId: the messages they came from; reason: part of its text',
    query: listQuery(filters),
    response: listOf(feedMessage),
    handle: ({ tx, query }) => listFeed(tx, query),
  }),
  route({
    method: 'get',
    path: '/api/feed/{id}',
    tag,
    role: 'staff',
    summary: `One message with what each of its records became, or why it was refused (the first ${listedEntries} records)`,
    params: idParams,
    response: feedMessageDetails,
    handle: ({ tx, params }) => getFeedMessage(tx, params.id),
  }),
  route({
    method: 'get',
    path: '/api/feed/{id}/raw',
    tag,
    role: 'admin',
    summary: 'A message as it came, patient data and all; that it was read is recorded',
    params: idParams,
    response: z
      .strictObject({ contentType: z.string(), bytes: z.int(), text: z.string(), base64: z.string() })
      .meta({ id: 'RawMessage' }),
    handle: async ({ tx, params, deps, who, now }) => {
      const { contentType, body } = await readRawMessage(tx, params.id, deps.encryption, { who, now })
      return { contentType, bytes: body.length, text: rawText(contentType, body), base64: body.toString('base64') }
    },
  }),
  outsideRoute({
    method: 'post',
    path: '/api/feed/{id}/replay',
    tag,
    role: 'admin',
    summary:
      'Take a message again, e.g. after what kept it in quarantine was fixed. It keeps its place in the order of arrival',
    params: idParams,
    response: replayed,
    handle: async ({ deps: { database, encryption }, params, who, now }) => {
      const by = { who, now }
      const { before, ...rest } = await replayMessage({ database, encryption }, who.organizationId, params.id, by)
      return rest
    },
  }),
  outsideRoute({
    method: 'post',
    path: '/api/feed/replay',
    tag,
    role: 'admin',
    summary:
      'Take many messages again, in the order in which they arrived: those of ids, or of a filter. At most limit a call; call again with nextCursor until it is null. With limit 0 nothing is taken: remaining says how many it would be, and nextCursor goes on with just these',
    body: replayRequest,
    response: z
      .strictObject({
        items: z.array(z.strictObject({ ...replayed.shape, before: z.enum(feedOutcomes) })),
        remaining: z.int(),
        nextCursor: z.string().nullable(),
      })
      .meta({ id: 'ReplayProgress' }),
    handle: ({ deps: { database, encryption, log }, body, who, now }) =>
      replayMessages({ database, encryption }, who.organizationId, body, { who, now }, (messageId, error) =>
        log.error({ messageId, error: describeUnexpected(error) }, 'EHR message failed again'),
      ),
  }),
]
