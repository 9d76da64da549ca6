import * as z from 'zod'
import { checkedTemplate } from '../../db/queries/checkedTemplate.ts'
import {
  createTemplate,
  deleteTemplate,
  editTemplate,
  getTemplate,
  listTemplates,
  lockTemplate,
} from '../../db/queries/templates.ts'
import { actionTypes, messageSchema } from '../../domain/action.ts'
import { checked, idParams, isoInstant, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'Message templates'
const content = z.strictObject({
  name: z.string('a template needs a name').trim().min(1, 'a template needs a name to find it again').max(200),
  message: messageSchema,
})
const user = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  type: z.enum(actionTypes),
  status: z.enum(['active', 'inactive']),
})
const template = z
  .strictObject({
    id: z.uuid(),
    version: z.int(),
    ...content.shape,
    createdAt: isoInstant,
    editedAt: isoInstant,
    usedBy: z.array(user),
  })
  .meta({ id: 'MessageTemplate' })

/** The message may be given in part; the whole, with the edit laid over it, is then checked like a new template. */
const edit = z.strictObject({
  name: content.shape.name.optional(),
  message: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'Any fields of a message; what is left out stays.' }),
})

export const templateRoutes = [
  route({
    method: 'get',
    path: '/api/templates',
    tag,
    role: 'staff',
    summary: 'Message templates by name, each with the actions that use it',
    query: listQuery({ q: z.string().trim().max(200).optional() }),
    response: listOf(template),
    handle: ({ tx, query }) => listTemplates(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/templates',
    tag,
    role: 'manager',
    status: 201,
    summary: 'Write a message template',
    body: content,
    response: template,
    handle: async ({ tx, body, who, now }) => createTemplate(tx, await checkedTemplate(tx, body, null), { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/templates/{id}',
    tag,
    role: 'staff',
    summary: 'One message template; its ETag is the version that an edit sends in If-Match',
    params: idParams,
    response: template,
    handle: ({ tx, params }) => getTemplate(tx, params.id),
  }),
  route({
    method: 'patch',
    path: '/api/templates/{id}',
    tag,
    role: 'manager',
    versioned: true,
    summary: 'Edit a template; a new text is an edit of every action that uses it, and what waits is planned anew',
    params: idParams,
    body: edit,
    response: template,
    handle: async ({ tx, params, body, version, who, now }) => {
      const before = await lockTemplate(tx, params.id, version)
      const merged = checked(content, {
        name: body.name ?? before.name,
        message: { ...before.message, ...body.message },
      })
      return editTemplate(tx, before, await checkedTemplate(tx, merged, before), { who, now })
    },
  }),
  route({
    method: 'delete',
    path: '/api/templates/{id}',
    tag,
    role: 'manager',
    summary: 'Delete a template that no action uses',
    params: idParams,
    handle: async ({ tx, params, version, who, now }) => {
      await deleteTemplate(tx, params.id, version, { who, now })
      return undefined
    },
  }),
]
