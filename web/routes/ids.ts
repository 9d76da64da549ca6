import { notFound } from '../../domain/problem.ts'
import type { Visit } from '../visit.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isId(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value)
}

/** The id in the page's address; what is none names nothing. `what` is a glossary word, e.g. "custom action". */
export function idOf({ params }: Visit, what: string): string {
  if (!isId(params.id)) throw notFound(what)
  return params.id
}
