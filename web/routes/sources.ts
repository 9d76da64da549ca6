import type { Router } from 'express'
import {
  createEhrSource,
  deleteEhrSource,
  type EhrSourceView,
  getEhrSource,
  pullNow,
  rotateEhrSource,
  updateEhrSource,
} from '../../db/queries/ehrSources.ts'
import { readCredentials } from '../../db/queries/inbound/source.ts'
import { sourceNameSchema } from '../../domain/inbound/sourceSettings.ts'
import { invalid, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { sourceConflict } from '../sources/conflict.ts'
import { connectionTest, type Tested, unsettled } from '../sources/connectionTest.ts'
import { checkFetching, checkSettings, checkSourceForm, readSourceForm, sourceFormOf } from '../sources/form.ts'
import { sectionsOf, sourceKinds } from '../sources/kinds.ts'
import { type Secret, type SourceState, sourceModel } from '../sources/model.ts'
import { fieldProblems } from '../sources/problems.ts'
import { quarantineOf } from '../sources/quarantine.ts'
import { tryMessage } from '../sources/tryIt.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { fileLayoutRoutes } from './fileLayouts.ts'
import { fileRoutes } from './files.ts'
import { idOf } from './ids.ts'

const page = '/settings/connections'

async function sourcePage(visit: Visit, source: EhrSourceView, state: Partial<SourceState>): Promise<Answer> {
  return pageOf(visit, source, state, await quarantineOf(visit.tx, source.id))
}

function pageOf(
  visit: Visit,
  source: EhrSourceView,
  state: Partial<SourceState>,
  quarantine: Awaited<ReturnType<typeof quarantineOf>>,
): Answer {
  const { errors = [], changed = errors.length > 0 } = state
  const form = state.form ?? sourceFormOf(source)
  const model = sourceModel(visit, source, {
    ...{ form, errors, changed, secret: null, sample: '', trial: null, tested: null },
    ...state,
  })
  return {
    view: 'source',
    title: source.name,
    section: 'settings',
    ...(errors.length > 0 ? { status: 422 } : {}),
    model: { source: { ...model, quarantine }, tab: 'connections' },
  }
}

/** `GET /settings/connections/sources/:id` */
const open: PageHandler = async (visit) =>
  sourcePage(visit, await getEhrSource(visit.tx, idOf(visit, 'EHR source')), {})

/** `POST /settings/connections/sources`. The answer holds the secret: it is the source's page itself, never a redirect. */
const add: PageHandler = async (visit) => {
  const { tx, by, form, deps } = visit
  const name = sourceNameSchema.safeParse(one(form, 'name'))
  if (!name.success) throw invalid(name.error.issues.map(({ message }) => ({ path: 'name', message })))
  const kind = sourceKinds.find((each) => each === one(form, 'kind')) ?? 'fhir'
  const made = await createEhrSource(tx, { name: name.data, kind, status: 'active' }, deps.encryption, by)
  return sourcePage(visit, made, { secret: sourceSecret(`“${made.name}” is made.`, made) })
}

/** `POST /settings/connections/sources/:id`; what somebody else saved meanwhile is never overwritten unseen. */
const save: PageHandler = async (visit) => {
  const { tx, by } = visit
  const stored = await getEhrSource(tx, idOf(visit, 'EHR source'))
  const form = readSourceForm(stored, visit.form)
  if (one(visit.form, 'save') === 'review') return sourcePage(visit, stored, { form, changed: true })
  const version = one(visit.form, 'version')
  const checked = checkSourceForm(stored, form)
  if ('errors' in checked && version === String(stored.version))
    return sourcePage(visit, stored, { form, errors: checked.errors, sample: one(visit.form, 'sample') })
  try {
    if ('errors' in checked) throw new Problem('stale', 'edited meanwhile')
    const { credentials, ...edit } = checked.edit
    const credentialsEncrypted = credentials == null ? credentials : visit.deps.encryption.encrypt(credentials)
    const { name } = await updateEhrSource(tx, stored.id, { ...edit, credentialsEncrypted }, Number(version), by)
    const text = `“${name}” is saved. ${savedText[checked.edit.status]}`
    return { redirect: `${page}/sources/${stored.id}`, notice: notice('good', text) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'stale') throw error
    const conflict = await sourceConflict(visit, await getEhrSource(tx, stored.id), form)
    const title = `${stored.name}: changed by somebody else`
    return { view: 'conflict', title, section: 'settings', status: 412, model: { conflict } }
  }
}

const savedText = {
  active: 'What it sends from now on is read this way.',
  loading: 'What it sends counts as history until you set it to active.',
  disabled: 'What it sends is refused.',
} as const

/** `POST /settings/connections/sources/:id/try`: a fragment for htmx, the whole page without script; stores nothing. */
const tryIt: PageHandler = async (visit) => {
  const stored = await getEhrSource(visit.tx, idOf(visit, 'EHR source'))
  const form = readSourceForm(stored, visit.form)
  const sample = one(visit.form, 'sample')
  const checked = checkSettings(stored, form)
  if ('errors' in checked) {
    if (!visit.partial) return sourcePage(visit, stored, { form, sample, errors: checked.errors })
    return { partial: 'source/trial', model: { trial: null, isUnsettled: true } }
  }
  const trial = sample.trim() === '' ? null : await tryMessage(visit, stored, checked.settings, sample)
  if (visit.partial) return { partial: 'source/trial', model: { trial, isUnsettled: false } }
  return sourcePage(visit, stored, { form, sample, trial, changed: true })
}

/** `POST /settings/connections/sources/:id/test`: whether we could fetch by the form as it stands, saved or not. */
const testConnection: PageHandler = async (visit) => {
  const { tx, deps } = visit
  const stored = await getEhrSource(tx, idOf(visit, 'EHR source'))
  const form = readSourceForm(stored, visit.form)
  const checked = checkFetching(stored, form)
  if ('errors' in checked) {
    if (!visit.partial) return sourcePage(visit, stored, { form, errors: checked.errors })
    return testedPart(unsettled(fieldProblems(sectionsOf[stored.kind], checked.errors)))
  }
  const credentials =
    checked.credentials === undefined ? await readCredentials(tx, deps.encryption, stored.id) : checked.credentials
  const test = connectionTest({ kind: stored.kind, settings: checked.settings }, credentials, deps)
  const quarantine = await quarantineOf(tx, stored.id)
  return {
    later: async () => {
      const tested = await test()
      return visit.partial ? testedPart(tested) : pageOf(visit, stored, { form, tested, changed: true }, quarantine)
    },
  }
}

const testedPart = (tested: Tested): Answer => ({ partial: 'source/tested', model: { tested } })

/** `POST /settings/connections/sources/:id/pull` */
const fetchNow: PageHandler = async (visit) => {
  const id = idOf(visit, 'EHR source')
  try {
    const { name } = await pullNow(visit.tx, id, visit.by)
    return { redirect: `${page}/sources/${id}`, notice: notice('good', `“${name}” is asked within a minute.`) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    return { redirect: `${page}/sources/${id}`, notice: notice('bad', error.message) }
  }
}

/** `POST /settings/connections/sources/:id/rotate` */
const rotate: PageHandler = async (visit) => {
  const source = await rotateEhrSource(visit.tx, idOf(visit, 'EHR source'), visit.deps.encryption, visit.by)
  const title = `“${source.name}” has a new secret; the old one has stopped working.`
  return sourcePage(visit, source, { secret: sourceSecret(title, source) })
}

/** `POST /settings/connections/sources/:id/delete` */
const remove: PageHandler = async (visit) => {
  const id = idOf(visit, 'EHR source')
  const { name } = await getEhrSource(visit.tx, id)
  try {
    await deleteEhrSource(visit.tx, id, visit.by)
    return { redirect: page, notice: notice('good', `“${name}” is deleted. It had sent nothing.`) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    return { redirect: `${page}/sources/${id}`, notice: notice('bad', error.message) }
  }
}

function sourceSecret(title: string, { id, secret }: { id: string; secret: string }): Secret {
  return {
    title,
    lines: [
      { name: 'X-Source-Id', value: id },
      { name: 'Secret', value: secret },
    ],
  }
}

export function sourceRoutes(web: Router, visit: Visits): void {
  fileLayoutRoutes(web, visit)
  fileRoutes(web, visit)
  web.post(`${page}/sources`, visit('admin', add))
  web.get(`${page}/sources/:id`, visit('admin', open))
  web.post(`${page}/sources/:id`, visit('admin', save))
  web.post(`${page}/sources/:id/try`, visit('admin', tryIt))
  web.post(`${page}/sources/:id/test`, visit('admin', testConnection))
  web.post(`${page}/sources/:id/pull`, visit('admin', fetchNow))
  web.post(`${page}/sources/:id/rotate`, visit('admin', rotate))
  web.post(`${page}/sources/:id/delete`, visit('admin', remove))
}
