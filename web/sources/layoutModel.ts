import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import type { CsvLayout } from '../../domain/inbound/csv/settings.ts'
import type { FieldError } from '../../domain/problem.ts'
import type { FileTrial } from './fileTrial.ts'
import { layoutSections, rowWords } from './layoutFields.ts'
import type { LayoutForm } from './layoutForm.ts'
import { fieldProblems, idOfPath } from './problems.ts'
import { sectionModels } from './sections.ts'

export interface LayoutState {
  form: LayoutForm
  errors: readonly FieldError[]
  changed: boolean
  sample: string
  trial: FileTrial | null
}

/** Where a layout's pages are; null: of one that is not stored yet. */
export function layoutPath(sourceId: string, name: string | null): string {
  const home = `/settings/connections/sources/${sourceId}`
  return name === null ? `${home}/new-layout` : `${home}/layouts/${encodeURIComponent(name)}`
}

/** The editor of one layout. */
export function layoutModel(source: EhrSourceView, stored: CsvLayout | null, state: LayoutState) {
  const { form, errors, changed, sample, trial } = state
  const sections = layoutSections(form.rows)
  const problems = fieldProblems(sections, errors)
  return {
    heading: stored?.name ?? `${rowWords[form.rows].many} in files`,
    isNew: stored === null,
    rows: form.rows,
    rowsAre: rowWords[form.rows].many.toLowerCase(),
    version: source.version,
    source: { name: source.name, href: `/settings/connections/sources/${source.id}` },
    action: layoutPath(source.id, stored?.name ?? null),
    unsaved: changed ? 'changed' : 'same',
    savedState: changed ? 'Changes not saved yet' : '',
    sections: sectionModels(sections, form.values, problems),
    problems: problems.map(({ path, label, message }) => ({
      message: `${label}: ${message}`,
      href: `#${idOfPath(path)}`,
    })),
    sample,
    trial,
  }
}

/** A line of the source's list of layouts. */
export function layoutRow(sourceId: string, { name, rows, files, snapshot }: CsvLayout) {
  return {
    href: layoutPath(sourceId, name),
    name,
    rows: rowWords[rows].many,
    files: files ?? 'anything else',
    snapshot: snapshot ? `everything of ${snapshot.days} days` : 'only what changed',
  }
}
