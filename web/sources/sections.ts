import type { Field, Section, Values } from './fields.ts'
import { type FieldProblem, idOfPath } from './problems.ts'
import { isSecret } from './values.ts'

/** The sections as the view draws them. */
export function sectionModels(sections: readonly Section[], values: Values, problems: readonly FieldProblem[]) {
  const errorOf = (path: string) => problems.find((problem) => problem.path === path)?.message ?? null
  return sections.map(({ id, title, help, switch: toggle, isTried, fields }) => ({
    id,
    title,
    help: help ?? null,
    isTried: isTried ?? false,
    toggle: toggle
      ? { name: toggle.path, label: toggle.label, on: values[toggle.path]?.[0] === 'yes', error: errorOf(toggle.path) }
      : null,
    fields: fields.map((field) => fieldModel(field, values[field.path] ?? [], errorOf(field.path))),
  }))
}

function fieldModel(field: Field, typed: readonly string[], error: string | null) {
  return {
    name: field.path,
    id: idOfPath(field.path),
    control: field.control,
    needed: field.needed ?? false,
    when: field.when ? `${field.when.path}=${field.when.is}` : null,
    label: field.label,
    help: field.help ?? null,
    placeholder: field.placeholder ?? '',
    value: isSecret(field) ? '' : (typed[0] ?? ''),
    on: typed[0] === 'yes',
    options: (field.options ?? []).map((option) => ({ ...option, chosen: typed.includes(option.value) })),
    error,
  }
}

/** The fields as names and what they say in words, for a comparison. */
export function describeValues(sections: readonly Section[], values: Values): [name: string, said: string][] {
  return sections.flatMap(({ title, switch: toggle, fields }): [string, string][] => {
    if (toggle && values[toggle.path]?.[0] !== 'yes') return [[toggle.label, 'no']]
    const ticked: [string, string][] = toggle ? [[toggle.label, 'yes']] : []
    const shown = fields.filter(({ when }) => when === undefined || values[when.path]?.[0] === when.is)
    return [...ticked, ...shown.map((field): [string, string] => [`${title}: ${field.label}`, said(field, values)])]
  })
}

function said(field: Field, values: Values): string {
  const { path, control, options } = field
  const typed = values[path] ?? []
  if (isSecret(field)) return typed[0] ? 'another one' : 'as it was'
  if (control === 'tick') return typed[0] === 'yes' ? 'yes' : 'no'
  if (control === 'ticks') return typed.join(', ')
  return options?.find(({ value }) => value === typed[0])?.label ?? typed[0] ?? ''
}
