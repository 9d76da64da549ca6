import * as z from 'zod'
import { actionTypes } from '../../domain/action.ts'
import { allSquigglies, squiggliesFor, squigglyFilters } from '../../domain/squigglies.ts'
import { route } from '../route.ts'

const squiggly = z
  .strictObject({
    name: z.string(),
    meaning: z.string(),
    example: z.string(),
    value: z.string(),
    types: z.array(z.enum(actionTypes)),
    recipients: z.array(z.enum(['patient', 'staff'])),
    phi: z.boolean(),
    secureOnly: z.boolean(),
  })
  .meta({ id: 'Squiggly' })

export const squigglyRoutes = [
  route({
    method: 'get',
    path: '/api/squigglies',
    tag: 'Custom actions',
    role: 'staff',
    summary: 'The placeholders that messages may use, and the filters for them',
    query: z.strictObject({ type: z.enum(actionTypes).optional() }),
    response: z.strictObject({
      items: z.array(squiggly),
      filters: z.array(z.strictObject({ name: z.string(), meaning: z.string(), example: z.string() })),
      nextCursor: z.null(),
    }),
    handle: async ({ query }) => ({
      items: (query.type === undefined ? allSquigglies : squiggliesFor(query.type)).map((entry) => ({
        ...entry,
        types: [...entry.types],
        recipients: [...entry.recipients],
      })),
      filters: [...squigglyFilters],
      nextCursor: null,
    }),
  }),
]
