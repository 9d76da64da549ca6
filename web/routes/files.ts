import type { Router } from 'express'
import { getEhrSource } from '../../db/queries/ehrSources.ts'
import { decideFile } from '../../db/queries/inbound/files/decide.ts'
import { listEhrFiles, readEhrFile } from '../../db/queries/inbound/files/views.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import { one, queryString } from '../formData.ts'
import { notice } from '../notice.ts'
import { fileRow } from '../sources/files.ts'
import type { PageHandler, Visits } from '../visit.ts'
import { idOf, isId } from './ids.ts'

const perPage = 25

/** `GET /settings/connections/sources/:id/files` */
const list: PageHandler = async (visit) => {
  const { tx, now, organization, query } = visit
  const source = await getEhrSource(tx, idOf(visit, 'EHR source'))
  if (source.kind !== 'csv') throw notFound('EHR source')
  const cursor = one(query, 'cursor').slice(0, 2000)
  const page = await listEhrFiles(tx, { sourceId: source.id, limit: perPage, cursor: cursor || undefined })
  const rows = page.items.map((file) => fileRow(file, organization.timeZone, now))
  const home = `/settings/connections/sources/${source.id}`
  const here = `${home}/files${queryString({ cursor })}`
  const model = {
    source: { name: source.name, href: home, isOff: source.status === 'disabled' },
    layouts: source.settings.csv.layouts.map(({ name }) => name),
    here,
    action: `${home}/files`,
    rows,
    isUnderWay: rows.some((row) => row.isUnderWay),
    said: rows.map(({ name, mark }) => `${name}: ${mark.word}`).join(', '),
    next: page.nextCursor === null ? null : `${home}/files${queryString({ cursor: page.nextCursor })}`,
    back: cursor === '' ? null : `${home}/files`,
  }
  const title = `Files of ${source.name}`
  return { view: 'sourceFiles', title, section: 'settings', model: { files: model, tab: 'connections' } }
}

const decided = {
  confirm: 'is imported after all.',
  reject: 'is rejected: nothing of it is imported.',
  cancel: 'is ended. What it has applied stays.',
  replay: 'is imported again, by its layout as it is now.',
} as const

/** `POST /settings/connections/sources/:id/files/:file`: what a person decides about one. */
const decide: PageHandler = async (visit) => {
  const { tx, by, params } = visit
  const back = `/settings/connections/sources/${idOf(visit, 'EHR source')}/files`
  const decision = (['confirm', 'reject', 'cancel', 'replay'] as const).find(
    (each) => each === one(visit.form, 'decide'),
  )
  if (!isId(params.file) || decision === undefined) throw notFound('file')
  if ((await readEhrFile(tx, params.file)).sourceId !== params.id) throw notFound('file')
  try {
    const { name } = await decideFile(tx, params.file, decision, by)
    return { redirect: back, notice: notice('good', `“${name.slice(0, 100)}” ${decided[decision]}`) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    return { redirect: back, notice: notice('bad', error.message) }
  }
}

export function fileRoutes(web: Router, visit: Visits): void {
  web.get('/settings/connections/sources/:id/files', visit('admin', list))
  web.post('/settings/connections/sources/:id/files/:file', visit('admin', decide))
}
