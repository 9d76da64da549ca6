import type { Request } from 'express'
import * as z from 'zod'
import { type FieldError, invalid, notFound, Problem } from '../domain/problem.ts'

/** `message.body`, `filters.codes.0.code`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** Zod's issues, with an unknown field named by its own path. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: fieldPath([...issue.path, key]), message: 'there is no such field' }))
    if (issue.code === 'invalid_union' && issue.errors.length === 1)
      return fieldErrors(new z.ZodError(issue.errors[0] ?? [])).map((inner) => ({
        ...inner,
        path: fieldPath([...issue.path, ...(inner.path ? [inner.path] : [])]),
      }))
    // A name inside a record, such as a language: what is wrong with the name itself.
    if (issue.code === 'invalid_key')
      return issue.issues.map(({ message }) => ({ path: fieldPath(issue.path), message }))
    return [{ path: fieldPath(issue.path), message: issue.message }]
  })
}

/** Nothing in the contract is nested nearly as deep. */
const deepest = 20

/** Characters that no text has and the database refuses: NUL, and halves of surrogate pairs. Without recursion. */
function textErrors(value: unknown): FieldError[] {
  const errors: FieldError[] = []
  const waiting: { path: string; depth: number; value: unknown }[] = [{ path: '', depth: 0, value }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth, value: part } = next
    if (depth > deepest) return [{ path, message: 'is nested too deeply' }]
    if (typeof part === 'string' && (part.includes('\0') || !part.isWellFormed()))
      errors.push({ path, message: 'has a character that is none (U+0000, or half of a surrogate pair)' })
    if (typeof part === 'object' && part !== null)
      for (const [name, inner] of Object.entries(part)) {
        if (name.includes('\0') || !name.isWellFormed())
          errors.push({ path, message: 'has a field whose name is no text' })
        else waiting.push({ path: path === '' ? name : `${path}.${name}`, depth: depth + 1, value: inner })
      }
  }
  return errors
}

/** Throws `invalid` with every error at once. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const unreadable = textErrors(value)
  if (unreadable.length > 0) throw invalid(unreadable)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(fieldErrors(result.error))
}

/** A query string that the contract does not know is a mistake of the caller, told as such. */
export function checkedQuery<T>(schema: z.ZodType<T>, value: unknown): T {
  const unreadable = textErrors(value)
  const result = schema.safeParse(value)
  if (result.success && unreadable.length === 0) return result.data
  const errors = result.success ? unreadable : fieldErrors(result.error)
  throw new Problem('malformed', `${errors[0]?.path ?? 'query'}: ${errors[0]?.message ?? 'not valid'}`, errors)
}

/** An id that is no UUID names nothing. */
export function checkedParams<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw notFound('thing')
}

/** The version that an edit was made from: `If-Match: "3"`; `any` for `*`; null without the header. */
export function ifMatch(req: Request): number | 'any' | null {
  const header = req.get('if-match')?.trim()
  if (header === undefined) return null
  if (header === '*') return 'any'
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1]
  if (version === undefined) throw new Problem('malformed', 'If-Match: give the version of what you edited, e.g. "3".')
  return Number(version)
}

export const idParams = z.object({ id: z.uuid() })

const limit = z.coerce.number('limit is a number from 1 to 200').int().min(1).max(200, 'at most 200').default(50)

/** The query of a list: `limit`, `cursor` and the filters of its own; anything else is refused. */
export function listQuery<T extends z.ZodRawShape>(filters: T) {
  return z.strictObject({ limit, cursor: z.string().max(2000).optional(), ...filters })
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })
}

export const isoInstant = z.iso.datetime({ precision: 3 })
export const isoInstantOrNull = isoInstant.nullable()
/** An instant in a query: any offset is taken. Epoch milliseconds. */
export const instantParameter = z.iso
  .datetime({ offset: true, error: 'an instant is ISO 8601 with an offset, e.g. 2026-03-09T13:00:00Z' })
  .transform((text) => Date.parse(text))
