import * as z from 'zod'
import { type CatchUpView, listCatchUps } from '../../db/queries/catchUpProgress.ts'
import { cancelCatchUp, previewCatchUp, startCatchUp } from '../../db/queries/catchUps.ts'
import { getCustomAction } from '../../db/queries/customActions.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { catchUpSchema } from '../../domain/catchUp.ts'
import { idParams } from '../input.ts'
import { route } from '../route.ts'

const tag = 'Custom actions'

const catchUp = z
  .strictObject({
    id: z.uuid(),
    overdueDays: z.int(),
    perDay: z.int(),
    state: z.enum(['running', 'done', 'cancelled']),
    recalls: z.int(),
    sent: z.int(),
    waiting: z.int(),
    firstDay: z.iso.date(),
    lastDay: z.iso.date(),
    createdAt: z.iso.datetime(),
    cancelledAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'CatchUp' }) satisfies z.ZodType<CatchUpView>

const catchUpReach = z
  .strictObject({
    recalls: z.int(),
    byDay: z.array(z.strictObject({ date: z.iso.date(), count: z.int() })),
    undeliverable: z.array(z.strictObject({ reason: z.string(), count: z.int() })),
  })
  .meta({ id: 'CatchUpReach' })

export const catchUpRoutes = [
  route({
    method: 'post',
    path: '/api/custom-actions/{id}/catch-ups/preview',
    tag,
    role: 'manager',
    summary: 'Which overdue recalls the action would catch up with, and on which days; nothing is stored',
    params: idParams,
    body: catchUpSchema,
    response: catchUpReach,
    handle: async ({ tx, params, body, deps, now }) => {
      const action = await getCustomAction(tx, params.id)
      const asked = { definition: actionDefinitionSchema.strip().parse(action), actionId: params.id }
      return previewCatchUp(tx, await deps.configuration.read(tx), asked, body, now)
    },
  }),
  route({
    method: 'post',
    path: '/api/custom-actions/{id}/catch-ups',
    tag,
    role: 'manager',
    status: 201,
    summary: 'Catch up with recalls overdue up to so many days, so many a day, the oldest first',
    params: idParams,
    body: catchUpSchema,
    response: catchUp,
    handle: ({ tx, params, body, who, now }) => startCatchUp(tx, params.id, body, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/custom-actions/{id}/catch-ups',
    tag,
    role: 'staff',
    summary: 'The catch-ups of an action and how far they have come, the latest first',
    params: idParams,
    response: z.strictObject({ items: z.array(catchUp) }),
    handle: async ({ tx, params, now }) => {
      await getCustomAction(tx, params.id)
      return { items: await listCatchUps(tx, params.id, now) }
    },
  }),
  route({
    method: 'post',
    path: '/api/custom-actions/{id}/catch-ups/{catchUpId}/cancel',
    tag,
    role: 'manager',
    summary: 'Stop what is left of a catch-up; what was sent stays sent',
    params: z.strictObject({ id: z.uuid(), catchUpId: z.uuid() }),
    response: catchUp,
    handle: ({ tx, params, who, now }) => cancelCatchUp(tx, params.id, params.catchUpId, { who, now }),
  }),
]
