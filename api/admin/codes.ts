import * as z from 'zod'
import { codeNames } from '../../db/codeNames.ts'
import { codeSystems } from '../../domain/careEvent.ts'
import { nameOfCode, searchCodes, writeCode } from '../../domain/codeNames.ts'
import { normalizeCode, parseCodePattern } from '../../domain/codes.ts'
import { invalid } from '../../domain/problem.ts'
import { route } from '../route.ts'

const tag = 'Codes'
const system = z.enum(codeSystems)
const suggestion = z
  .strictObject({ system, code: z.string(), pattern: z.string(), name: z.string().nullable() })
  .meta({ id: 'CodeSuggestion' })

export const codeRoutes = [
  route({
    method: 'get',
    path: '/api/codes',
    tag,
    role: 'staff',
    summary:
      'Codes by their beginning or the words of their names; pattern is what goes into a filter. CPT’s names are licensed: codes only',
    query: z.strictObject({
      system,
      q: z.string().trim().min(1, 'give a code, or words of a name').max(100),
      limit: z.coerce.number().int().min(1).max(50, 'at most 50').default(20),
    }),
    response: z.strictObject({ items: z.array(suggestion), nextCursor: z.null() }),
    handle: async ({ query: { system, q, limit } }) => ({
      items: searchCodes(await codeNames(system), system, q, limit),
      nextCursor: null,
    }),
  }),
  route({
    method: 'get',
    path: '/api/codes/{system}/{code}',
    tag,
    role: 'staff',
    summary: 'The name of one code, or of the nearest one above it; null where there is none',
    params: z.object({ system, code: z.string().max(40) }),
    response: z.strictObject({ system, code: z.string(), name: z.string().nullable() }).meta({ id: 'NamedCode' }),
    handle: async ({ params: { system, code } }) => {
      const pattern = parseCodePattern({ system, code })
      if (typeof pattern === 'string') throw invalid([{ path: 'code', message: pattern }])
      const written = pattern.kind === 'exact' ? writeCode(system, normalizeCode(system, code)) : code.toUpperCase()
      return { system, code: written, name: nameOfCode(await codeNames(system), system, code) }
    },
  }),
]
