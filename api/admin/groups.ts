import * as z from 'zod'
import { createGroup, deleteGroup, listGroups, updateGroup } from '../../db/queries/actionGroups.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const name = z.string().trim().min(1, 'a group needs a name').max(100)
const position = z.int().min(0).max(10_000)
const group = z.strictObject({ id: z.uuid(), name: z.string(), position: z.int() }).meta({ id: 'ActionGroup' })
const tag = 'Groups'

export const groupRoutes = [
  route({
    method: 'get',
    path: '/api/groups',
    tag,
    role: 'staff',
    summary: 'Groups of custom actions, in their order',
    query: listQuery({}),
    response: listOf(group),
    handle: ({ tx, query }) => listGroups(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/groups',
    tag,
    role: 'manager',
    status: 201,
    summary: 'Add a group; without a position it goes last',
    body: z.strictObject({ name, position: position.optional() }),
    response: group,
    handle: ({ tx, body, who, now }) => createGroup(tx, body, { who, now }),
  }),
  route({
    method: 'patch',
    path: '/api/groups/{id}',
    tag,
    role: 'manager',
    summary: 'Rename or move a group; the others make room',
    params: idParams,
    body: z.strictObject({ name: name.optional(), position: position.optional() }),
    response: group,
    handle: ({ tx, params, body, who, now }) => updateGroup(tx, params.id, body, { who, now }),
  }),
  route({
    method: 'delete',
    path: '/api/groups/{id}',
    tag,
    role: 'manager',
    summary: 'Delete a group; its actions stay, without a group',
    params: idParams,
    handle: ({ tx, params, who, now }) => deleteGroup(tx, params.id, { who, now }),
  }),
]
