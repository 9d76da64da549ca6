import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { type RowKind, rowKinds } from '../../domain/inbound/csv/fields.ts'
import { type CsvLayout, csvLayoutSchema, csvSettingsSchema } from '../../domain/inbound/csv/settings.ts'
import type { SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import { type FieldError, notFound } from '../../domain/problem.ts'
import { type FormData, one } from '../formData.ts'
import type { Values } from './fields.ts'
import { layoutSections, rowWords } from './layoutFields.ts'
import { readValues, settingsInput, valuesOf } from './values.ts'

/** A layout as it was typed: what its rows are was chosen when it was begun. */
export interface LayoutForm {
  rows: RowKind
  values: Values
}

/** The layout of that name. Throws `notFound`. */
export function layoutOf({ settings }: EhrSourceView, name: string): CsvLayout {
  const layout = settings.csv.layouts.find((each) => each.name === name)
  if (!layout) throw notFound('layout of files')
  return layout
}

/** A new layout begins with the name of what its rows are. */
export function newLayoutForm(rows: RowKind): LayoutForm {
  return { rows, values: valuesOf(layoutSections(rows), { name: rowWords[rows].many }) }
}

export function layoutFormOf(layout: CsvLayout): LayoutForm {
  return { rows: layout.rows, values: valuesOf(layoutSections(layout.rows), layout) }
}

export function readLayoutForm(form: FormData): LayoutForm {
  const rows = rowKindOf(one(form, 'rows'))
  return { rows, values: readValues(layoutSections(rows), form) }
}

export function rowKindOf(text: string): RowKind {
  return rowKinds.find((each) => each === text) ?? 'appointment'
}

function inputOf({ rows, values }: LayoutForm, stored: CsvLayout | null): Record<string, unknown> {
  return { ...settingsInput(layoutSections(rows), values, stored ?? {}), rows }
}

/** The layout alone, or what is wrong with it. */
export function checkLayout(
  form: LayoutForm,
  stored: CsvLayout | null,
): { layout: CsvLayout } | { errors: FieldError[] } {
  const parsed = csvLayoutSchema.safeParse(inputOf(form, stored))
  return parsed.success ? { layout: parsed.data } : { errors: errorsOf(parsed.error.issues) }
}

/** The source's settings with the layout in its place, or at the end when it is new; or what is wrong with it. */
export function checkLayoutForm(
  { settings }: EhrSourceView,
  form: LayoutForm,
  stored: CsvLayout | null,
): { settings: SourceSettings } | { errors: FieldError[] } {
  const alone = checkLayout(form, stored)
  if ('errors' in alone) return alone
  const { layouts } = settings.csv
  const place = stored === null ? layouts.length : layouts.indexOf(stored)
  const parsed = csvSettingsSchema.safeParse({ layouts: layouts.toSpliced(place, 1, alone.layout) })
  if (parsed.success) return { settings: { ...settings, csv: parsed.data } }
  // The layout's own paths, without its place among the others.
  return { errors: errorsOf(parsed.error.issues.map(({ path, message }) => ({ path: path.slice(2), message }))) }
}

function errorsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): FieldError[] {
  return issues.map(({ path, message }) => ({ path: path.join('.'), message }))
}
