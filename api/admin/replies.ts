import * as z from 'zod'
import { newId } from '../../db/newId.ts'
import { isOptedOut } from '../../db/queries/consents.ts'
import { getReply, listReplies, markReply, storeAnswer } from '../../db/queries/replies.ts'
import { textChannels } from '../../domain/action.ts'
import { Problem } from '../../domain/problem.ts'
import { sendDirect } from '../direct.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { outsideRoute, route } from '../route.ts'

const tag = 'Inbox'

const reply = z
  .strictObject({
    id: z.uuid(),
    direction: z.enum(['in', 'out']),
    patientId: z.uuid().nullable(),
    staffMemberId: z.uuid().nullable(),
    careEventId: z.uuid().nullable(),
    deliveryId: z.uuid().nullable(),
    channel: z.enum(textChannels),
    address: z.string(),
    body: z.string(),
    meaning: z.string(),
    receivedAt: isoInstant,
    handledAt: isoInstantOrNull,
    answerTo: z.uuid().nullable(),
  })
  .meta({ id: 'Reply' })

export const replyRoutes = [
  route({
    method: 'get',
    path: '/api/replies',
    tag,
    role: 'staff',
    summary: 'What patients answered, the newest first; open=true: what nobody has handled yet',
    query: listQuery({
      open: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
      patientId: z.uuid().optional(),
    }),
    response: listOf(reply),
    handle: ({ tx, query, deps }) => listReplies(tx, query, deps.encryption),
  }),
  route({
    method: 'patch',
    path: '/api/replies/{id}',
    tag,
    role: 'staff',
    summary: 'Take it out of the inbox, or put it back',
    params: idParams,
    body: z.strictObject({ handled: z.boolean() }),
    response: reply,
    handle: ({ tx, params, body, deps, who, now }) =>
      markReply(tx, params.id, body.handled, deps.encryption, { who, now }),
  }),
  outsideRoute({
    method: 'post',
    path: '/api/replies/{id}/answer',
    tag,
    role: 'staff',
    status: 201,
    summary: 'Answer by text; the reply leaves the inbox',
    params: idParams,
    body: z.strictObject({ body: z.string().trim().min(1, 'an answer needs a text').max(1600) }),
    response: reply,
    handle: async ({ deps, params, body, who, now }) => {
      const { database, encryption } = deps
      const asked = await database.inOrganization(who.organizationId, async (tx) => {
        const found = await getReply(tx, params.id, encryption)
        if (found.direction === 'out') throw new Problem('conflict', 'This is an answer itself: answer the reply.')
        if (found.meaning === 'wrongPerson')
          throw new Problem('conflict', 'Whoever is there is not the patient: ask the patient for another number.')
        if (await isOptedOut(tx, found.address))
          throw new Problem('conflict', 'This phone has opted out: no text may be sent there. Call instead.')
        return found
      })
      const sent = { channel: asked.channel, to: asked.address, subject: null, body: body.body }
      await sendDirect(deps, who.organizationId, sent)
      return database.inOrganization(who.organizationId, (tx) =>
        storeAnswer(tx, { id: newId(), asked, body: body.body }, encryption, { who, now }),
      )
    },
  }),
]
