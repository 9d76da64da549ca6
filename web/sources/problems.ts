import type { FieldError } from '../../domain/problem.ts'
import { type Field, fieldsOf, type Section } from './fields.ts'

/** Fields of a source's page that are no settings. */
export const ownFields: readonly Pick<Field, 'path' | 'label' | 'control'>[] = [
  { path: 'name', label: 'Name', control: 'text' },
  { path: 'status', label: 'Status', control: 'choice' },
]

/** Where an error stands in the page, and in words. */
export interface FieldProblem {
  /** The path of the field that shows it. */
  path: string
  label: string
  message: string
}

/** Errors of the schema at the fields that show them: of a list's entry, at the list. */
export function fieldProblems(
  sections: readonly Section[],
  errors: readonly FieldError[],
  more: typeof ownFields = [],
): FieldProblem[] {
  const fields = [...more, ...fieldsOf(sections)].sort((a, b) => b.path.length - a.path.length)
  return errors.map(({ path, message }) => {
    const field = fields.find((each) => path === each.path || path.startsWith(`${each.path}.`))
    const entry = field === undefined ? '' : path.slice(field.path.length + 1)
    const which = /^\d+$/.test(entry)
      ? `number ${Number(entry) + 1}: `
      : field?.control === 'pairs' && entry
        ? `“${entry}” `
        : ''
    return { path: field?.path ?? path, label: field?.label ?? 'Settings', message: `${which}${message}` }
  })
}

/** The id of the element that shows a field. */
export function idOfPath(path: string): string {
  return path.replaceAll('.', '-')
}
