import { Problem } from '../../domain/problem.ts'
import { isId } from '../newId.ts'

/** One page of a list, and where the next one begins; null when there is none. */
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
export interface PageRequest {
  limit: number
  cursor?: string | undefined
}

/** The sort key of the last row, opaque to clients: rows added meanwhile neither repeat nor hide others. */
export function encodeCursor(key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

type KeyPart = 'instant' | 'day' | 'id' | 'text' | 'number'

const fits: Record<KeyPart, (part: unknown) => boolean> = {
  instant: (part) =>
    typeof part === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(part) && !Number.isNaN(Date.parse(part)),
  day: (part) => typeof part === 'string' && /^\d{4}-\d\d-\d\d$/.test(part) && !Number.isNaN(Date.parse(part)),
  id: (part) => typeof part === 'string' && isId(part),
  text: (part) => typeof part === 'string' && part.length <= 1000 && !part.includes('\0') && part.isWellFormed(),
  number: (part) => Number.isSafeInteger(part) && Math.abs(part as number) < 2 ** 31,
}

/** Throws `malformed` for what `encodeCursor` did not make. `parts` says what the list sorts by. */
export function decodeCursor(cursor: string | undefined, parts: readonly KeyPart[]): (string | number)[] | null {
  if (cursor === undefined) return null
  let key: unknown = null
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    // Told below, like a key of the wrong shape.
  }
  if (Array.isArray(key) && key.length === parts.length && parts.every((part, index) => fits[part](key[index])))
    return key
  const message = 'take it unchanged from nextCursor of the page before'
  throw new Problem('malformed', `cursor: ${message}`, [{ path: 'cursor', message }])
}

/** Cuts what a query with `limit + 1` rows returned into a page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  key: (row: R) => readonly (string | number | null)[],
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  }
}
