import * as z from 'zod'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import {
  createCustomAction,
  definitionOf,
  editCustomAction,
  getCustomAction,
  lockCustomAction,
} from '../../db/queries/customActions.ts'
import { getCustomActionVersion, listCustomActionVersions } from '../../db/queries/customActionVersions.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import { editMany } from './bulkEdit.ts'
import { bulkEdit, bulkOutcome, customAction, customActionVersion } from './customActionShapes.ts'

const tag = 'Custom actions'

export const customActionHistoryRoutes = [
  route({
    method: 'post',
    path: '/api/custom-actions/bulk',
    tag,
    role: 'manager',
    summary: 'Change status, skipped rules or group of many actions; each has an outcome of its own',
    body: bulkEdit,
    response: bulkOutcome,
    handle: ({ tx, body, who, now }) => editMany(tx, body, who.role, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/custom-actions/{id}/versions',
    tag,
    role: 'staff',
    summary: 'What the action was at each version, the newest first',
    params: idParams,
    query: listQuery({}),
    response: listOf(customActionVersion),
    handle: ({ tx, params, query }) => listCustomActionVersions(tx, params.id, query),
  }),
  route({
    method: 'post',
    path: '/api/custom-actions/{id}/restore',
    tag,
    role: 'manager',
    summary: 'Make an earlier version the newest; whether it is active, and its group, stay as they are now',
    params: idParams,
    body: z.strictObject({ version: z.int().min(1) }),
    response: customAction,
    handle: async ({ tx, params, body, version, who, now }) => {
      const before = await lockCustomAction(tx, params.id, version)
      const { status, groupId } = definitionOf(before)
      const earlier = await getCustomActionVersion(tx, params.id, body.version)
      const isAdmin = who.role === 'admin'
      const definition = await checkedDefinition(tx, { ...earlier, status, groupId }, { isAdmin })
      return editCustomAction(tx, before, definition, { who, now })
    },
  }),
  route({
    method: 'post',
    path: '/api/custom-actions/{id}/duplicate',
    tag,
    role: 'manager',
    status: 201,
    summary: 'A copy of the action, inactive',
    params: idParams,
    response: customAction,
    handle: async ({ tx, params, who, now }) => {
      const original = definitionOf(await getCustomAction(tx, params.id))
      const title = `${original.title.slice(0, 190)} (copy)`
      const isAdmin = who.role === 'admin'
      const definition = await checkedDefinition(tx, { ...original, title, status: 'inactive' }, { isAdmin })
      return createCustomAction(tx, definition, { who, now })
    },
  }),
]
