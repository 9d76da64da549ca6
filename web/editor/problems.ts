import type * as z from 'zod'
import type { FieldError } from '../../domain/problem.ts'

/** A problem beside its field, and in the list on top, which leads to the field. */
export interface FieldProblem {
  path: string
  message: string
  href: string | null
}

const labels: [prefix: string, label: string, id: string][] = [
  ['title', 'Title', 'title'],
  ['groupId', 'Group', 'groupId'],
  ['timing.offset', 'When', 'timing-offset'],
  ['timing.unit', 'When', 'timing-offset'],
  ['timing.direction', 'When', 'timing-offset'],
  ['timing.timeOfDay', 'Time of day', 'timing-timeOfDay'],
  ['filters.facilityIds', 'Facilities', 'filter-facilityIds'],
  ['filters.providerIds', 'Providers', 'filter-providerIds'],
  ['filters.appointmentTypeIds', 'Appointment types', 'filter-appointmentTypeIds'],
  ['filters.statuses', 'Statuses', 'filter-statuses'],
  ['filters.confirmation', 'Confirmation', 'filter-confirmation'],
  ['message', 'Message', 'message-body'],
  ['channels', 'Channel', 'channels-override'],
  ['timing.maxLatenessMinutes', 'Latest', 'timing-maxLatenessMinutes'],
  ['timing.acceptLateDays', 'Booked too late', 'timing-acceptLateDays'],
]

/** Better words than the schema's for what only a form can get wrong. */
const plain: [test: RegExp, message: string][] = [
  [/^timing\.offset$/, 'give a whole number, 0 or more'],
  [/^timing\.(maxLatenessMinutes|acceptLateDays)$/, 'give a whole number within the limits'],
  [/^filters\.\w+$/, 'tick at least one, or choose any'],
]

/** The form's problems: one per field, in the order of the page. */
export function fieldProblems(errors: readonly FieldError[]): FieldProblem[] {
  const seen = new Set<string>()
  return errors
    .map((error) => ({ error, at: labels.findIndex(([prefix]) => error.path.startsWith(prefix)) }))
    .sort((a, b) => order(a.at) - order(b.at))
    .flatMap(({ error, at }) => {
      const [prefix, label, id] = labels[at] ?? ['', '', null]
      const path = prefix === 'message' ? 'message.body' : prefix === 'channels' ? 'channels.override' : fieldOf(prefix)
      const place = error.line === undefined ? '' : `line ${error.line}, column ${error.column}: `
      const key = `${path} ${place}${error.message}`
      if (seen.has(key)) return []
      seen.add(key)
      return [
        { path, message: `${label ? `${label}: ` : ''}${place}${error.message}`, href: id === null ? null : `#${id}` },
      ]
    })
}

const order = (index: number) => (index < 0 ? labels.length : index)
const fieldOf = (prefix: string) =>
  prefix === 'timing.unit' || prefix === 'timing.direction' ? 'timing.offset' : prefix

/** The first message for each field, without its label, which stands above it already. */
export function errorsByField(problems: readonly FieldProblem[]): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of problems) {
    const text = message.slice(message.indexOf(': ') + 2)
    errors[path] ??= text.charAt(0).toUpperCase() + text.slice(1)
  }
  return errors
}

/** Zod's issues as problems of the form. */
export function issuesOf(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, message, code }) => {
    const where = path.join('.')
    const better =
      code === 'invalid_type' || code === 'too_small' ? plain.find(([test]) => test.test(where)) : undefined
    return { path: where, message: better?.[1] ?? message }
  })
}
