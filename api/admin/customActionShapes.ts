import * as z from 'zod'
import { actionDefinitionSchema, actionTypes, messageSchema, ruleNames } from '../../domain/action.ts'
import { isoInstant, isoInstantOrNull } from '../input.ts'

const stored = {
  id: z.uuid(),
  version: z.int(),
  createdAt: isoInstant,
  editedAt: isoInstant,
  activatedAt: isoInstantOrNull,
}

/** What a stored action has beside its definition: where only a text is asked for, it may come along, and says nothing. */
export const customActionReadOnly = {
  id: z.unknown().optional(),
  version: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  editedAt: z.unknown().optional(),
  activatedAt: z.unknown().optional(),
  waiting: z.unknown().optional(),
  sentLast7Days: z.unknown().optional(),
  replanning: z.unknown().optional(),
}

/** A custom action as the contract shows it: what an admin defined, with what the server keeps beside it. */
export const customAction = z.strictObject({ ...stored, ...actionDefinitionSchema.shape }).meta({ id: 'CustomAction' })

/** There only while an edit is being planned anew. */
export const replanning = z
  .strictObject({ total: z.int(), left: z.int() })
  .optional()
  .meta({ description: 'While what an edit touched is planned anew: how many care events, and how many are left' })

export const currentCustomAction = z
  .strictObject({ ...customAction.shape, replanning })
  .meta({ id: 'CurrentCustomAction' })

export const listedCustomAction = z
  .strictObject({ ...customAction.shape, waiting: z.int(), sentLast7Days: z.int(), replanning })
  .meta({ id: 'ListedCustomAction' })

export const customActionVersion = z
  .strictObject({
    version: z.int(),
    at: isoInstant,
    by: z.string().nullable(),
    definition: actionDefinitionSchema,
    templateMessage: messageSchema.nullable(),
  })
  .meta({ id: 'CustomActionVersion' })

/**
 * An edit: any of the fields of a new action; `message`, `channels`, `timing` and `filters` may be given in part.
 * The whole, with the edit laid over it, is then checked like a new action.
 */
export const customActionEdit = z.record(z.string(), z.unknown()).meta({
  id: 'CustomActionEdit',
  description: 'Any fields of a new custom action; message, channels, timing and filters may be given in part.',
  override: ({ jsonSchema }) => {
    const { properties } = z.toJSONSchema(actionDefinitionSchema, { io: 'input', target: 'draft-2020-12' })
    Object.assign(jsonSchema, { type: 'object', additionalProperties: false, properties: withoutRequired(properties) })
    delete jsonSchema.propertyNames
  },
})

/** In an edit nothing inside the four parts is required either. */
function withoutRequired(properties: unknown): unknown {
  return Object.fromEntries(
    Object.entries((properties ?? {}) as Record<string, Record<string, unknown>>).map(([name, schema]) => {
      const { required: _required, ...rest } = schema
      return [name, rest]
    }),
  )
}

export const bulkEdit = z
  .strictObject({
    ids: z.array(z.uuid()).min(1, 'name at least one action').max(500),
    status: z.enum(['active', 'inactive']).optional(),
    skippedRules: z.array(z.enum(ruleNames)).max(4).optional(),
    groupId: z.uuid().nullable().optional(),
  })
  .refine(
    ({ status, skippedRules, groupId }) => status !== undefined || skippedRules !== undefined || groupId !== undefined,
    {
      message: 'say what to change: status, skippedRules or groupId',
    },
  )

export const bulkOutcome = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.uuid(),
      outcome: z.enum(['changed', 'unchanged', 'notFound', 'refused']),
      version: z.int().nullable(),
      errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
    }),
  ),
})

export const customActionSorts = [
  'title',
  '-title',
  'createdAt',
  '-createdAt',
  'editedAt',
  '-editedAt',
  'type',
  'status',
] as const

export const customActionFilters = {
  type: z.enum(actionTypes).optional(),
  status: z.enum(['active', 'inactive']).optional(),
  groupId: z.union([z.uuid(), z.literal('none')], 'a group’s id, or none').optional(),
  q: z.string().trim().max(200).optional(),
  sort: z.enum(customActionSorts).default('-createdAt'),
}
