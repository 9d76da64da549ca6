import { type FormData, many, one } from '../formData.ts'
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
      const stored = at(settings, field.path)
      if (switches.has(field.path)) return [field.path, [stored ? 'yes' : '']]
      return [field.path, stored === undefined ? (field.initial ?? ['']) : typedOf(field, stored)]
    }),
  )
}

function typedOf({ control }: Field, stored: unknown): string[] {
  if (control === 'tick') return [stored === true ? 'yes' : '']
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
    for (const field of section.fields) put(settings, field.path, inputOf(field, values[field.path] ?? []))
  }
  return settings
}

function inputOf({ control }: Field, typed: readonly string[]): unknown {
  const text = (typed[0] ?? '').trim()
  if (control === 'ticks') return typed
  if (control === 'tick') return text === 'yes'
  if (control === 'number') return text === '' ? null : Number(text)
  if (control === 'lines' || control === 'commas') {
    const list = text
      .split(control === 'lines' ? /\r?\n/ : ',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
    return control === 'lines' && list.length === 0 ? null : list
  }
  return control === 'text' && text === '' ? null : text
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
  part[last] = value
}
