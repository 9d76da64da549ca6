import { Problem, type ProblemKind } from '../domain/problem.ts'

interface Oops {
  status: number
  title: string
  /** null: what the problem itself says. */
  text: string | null
}

const pages: Record<ProblemKind, Oops> = {
  malformed: { status: 400, title: 'That request cannot be read', text: null },
  unauthenticated: { status: 401, title: 'Please sign in', text: null },
  forbidden: { status: 403, title: 'Your role does not include this', text: null },
  notFound: {
    status: 404,
    title: 'There is nothing here',
    text: 'It may have been deleted, or the address has a typing mistake.',
  },
  conflict: { status: 409, title: 'That did not work', text: null },
  stale: { status: 412, title: 'Somebody else changed this', text: null },
  tooLarge: { status: 413, title: 'That is too large', text: null },
  unsupportedMedia: { status: 415, title: 'That kind of request is not taken here', text: null },
  invalid: { status: 422, title: 'Something needs another look', text: null },
  versionRequired: { status: 428, title: 'Somebody else may have changed this', text: null },
  tooManyRequests: { status: 429, title: 'Too many tries', text: null },
  unavailable: { status: 503, title: 'Not available at the moment', text: null },
}

const unexpected: Oops = {
  status: 500,
  title: 'Something went wrong here',
  text: 'This is our mistake, not yours, and nothing was changed. Trying again in a moment often helps.',
}

/** The page for an error: its status, a title and a sentence; the text of an unexpected one is never shown. */
export function oopsOf(error: unknown): Oops & { text: string } {
  const problem = problemOf(error)
  const oops = problem ? pages[problem.kind] : unexpected
  return { ...oops, text: oops.text ?? problem?.message ?? '' }
}

/** A problem of ours, or of the form parser's (told by its type); null for what nobody expected. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
  if (type === 'entity.too.large' || type === 'parameters.too.many')
    return new Problem('tooLarge', 'The form is larger than is taken here.')
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem('malformed', 'The request cannot be read.')
  return null
}

export function statusOf(problem: Problem): number {
  return pages[problem.kind].status
}
