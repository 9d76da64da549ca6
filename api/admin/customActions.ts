import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { listCustomActions } from '../../db/queries/customActionList.ts'
import {
  createCustomAction,
  deleteCustomAction,
  editCustomAction,
  getCustomAction,
} from '../../db/queries/customActions.ts'
import { readReplanning, shownReplanning, withReplanning } from '../../db/queries/replanning.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { withDefaults } from '../../domain/checkDefinition.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import {
  currentCustomAction,
  customAction,
  customActionEdit,
  customActionFilters,
  listedCustomAction,
} from './customActionShapes.ts'
import { checkedEdit } from './definition.ts'

const tag = 'Custom actions'

export const customActionRoutes = [
  route({
    method: 'get',
    path: '/api/custom-actions',
    tag,
    role: 'staff',
    summary: 'All custom actions, with how many messages wait and how many went out in the last 7 days',
    query: listQuery(customActionFilters),
    response: listOf(listedCustomAction),
    handle: async ({ tx, query, now }) => {
      const { items, nextCursor } = await listCustomActions(tx, query, now)
      const progress = await readReplanning(
        tx,
        items.map(({ id }) => id),
      )
      return { items: items.map((item) => ({ ...item, ...shownReplanning(progress.get(item.id)) })), nextCursor }
    },
  }),
  route({
    method: 'post',
    path: '/api/custom-actions',
    tag,
    role: 'manager',
    status: 201,
    summary: 'Create a custom action; it is inactive unless it says otherwise',
    prepare: withDefaults,
    body: actionDefinitionSchema,
    response: customAction,
    handle: async ({ tx, body, who, now }) => {
      const definition = await checkedDefinition(tx, body, { isAdmin: who.role === 'admin' })
      return createCustomAction(tx, definition, { who, now })
    },
  }),
  route({
    method: 'get',
    path: '/api/custom-actions/{id}',
    tag,
    role: 'staff',
    summary: 'One custom action; its ETag is the version that an edit sends in If-Match',
    params: idParams,
    response: currentCustomAction,
    handle: async ({ tx, params }) => withReplanning(tx, await getCustomAction(tx, params.id)),
  }),
  route({
    method: 'patch',
    path: '/api/custom-actions/{id}',
    tag,
    role: 'manager',
    versioned: true,
    summary: 'Edit any setting; messages that wait are planned anew',
    params: idParams,
    body: customActionEdit,
    response: customAction,
    handle: async ({ tx, params, body, version, who, now }) => {
      const { before, definition } = await checkedEdit(tx, params.id, body, { version, role: who.role })
      return editCustomAction(tx, before, definition, { who, now })
    },
  }),
  route({
    method: 'delete',
    path: '/api/custom-actions/{id}',
    tag,
    role: 'manager',
    summary: 'Delete an action and drop what waits; what was sent stays in the ledger',
    params: idParams,
    handle: ({ tx, params, version, who, now }) => deleteCustomAction(tx, params.id, version, { who, now }),
  }),
]
