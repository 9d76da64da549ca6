import { listGroups } from '../../db/queries/actionGroups.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import {
  type CustomActionView,
  createCustomAction,
  definitionOf,
  editCustomAction,
  getCustomAction,
  lockCustomAction,
} from '../../db/queries/customActions.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { conflictModel } from '../editor/conflict.ts'
import { type ActionForm, definitionInput, emptyForm, formOf, readForm } from '../editor/form.ts'
import { editorModel } from '../editor/model.ts'
import { readResources } from '../editor/pickers.ts'
import { previewModel, templateProblems } from '../editor/preview.ts'
import { issuesOf } from '../editor/problems.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { idOf, isId } from './ids.ts'

/** `GET /actions/new` */
export const newAction: PageHandler = (visit) => editorPage(visit, null, emptyForm)

/** `GET /actions/:id` */
export const openAction: PageHandler = async (visit) => {
  const stored = await getCustomAction(visit.tx, idOf(visit, 'custom action'))
  return editorPage(visit, stored, formOf(definitionOf(stored)))
}

/** `POST /actions` */
export const createAction: PageHandler = async (visit) => {
  const form = readForm(visit.form)
  const status = one(visit.form, 'save') === 'activate' ? 'active' : 'inactive'
  const checked = await check(visit, { ...definitionInput(form, null), status })
  if ('errors' in checked) return editorPage(visit, null, form, checked.errors)
  const action = await createCustomAction(visit.tx, checked.definition, visit.by)
  const active =
    status === 'active'
      ? 'It is active: its messages are being planned.'
      : 'It is inactive: nothing is sent until you activate it.'
  return { redirect: `/actions/${action.id}`, notice: notice('good', `“${action.title}” saved. ${active}`) }
}

/** `POST /actions/:id`; what somebody else saved meanwhile is never overwritten unseen. */
export const saveAction: PageHandler = async (visit) => {
  const id = idOf(visit, 'custom action')
  const form = readForm(visit.form)
  const before = await lockCustomAction(visit.tx, id, null)
  const save = one(visit.form, 'save')
  if (save === 'review') return editorPage(visit, before, form, [], true)
  const status = save === 'activate' ? 'active' : save === 'deactivate' ? 'inactive' : before.status
  if (String(before.version) !== one(visit.form, 'version')) return conflictPage(visit, before, form)
  const checked = await check(visit, { ...definitionInput(form, definitionOf(before)), status })
  if ('errors' in checked) return editorPage(visit, before, form, checked.errors)
  const after = await editCustomAction(visit.tx, before, checked.definition, visit.by)
  return { redirect: `/actions/${id}`, notice: notice('good', savedText(before, after)) }
}

function savedText(before: CustomActionView, after: CustomActionView): string {
  if (before.version === after.version) return 'Nothing was changed.'
  if (before.status === after.status) return `“${after.title}” saved. What waits is planned again.`
  return after.status === 'active'
    ? `“${after.title}” saved and activated: its messages are being planned.`
    : `“${after.title}” saved and deactivated: nothing waits for it any more.`
}

/** `POST /actions/preview`: a fragment for htmx, the whole page without script. */
export const previewAction: PageHandler = async (visit) => {
  const form = readForm(visit.form)
  const id = one(visit.form, 'id')
  const stored = isId(id) ? await getCustomAction(visit.tx, id) : null
  if (!visit.partial) return editorPage(visit, stored, form, [], true)
  return { partial: 'preview', model: { preview: await previewModel(visit, form, stored, chosenOf(visit)) } }
}

const chosenOf = ({ form, query }: Visit) => [one(form, 'previewOf'), query.previewOf].find(isId) ?? null

async function check(visit: Visit, input: Record<string, unknown>) {
  const parsed = actionDefinitionSchema.safeParse(input)
  if (!parsed.success) return { errors: [...issuesOf(parsed.error), ...bodyProblems(one(visit.form, 'body'))] }
  try {
    return { definition: await checkedDefinition(visit.tx, parsed.data, { isAdmin: visit.visitor.role === 'admin' }) }
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') return { errors: error.errors }
    throw error
  }
}

/** Told together with what the schema finds, so that nobody corrects a form twice. */
function bodyProblems(body: string): FieldError[] {
  if (body.trim() === '') return []
  return templateProblems(body.replaceAll('\r\n', '\n')).map((problem) => ({ ...problem, path: 'message.body' }))
}

async function editorPage(
  visit: Visit,
  stored: CustomActionView | null,
  form: ActionForm,
  errors: readonly FieldError[] = [],
  changed = errors.length > 0,
): Promise<Answer> {
  const { tx, organization, visitor, now } = visit
  const editor = editorModel({
    stored,
    form,
    errors,
    organization,
    changed,
    groups: await everyPage((page) => listGroups(tx, page)),
    resources: await readResources(tx),
    savedState: stored
      ? `Saved ${writtenOut(Date.parse(stored.editedAt), organization.timeZone, now)}, version ${stored.version}`
      : '',
    mayManage: mayAct(visitor.role, 'manager'),
  })
  return {
    view: 'editor',
    title: stored?.title ?? 'New action',
    section: 'actions',
    status: errors.length > 0 ? 422 : 200,
    model: { editor, form, preview: await previewModel(visit, form, stored, chosenOf(visit)) },
  }
}

async function conflictPage(visit: Visit, stored: CustomActionView, form: ActionForm): Promise<Answer> {
  const conflict = await conflictModel(visit, stored, form)
  return {
    view: 'conflict',
    title: `${stored.title}: changed by somebody else`,
    section: 'actions',
    status: 412,
    model: { conflict },
  }
}
