import { Problem } from '../../domain/problem.ts'

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

/** Throws `malformed` for what `encodeCursor` did not make. `parts` is how many values the list sorts by. */
export function decodeCursor(cursor: string | undefined, parts: number): (string | number | null)[] | null {
  if (cursor === undefined) return null
  const unreadable = new Problem('malformed', 'cursor: take it unchanged from nextCursor of the page before.', [
    { path: 'cursor', message: 'take it unchanged from nextCursor of the page before' },
  ])
  let key: unknown
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw unreadable
  }
  if (!Array.isArray(key) || key.length !== parts) throw unreadable
  const ok = key.every(
    (part) => part === null || typeof part === 'number' || (typeof part === 'string' && part.length <= 500),
  )
  if (!ok) throw unreadable
  return key
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
