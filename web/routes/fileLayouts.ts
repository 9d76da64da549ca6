import type { Router } from 'express'
import { type EhrSourceView, getEhrSource, updateEhrSource } from '../../db/queries/ehrSources.ts'
import { guessColumns } from '../../domain/inbound/csv/guess.ts'
import type { CsvLayout } from '../../domain/inbound/csv/settings.ts'
import { Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { layoutConflict } from '../sources/conflict.ts'
import { sampleRows, tryFile } from '../sources/fileTrial.ts'
import {
  checkLayoutForm,
  type LayoutForm,
  layoutFormOf,
  layoutOf,
  newLayoutForm,
  readLayoutForm,
  rowKindOf,
} from '../sources/layoutForm.ts'
import { type LayoutState, layoutModel } from '../sources/layoutModel.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { idOf } from './ids.ts'

const page = '/settings/connections/sources/:id'
const home = (source: EhrSourceView) => `/settings/connections/sources/${source.id}`

/** The source, and the layout that the address names; null: a new one. */
async function read(visit: Visit): Promise<{ source: EhrSourceView; stored: CsvLayout | null }> {
  const source = await getEhrSource(visit.tx, idOf(visit, 'EHR source'))
  const { layout } = visit.params
  return { source, stored: layout === undefined ? null : layoutOf(source, layout) }
}

function editor(
  source: EhrSourceView,
  stored: CsvLayout | null,
  form: LayoutForm,
  more: Partial<Omit<LayoutState, 'form'>> = {},
): Answer {
  const { errors = [], changed = errors.length > 0, sample = '', trial = null } = more
  const layout = layoutModel(source, stored, { form, errors, changed, sample, trial })
  return {
    view: 'fileLayout',
    title: layout.heading,
    section: 'settings',
    ...(errors.length > 0 ? { status: 422 } : {}),
    model: { fileLayout: layout, tab: 'connections' },
  }
}

/** `GET …/new-layout?rows=recall` */
const fresh: PageHandler = async (visit) => {
  const { source } = await read(visit)
  return editor(source, null, newLayoutForm(rowKindOf(one(visit.query, 'rows'))))
}

/** `GET …/layouts/:layout` */
const open: PageHandler = async (visit) => {
  const { source, stored } = await read(visit)
  return editor(source, stored, stored ? layoutFormOf(stored) : newLayoutForm('appointment'))
}

/** `POST …/new-layout` and `POST …/layouts/:layout`; what somebody else saved meanwhile is never overwritten unseen. */
const save: PageHandler = async (visit) => {
  const { tx, by } = visit
  const { source, stored } = await read(visit)
  const form = readLayoutForm(visit.form)
  const sample = one(visit.form, 'sample')
  if (one(visit.form, 'save') === 'review') return editor(source, stored, form, { changed: true })
  if (one(visit.form, 'version') !== String(source.version)) {
    const conflict = await layoutConflict(visit, source, stored, form)
    const title = `${conflict.title}: changed by somebody else`
    return { view: 'conflict', title, section: 'settings', status: 412, model: { conflict } }
  }
  const checked = checkLayoutForm(source, form, stored)
  if ('errors' in checked) return editor(source, stored, form, { errors: checked.errors, sample })
  await updateEhrSource(tx, source.id, { settings: checked.settings }, source.version, by)
  const text = `“${one(visit.form, 'name').trim()}” is saved. Files that come from now on are read this way.`
  return { redirect: home(source), notice: notice('good', text) }
}

/** `POST …/try`: a fragment for htmx, the whole page without script; stores nothing. */
const tryIt: PageHandler = async (visit) => {
  const { source, stored } = await read(visit)
  const form = readLayoutForm(visit.form)
  const sample = one(visit.form, 'sample')
  const trial = sample.trim() === '' ? null : await tryFile(visit, source, form, stored, sample)
  if (visit.partial) return { partial: 'source/fileTrial', model: { trial } }
  return editor(source, stored, form, { sample, trial, changed: true })
}

/** `POST …/guess`: fields without a column get the one whose name says so. */
const guess: PageHandler = async (visit) => {
  const { source, stored } = await read(visit)
  const typed = readLayoutForm(visit.form)
  const sample = one(visit.form, 'sample')
  const { header } = await sampleRows(typed, sample)
  const taken = new Set(Object.values(typed.values).flat())
  const columns = guessColumns(
    typed.rows,
    header.filter((column) => !taken.has(column)),
  )
  const filled = [...columns]
    .map(([field, column]) => [`fields.${field}`, [column]] as const)
    .filter(([path]) => (typed.values[path]?.[0] ?? '') === '')
  const form = { ...typed, values: { ...typed.values, ...Object.fromEntries(filled) } }
  const trial = sample.trim() === '' ? null : await tryFile(visit, source, form, stored, sample)
  return editor(source, stored, form, { sample, trial, changed: true })
}

/** `POST …/layouts/:layout/delete` */
const remove: PageHandler = async (visit) => {
  const { tx, by } = visit
  const { source, stored } = await read(visit)
  const layouts = source.settings.csv.layouts.filter((layout) => layout !== stored)
  try {
    const version = Number(one(visit.form, 'version'))
    await updateEhrSource(tx, source.id, { settings: { ...source.settings, csv: { layouts } } }, version, by)
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'stale') throw error
    const text = 'Somebody else changed this source meanwhile, and nothing was deleted: this is what is stored now.'
    return { redirect: home(source), notice: notice('bad', text) }
  }
  return { redirect: home(source), notice: notice('good', `The layout “${stored?.name}” is deleted.`) }
}

export function fileLayoutRoutes(web: Router, visit: Visits): void {
  web.get(`${page}/new-layout`, visit('admin', fresh))
  web.get(`${page}/layouts/:layout`, visit('admin', open))
  for (const editing of [`${page}/new-layout`, `${page}/layouts/:layout`]) {
    web.post(editing, visit('admin', save))
    web.post(`${editing}/try`, visit('admin', tryIt))
    web.post(`${editing}/guess`, visit('admin', guess))
  }
  web.post(`${page}/layouts/:layout/delete`, visit('admin', remove))
}
