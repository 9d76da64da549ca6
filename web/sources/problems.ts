import type { FieldError } from '../../domain/problem.ts'
import { type Field, fieldsOf, type Section } from './fields.ts'

const own: readonly Pick<Field, 'path' | 'label'>[] = [
  { path: 'name', label: 'Name' },
  { path: 'status', label: 'Status' },
]

/** Where an error stands in the page, and in words. */
export interface FieldProblem {
  /** The path of the field that shows it. */
  path: string
  label: string
  message: string
}

/** Errors of the schema at the fields that show them: of a list's entry, at the list. */
export function fieldProblems(sections: readonly Section[], errors: readonly FieldError[]): FieldProblem[] {
  const fields = [...own, ...fieldsOf(sections)].sort((a, b) => b.path.length - a.path.length)
  return errors.map(({ path, message }) => {
    const field = fields.find((each) => path === each.path || path.startsWith(`${each.path}.`))
    const entry = field === undefined ? Number.NaN : Number.parseInt(path.slice(field.path.length + 1), 10)
    return {
      path: field?.path ?? path,
      label: field?.label ?? 'Settings',
      message: Number.isNaN(entry) ? message : `number ${entry + 1}: ${message}`,
    }
  })
}

/** The id of the element that shows a field. */
export function idOfPath(path: string): string {
  return path.replaceAll('.', '-')
}
