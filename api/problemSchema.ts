import * as z from 'zod'

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(
      z.object({ path: z.string(), message: z.string(), line: z.int().optional(), column: z.int().optional() }),
    ),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457: what is wrong, where, and what would be right.' })

/** Every answer that is no success. */
export const problemAnswer = { description: 'A problem.', content: { 'application/problem+json': { schema: problem } } }
