import type { EhrSourceStatus, EhrSourceView } from '../../db/queries/ehrSources.ts'
import { type SourceSettings, sourceNameSchema, sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import type { FieldError } from '../../domain/problem.ts'
import { type FormData, one } from '../formData.ts'
import { credentialsEdit } from './credentials.ts'
import type { Values } from './fields.ts'
import { sectionsOf, statusChoices } from './kinds.ts'
import { readValues, settingsInput, valuesOf } from './values.ts'

/** The page of a source as it was typed. */
export interface SourceForm {
  name: string
  status: string
  values: Values
}

export function sourceFormOf({ name, status, kind, settings }: EhrSourceView): SourceForm {
  return { name, status, values: valuesOf(sectionsOf[kind], settings) }
}

export function readSourceForm({ kind }: EhrSourceView, form: FormData): SourceForm {
  return { name: one(form, 'name'), status: one(form, 'status'), values: readValues(sectionsOf[kind], form) }
}

/** The settings that were typed, or what is wrong with them; what this kind's form does not show stays as stored. */
export function checkSettings(
  stored: EhrSourceView,
  { values }: Pick<SourceForm, 'values'>,
): { settings: SourceSettings } | { errors: FieldError[] } {
  const parsed = sourceSettingsSchema.safeParse(settingsInput(sectionsOf[stored.kind], values, stored.settings))
  if (parsed.success) return { settings: parsed.data }
  return { errors: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) }
}

export interface SourceEdit {
  name: string
  status: EhrSourceStatus
  settings: SourceSettings
  /** undefined: what is stored stays; null: it is forgotten. */
  credentials: string | null | undefined
}

/** The checked edit, or all that is wrong. */
export function checkSourceForm(
  stored: EhrSourceView,
  form: SourceForm,
): { edit: SourceEdit } | { errors: FieldError[] } {
  const name = sourceNameSchema.safeParse(form.name)
  const status = statusChoices.find(({ value }) => value === form.status)?.value
  const checked = checkFetching(stored, form)
  if (name.success && status !== undefined && 'settings' in checked)
    return { edit: { name: name.data, status, ...checked } }
  return {
    errors: [
      ...(name.error?.issues.map(({ message }) => ({ path: 'name', message })) ?? []),
      ...(status === undefined ? [{ path: 'status', message: 'choose one of the three' }] : []),
      ...('errors' in checked ? checked.errors : []),
    ],
  }
}

/** Settings together with what we prove ourselves with: enough to fetch, or to try whether we could. */
export function checkFetching(
  stored: EhrSourceView,
  form: SourceForm,
): Pick<SourceEdit, 'settings' | 'credentials'> | { errors: FieldError[] } {
  const checked = checkSettings(stored, form)
  if ('errors' in checked) return checked
  const given = credentialsEdit(stored, checked.settings, form.values)
  return 'errors' in given ? given : { ...checked, ...given }
}
