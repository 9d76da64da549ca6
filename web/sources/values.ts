import type { FieldSource } from '../../domain/inbound/csv/settings.ts'
import { type FormData, many, one } from '../formData.ts'
import { columnsInput, columnsText } from './columns.ts'
import { type Field, fieldsOf, type Section, type Values } from './fields.ts'

/** What was typed into the form. */
export function readValues(sections: readonly Section[], form: FormData): Values {
  return Object.fromEntries(
    fieldsOf(sections).map(({ path, control }) => [path, control === 'ticks' ? many(form, path) : [one(form, path)]]),
  )
}

/** Stored settings in the form's fields. */
export function valuesOf(sections: readonly Section[], settings: unknown): Values {
  const switches = new Set(sections.map((section) => section.switch?.path))
  return Object.fromEntries(
    fieldsOf(sections).map((field) => {
      if (isSecret(field)) return [field.path, ['']]
      const stored = at(settings, field.path)
      if (switches.has(field.path)) return [field.path, [stored ? 'yes' : '']]
      return [field.path, stored === undefined ? (field.initial ?? ['']) : typedOf(field, stored)]
    }),
  )
}

/** It is kept apart from the settings, and no page ever says it. */
export function isSecret({ control }: Field): boolean {
  return control === 'secret' || control === 'secretText'
}

function typedOf({ control }: Field, stored: unknown): string[] {
  if (control === 'tick') return [stored === true ? 'yes' : '']
  if (control === 'pairs')
    return [
      Object.entries(stored as object)
        .map(([name, value]) => `${name} = ${value}`)
        .join('\n'),
    ]
  if (control === 'columns') return [columnsText(stored as FieldSource)]
  if (!Array.isArray(stored)) return [stored === null ? '' : String(stored)]
  const list = stored.map(String)
  return control === 'ticks' ? list : [list.join(control === 'lines' ? '\n' : ', ')]
}

/** The stored settings with the form's fields laid over them, for the schema to judge. */
export function settingsInput(sections: readonly Section[], values: Values, stored: unknown): Record<string, unknown> {
  const settings = structuredClone(stored) as Record<string, unknown>
  for (const section of sections) {
    const { switch: toggle } = section
    if (toggle && values[toggle.path]?.[0] !== 'yes') {
      put(settings, toggle.path, toggle.off)
      continue
    }
    if (toggle?.off === false) put(settings, toggle.path, true)
    for (const field of section.fields) {
      if (isSecret(field)) continue
      if (field.when && values[field.when.path]?.[0] !== field.when.is) continue
      if (field.restarts !== undefined) put(settings, field.restarts, {})
      put(settings, field.path, inputOf(field, values[field.path] ?? [], at(stored, field.path)))
    }
  }
  return settings
}

/** What the schema judges; undefined: nothing was said. */
function inputOf({ control, emptyIsNull }: Field, typed: readonly string[], stored: unknown): unknown {
  const text = (typed[0] ?? '').trim()
  switch (control) {
    case 'ticks':
      return typed
    case 'secret':
    case 'secretText':
      return undefined
    case 'tick':
      return text === 'yes'
    case 'number':
      return text === '' ? null : Number(text)
    // A tab is one of the choices.
    case 'choice':
    case 'select':
      return typed[0] || null
    case 'columns':
      return columnsInput(text, stored as FieldSource | undefined)
    case 'pairs':
      return Object.fromEntries(listed(text, /\r?\n/).map(pairOf))
    case 'lines':
    case 'commas': {
      const list = listed(text, control === 'lines' ? /\r?\n/ : ',')
      return emptyIsNull && list.length === 0 ? null : list
    }
    case 'text':
    case 'date':
      return emptyIsNull && text === '' ? null : text
  }
}

function listed(text: string, between: string | RegExp): string[] {
  return text
    .split(between)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function pairOf(line: string): [name: string, value: string] {
  const end = line.indexOf('=')
  return end < 0 ? [line, ''] : [line.slice(0, end).trim(), line.slice(end + 1).trim()]
}

function at(settings: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], settings)
}

function put(settings: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() as string
  let part = settings
  for (const name of names) {
    if (part[name] === null || part[name] === undefined) part[name] = {}
    part = part[name] as Record<string, unknown>
  }
  if (value === undefined) delete part[last]
  else part[last] = value
}
