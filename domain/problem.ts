/** What can be wrong with a request, whoever finds it: the API, a query, a page. The status codes are the API's. */
export const problemKinds = [
  'malformed',
  'invalid',
  'unauthenticated',
  'forbidden',
  'notFound',
  'conflict',
  'stale',
  'versionRequired',
  'tooLarge',
  'unsupportedMedia',
  'tooManyRequests',
  'unavailable',
] as const
export type ProblemKind = (typeof problemKinds)[number]

/** One thing that is wrong: where (a path such as `timing.offset`), what, and what would be right. */
export interface FieldError {
  path: string
  message: string
  /** Of a message's text, both from 1. */
  line?: number
  column?: number
}

/** A request that is refused with a reason its sender can act on; nothing of it is stored. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly errors: readonly FieldError[]
  constructor(kind: ProblemKind, message: string, errors: readonly FieldError[] = []) {
    super(message)
    this.name = 'Problem'
    this.kind = kind
    this.errors = errors
  }
}

/** Several things wrong with what was sent, all told at once. */
export function invalid(errors: readonly FieldError[]): Problem {
  const [first] = errors
  const message = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'What was sent is not valid.'
  return new Problem('invalid', errors.length > 1 ? `${message} (and ${errors.length - 1} more)` : message, errors)
}

/** `what` is a glossary word, e.g. "custom action". */
export function notFound(what: string): Problem {
  return new Problem('notFound', `There is no such ${what}.`)
}
