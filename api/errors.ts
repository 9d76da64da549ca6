import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { type FieldError, Problem, type ProblemKind } from '../domain/problem.ts'
import type { Log } from './log.ts'

/** The one place where what is wrong becomes a status code. */
const statusOf: Record<ProblemKind, { status: number; title: string }> = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  notFound: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  stale: { status: 412, title: 'Changed by somebody else' },
  tooLarge: { status: 413, title: 'Too large' },
  unsupportedMedia: { status: 415, title: 'Unsupported content type' },
  invalid: { status: 422, title: 'Not valid' },
  versionRequired: { status: 428, title: 'If-Match is needed' },
  tooManyRequests: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Not available at the moment' },
}

export interface ProblemDocument {
  type: 'about:blank'
  title: string
  status: number
  detail: string
  errors: readonly FieldError[]
  requestId: string | null
}

interface HttpError {
  status?: unknown
  type?: unknown
  code?: unknown
}

/** Errors of libraries, told by their codes: body-parser's, the database's. Anything else is ours, and a 500. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const { status, type, code } = (error ?? {}) as HttpError
  if (type === 'entity.too.large')
    return new Problem('tooLarge', 'The body is larger than 1 MB, the most that is taken.')
  if (type === 'entity.parse.failed') return new Problem('malformed', 'The body is not valid JSON.')
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new Problem('unsupportedMedia', 'The body must be JSON in UTF-8.')
  if (code === '23505') return new Problem('conflict', 'Something with the same name or id exists already.')
  if (code === '23503') return new Problem('invalid', 'Something that is named here does not exist, or not any more.')
  if (code === '40001' || code === '40P01')
    return new Problem('conflict', 'Somebody else changed the same thing just now: try again.')
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem(status === 413 ? 'tooLarge' : 'malformed', 'The request cannot be read.')
  return null
}

export function sendProblem(res: Response, problem: Problem): void {
  const { status, title } = statusOf[problem.kind]
  sendDocument(res, { status, title, detail: problem.message, errors: problem.errors })
}

function sendDocument(res: Response, document: Pick<ProblemDocument, 'status' | 'title' | 'detail' | 'errors'>): void {
  const whole: ProblemDocument = { type: 'about:blank', ...document, requestId: requestIdOf(res) }
  if (document.status === 401) res.set('WWW-Authenticate', 'Bearer')
  res
    .status(document.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(whole))
}

export function requestIdOf(res: Response): string | null {
  const id: unknown = res.locals.requestId
  return typeof id === 'string' ? id : null
}

export const unknownRoute: RequestHandler = (req, res) => {
  sendProblem(
    res,
    new Problem('notFound', `There is nothing at ${req.method} ${req.baseUrl}${req.path}; /docs lists what there is.`),
  )
}

/** The last handler: every error leaves as a problem document; the text of an unexpected one stays in the log's code. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error)
    const problem = problemOf(error)
    if (problem) return sendProblem(res, problem)
    log.error({ requestId: requestIdOf(res), error: describeUnexpected(error) }, 'request failed')
    sendDocument(res, {
      status: 500,
      title: 'Something went wrong here',
      detail: 'The request failed through no fault of yours, and nothing was stored. Its id is in the log.',
      errors: [],
    })
  }
}

/** Name, code and place of an error, without its message, which may quote a row's values. */
export function describeUnexpected(error: unknown): { name: string; code: string | null; at: string | null } {
  const { name, code, stack } = (error ?? {}) as { name?: unknown; code?: unknown; stack?: unknown }
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
  return {
    name: typeof name === 'string' ? name : 'unknown',
    code: typeof code === 'string' ? code : null,
    at:
      frames
        .slice(0, 6)
        .map((line) => line.trim())
        .join(' | ') || null,
  }
}
