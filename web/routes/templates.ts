import type { Router } from 'express'
import { checkedTemplate } from '../../db/queries/checkedTemplate.ts'
import {
  createTemplate,
  deleteTemplate,
  editTemplate,
  getTemplate,
  listTemplates,
  lockTemplate,
  type TemplateContent,
  type TemplateView,
  undeleteTemplate,
} from '../../db/queries/templates.ts'
import { sameContent } from '../../domain/actionEdit.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { afterStep } from '../editor/steps.ts'
import { textProblems } from '../editor/textProblems.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import { templateConflict } from '../templates/conflict.ts'
import {
  asAction,
  contentOf,
  emptyTemplateForm,
  readTemplateForm,
  type TemplateForm,
  templateFormOf,
} from '../templates/form.ts'
import { templateModel, templateRow } from '../templates/model.ts'
import { templatePreview } from '../templates/preview.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { idOf, isId } from './ids.ts'

/** `GET /templates` */
const list: PageHandler = async ({ tx, query, organization }) => {
  const q = one(query, 'q').trim().slice(0, 200)
  const found = await everyPage((page) => listTemplates(tx, { ...page, q }))
  const rows = found.map((template) => templateRow(template, organization.timeZone))
  return { view: 'templates', title: 'Message templates', section: 'templates', model: { list: { q, rows } } }
}

/** `GET /templates/new` */
const fresh: PageHandler = (visit) => formPage(visit, null, emptyTemplateForm)

/** `GET /templates/:id` */
const open: PageHandler = async (visit) => {
  const stored = await getTemplate(visit.tx, idOf(visit, 'message template'))
  return formPage(visit, stored, templateFormOf(stored))
}

/** `POST /templates` */
const create: PageHandler = async (visit) => {
  const form = readTemplateForm(visit.form)
  const checked = await check(visit, form, null)
  if ('errors' in checked) return formPage(visit, null, form, checked.errors)
  const { name } = await createTemplate(visit.tx, checked.content, visit.by)
  return {
    redirect: '/templates',
    notice: notice('good', `“${name}” saved. Nothing is sent yet: choose it in an extra reminder.`),
  }
}

/** `POST /templates/:id`; what somebody else saved meanwhile is never overwritten unseen. */
const save: PageHandler = async (visit) => {
  const { tx, by } = visit
  const form = readTemplateForm(visit.form)
  const before = await lockTemplate(tx, idOf(visit, 'message template'), null)
  if (one(visit.form, 'save') === 'review') return formPage(visit, before, form, [], true)
  if (String(before.version) !== one(visit.form, 'version')) {
    const conflict = await templateConflict(visit, before, form)
    const title = `${before.name}: changed by somebody else`
    return { view: 'conflict', title, section: 'templates', status: 412, model: { conflict } }
  }
  const checked = await check(visit, form, before)
  if ('errors' in checked) return formPage(visit, before, form, checked.errors)
  const after = await editTemplate(tx, before, checked.content, by)
  return { redirect: `/templates/${after.id}`, notice: notice('good', savedText(before, after)) }
}

function savedText(before: TemplateView, after: TemplateView): string {
  if (before.version === after.version) return 'Nothing was changed.'
  const count = after.usedBy.length
  if (count === 0 || sameContent(before.message, after.message)) return `“${after.name}” saved.`
  const users = count === 1 ? 'the action that sends it' : `the ${count} actions that send it`
  return `“${after.name}” saved. It counts as an edit of ${users}: what waits is planned again.`
}

/** `POST /templates/preview`: a fragment for htmx, the whole page without script. */
const preview: PageHandler = async (visit) => {
  const form = readTemplateForm(visit.form)
  const stored = await storedOf(visit)
  if (!visit.partial) return formPage(visit, stored, form, [], true)
  return { partial: 'templatePreview', model: { preview: await templatePreview(visit, form, stored, chosenOf(visit)) } }
}

/** `POST /templates/form`: the same form again, after one of its own buttons: another language. */
const revise: PageHandler = async (visit) => {
  const typed = readTemplateForm(visit.form)
  const form = { ...typed, message: afterStep(asAction(typed), visit.form).message }
  return formPage(visit, await storedOf(visit), form, [], true)
}

/** `POST /templates/:id/delete`: refused by name while an action sends it; can be undone. */
const remove: PageHandler = async (visit) => {
  const id = idOf(visit, 'message template')
  try {
    const { name } = await deleteTemplate(visit.tx, id, null, visit.by)
    const undo = { action: `/templates/${id}/undelete`, fields: [] }
    return { redirect: '/templates', notice: notice('good', `“${name}” deleted.`, { undo }) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    return { redirect: '/templates', notice: notice('bad', error.message) }
  }
}

/** `POST /templates/:id/undelete` */
const undelete: PageHandler = async (visit) => {
  const { name } = await undeleteTemplate(visit.tx, idOf(visit, 'message template'), visit.by)
  return { redirect: '/templates', notice: notice('good', `“${name}” is back.`) }
}

async function storedOf({ tx, form }: Visit): Promise<TemplateView | null> {
  const id = one(form, 'id')
  return isId(id) ? getTemplate(tx, id) : null
}

const chosenOf = ({ form }: Visit) => (isId(one(form, 'previewOf')) ? one(form, 'previewOf') : null)

async function check(
  visit: Visit,
  form: TemplateForm,
  before: TemplateView | null,
): Promise<{ content: TemplateContent } | { errors: readonly FieldError[] }> {
  const read = contentOf(form)
  if ('errors' in read) return { errors: [...read.errors, ...textErrors(form)] }
  try {
    return { content: await checkedTemplate(visit.tx, read.content, before) }
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') return { errors: error.errors }
    throw error
  }
}

/** Told together with what else is wrong, so that nobody corrects a form twice. */
function textErrors(form: TemplateForm): FieldError[] {
  return Object.entries(textProblems(asAction(form))).flatMap(([path, problems]) =>
    problems.map(({ message, line, column }) => ({ path, message, line, column })),
  )
}

async function formPage(
  visit: Visit,
  stored: TemplateView | null,
  form: TemplateForm,
  errors: readonly FieldError[] = [],
  changed = errors.length > 0,
): Promise<Answer> {
  const { tx, organization, visitor, now } = visit
  const template = await templateModel(tx, stored, form, errors, { zone: organization.timeZone, now, changed })
  return {
    view: 'template',
    title: template.heading,
    section: 'templates',
    status: errors.length > 0 ? 422 : 200,
    model: {
      template: { ...template, mayManage: mayAct(visitor.role, 'manager') },
      form,
      preview: await templatePreview(visit, form, stored, chosenOf(visit)),
    },
  }
}

export function templateRoutes(web: Router, visit: Visits): void {
  web.get('/templates', visit('staff', list))
  web.get('/templates/new', visit('manager', fresh))
  web.post('/templates', visit('manager', create))
  web.post('/templates/preview', visit('staff', preview))
  web.post('/templates/form', visit('manager', revise))
  web.get('/templates/:id', visit('staff', open))
  web.post('/templates/:id', visit('manager', save))
  web.post('/templates/:id/delete', visit('manager', remove))
  web.post('/templates/:id/undelete', visit('manager', undelete))
}
