import type * as z from 'zod'
import type { FieldError } from '../../domain/problem.ts'
import { channelWords } from '../deliveries/list.ts'
import { languageWord } from '../words/languages.ts'
import { fieldId } from './textFields.ts'

/** A problem beside its field, and in the list on top, which leads to the field. */
export interface FieldProblem {
  path: string
  /** Above the field. */
  label: string
  /** What is wrong, without the label. */
  text: string
  /** As the list on top says it. */
  message: string
  href: string | null
}

interface Field {
  label: string
  /** The path whose field shows it. */
  path: string
  id: string
}
const field = (label: string, path: string, id = fieldId(path)): Field => ({ label, path, id })

/** In the order of the page; the first that a problem's path begins with is its field. */
const fields: [prefix: string, field: (path: string) => Field][] = [
  ['type', () => field('Type', 'type', 'title')],
  ['title', () => field('Title', 'title')],
  ['name', () => field('Name', 'name')],
  ['groupId', () => field('Group', 'groupId')],
  ['timing.offset', () => field('When', 'timing.offset')],
  ['timing.unit', () => field('When', 'timing.offset')],
  ['timing.direction', () => field('When', 'timing.offset')],
  ['timing.anchor', () => field('When', 'timing.offset')],
  ['timing.timeOfDay', () => field('Time of day', 'timing.timeOfDay')],
  ['filters.facilityIds', () => field('Facilities', 'filters.facilityIds', 'filter-facilityIds')],
  ['filters.providerIds', () => field('Providers', 'filters.providerIds', 'filter-providerIds')],
  ['filters.appointmentTypeIds', () => field('Types', 'filters.appointmentTypeIds', 'filter-appointmentTypeIds')],
  ['filters.statuses', () => field('Statuses', 'filters.statuses', 'filter-statuses')],
  ['filters.confirmation', () => field('Confirmation', 'filters.confirmation', 'filter-confirmation')],
  ['filters.codes', () => field('Codes', 'filters.codes', 'codeTyped')],
  ['recipients', () => field('Recipients', 'recipients')],
  ['templateId', () => field('Template', 'templateId')],
  ['message.containsPhi', () => field('PHI', 'message.containsPhi')],
  ['message.phiReason', () => field('Reason', 'message.phiReason')],
  ['channels.secure', () => field('Secure message', 'channels.secure')],
  ['message', textField],
  ['channels', () => field('Channels', 'channels.override')],
  ['category', () => field('Category', 'category')],
  ['sameDay', () => field('Same day', 'sameDay')],
  ['timing.maxLatenessMinutes', () => field('Latest', 'timing.maxLatenessMinutes')],
  ['timing.acceptLateDays', () => field('Entered too late', 'timing.acceptLateDays')],
  ['timing.repeatAfterDays', () => field('Again after', 'timing.repeatAfterDays')],
]

/** `message.translations.es.channels.sms.body` → the field of the Spanish SMS text. */
function textField(path: string): Field {
  const at = path === 'message' ? 'message.body' : path
  const isSubject = at.endsWith('.subject')
  const language = /^message\.translations\.([^.]+)/.exec(at)?.[1]
  const channel = /\.channels\.([^.]+)/.exec(at)?.[1]
  const name = [language && languageWord(language), channel && (channelWords[channel] ?? channel)].filter(Boolean)
  if (name.length === 0) return field(isSubject ? 'Subject' : 'Message', at)
  return field(`${name.join(' ')} ${isSubject ? 'subject' : 'text'}`, at)
}

/** Better words than the schema's for what only a form can get wrong. */
const plain: [test: RegExp, message: string][] = [
  [/^timing\.offset$/, 'give a whole number, 0 or more'],
  [/^timing\.(maxLatenessMinutes|acceptLateDays|repeatAfterDays)$/, 'give a whole number within the limits'],
  [/^filters\.codes$/, 'enter at least one code, or choose any'],
  [/^filters\.\w+$/, 'tick at least one, or choose any'],
  [/^channels\.override$/, 'choose at least one channel, or leave it to the recipient'],
  [/^message\.translations\.[\w-]+\.body$/, 'write the translation, or remove the language'],
  [
    /^message\.(translations\.[\w-]+\.)?channels\.\w+\.body$/,
    'a subject alone is no message: write a text too, or clear the subject',
  ],
  [/^templateId$/, 'choose a message template'],
]

/** The form's problems in the order of the page, each once. */
export function fieldProblems(errors: readonly FieldError[]): FieldProblem[] {
  const seen = new Set<string>()
  return errors
    .map((error) => ({ error, at: fields.findIndex(([prefix]) => error.path.startsWith(prefix)) }))
    .sort((a, b) => order(a.at) - order(b.at))
    .flatMap(({ error, at }) => {
      const found = fields[at]?.[1](error.path)
      const place = error.line === undefined ? '' : `line ${error.line}, column ${error.column}: `
      const text = `${place}${error.message}`
      const path = found?.path ?? error.path
      if (seen.has(`${path} ${text}`)) return []
      seen.add(`${path} ${text}`)
      const label = found?.label ?? ''
      const href = found ? `#${found.id}` : null
      return [{ path, label, text, message: label ? `${label}: ${text}` : text, href }]
    })
}

const order = (index: number) => (index < 0 ? fields.length : index)

/** The first message for each field, without its label, which stands above it already. */
export function errorsByField(problems: readonly FieldProblem[]): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, text } of problems) errors[path] ??= text.charAt(0).toUpperCase() + text.slice(1)
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
