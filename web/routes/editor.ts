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
import { changesPlan } from '../../domain/actionEdit.ts'
import { definitionProblems } from '../../domain/checkDefinition.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { namesOfCodes } from '../editor/codes.ts'
import { codeProblems } from '../editor/codesForm.ts'
import { type Confirm, confirmOf } from '../editor/confirm.ts'
import { conflictModel } from '../editor/conflict.ts'
import { definitionInput } from '../editor/definitionInput.ts'
import { draftDefinition } from '../editor/draft.ts'
import { type ActionForm, emptyForm, readForm } from '../editor/form.ts'
import { formOf } from '../editor/formOf.ts'
import { editorModel } from '../editor/model.ts'
import { outlookModel } from '../editor/outlook.ts'
import { readResources } from '../editor/pickers.ts'
import { previewModel } from '../editor/preview.ts'
import { issuesOf } from '../editor/problems.ts'
import { reachRowsModel } from '../editor/reachRows.ts'
import { readStaffChoices } from '../editor/recipients.ts'
import { afterStep } from '../editor/steps.ts'
import { readTemplateNames } from '../editor/templateNames.ts'
import { textProblems } from '../editor/textProblems.ts'
import { typeChoices } from '../editor/typeChoices.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { idOf, isId } from './ids.ts'

/** `GET /actions/new?type=recall`; without a type the first that is switched on. */
export const newAction: PageHandler = (visit) => {
  const choices = typeChoices(visit.organization)
  const wanted = one(visit.query, 'type')
  const choice = choices.find(({ type }) => type === wanted) ?? choices.find(({ enabled }) => enabled) ?? choices[0]
  return editorPage(visit, null, emptyForm(choice?.type ?? 'appointment'))
}

/** `GET /actions/:id` */
export const openAction: PageHandler = async (visit) => {
  const stored = await getCustomAction(visit.tx, idOf(visit, 'custom action'))
  return editorPage(visit, stored, formOf(definitionOf(stored)))
}

/** `POST /actions` */
export const createAction: PageHandler = async (visit) => {
  const form = readForm(visit.form)
  const { save, isConfirmed } = saveOf(visit)
  const status = save === 'activate' ? 'active' : 'inactive'
  const checked = await check(visit, form, null, { ...definitionInput(form, null), status })
  if ('errors' in checked) return editorPage(visit, null, form, { errors: checked.errors })
  const confirm = isConfirmed ? null : await confirmOf(visit, checked.definition, null, save)
  if (confirm) return editorPage(visit, null, form, { changed: true, confirm })
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
  const { save, isConfirmed } = saveOf(visit)
  if (save === 'review') return editorPage(visit, before, form, { changed: true })
  const status = save === 'activate' ? 'active' : save === 'deactivate' ? 'inactive' : before.status
  if (String(before.version) !== one(visit.form, 'version')) return conflictPage(visit, before, form)
  const checked = await check(visit, form, before, { ...definitionInput(form, definitionOf(before)), status })
  if ('errors' in checked) return editorPage(visit, before, form, { errors: checked.errors })
  const confirm = isConfirmed ? null : await confirmOf(visit, checked.definition, before, save)
  if (confirm) return editorPage(visit, before, form, { changed: true, confirm })
  const after = await editCustomAction(visit.tx, before, checked.definition, visit.by)
  return { redirect: `/actions/${id}`, notice: notice('good', savedText(before, after)) }
}

/** "keep", or "keep confirmed" once somebody has seen what it does. */
function saveOf({ form }: Visit) {
  const [save = '', confirmed] = one(form, 'save').split(' ')
  return { save, isConfirmed: confirmed === 'confirmed' }
}

function savedText(before: CustomActionView, after: CustomActionView): string {
  if (before.version === after.version) return 'Nothing was changed.'
  if (before.status === after.status) {
    const isPlanned = after.status === 'active' && changesPlan(definitionOf(before), definitionOf(after))
    return `“${after.title}” saved.${isPlanned ? ' What waits is planned again.' : ''}`
  }
  return after.status === 'active'
    ? `“${after.title}” saved and activated: its messages are being planned.`
    : `“${after.title}” saved and deactivated: nothing waits for it any more.`
}

/** `POST /actions/preview`: a fragment for htmx, the whole page without script. */
export const previewAction: PageHandler = async (visit) => {
  const form = readForm(visit.form)
  const stored = await storedOf(visit)
  if (!visit.partial) return editorPage(visit, stored, form, { changed: true })
  return { partial: 'previewSwap', model: { preview: await previewModel(visit, form, stored, chosenOf(visit)) } }
}

/** `POST /actions/outlook`: reach and impact, asked for apart because they may take longer than the text. */
export const outlookAction: PageHandler = async (visit) => {
  const stored = await storedOf(visit)
  return { partial: 'editor/outlook', model: { outlook: await outlookModel(visit, readForm(visit.form), stored) } }
}

/** `POST /actions/reach`: the messages behind the figures, for the form as it stands. */
export const reachOfAction: PageHandler = async (visit) => {
  const form = readForm(visit.form)
  const stored = await storedOf(visit)
  const reach = await reachRowsModel(visit, form, stored)
  if (reach === null) return editorPage(visit, stored, form, { changed: true })
  return { view: 'reach', title: `Reach: ${reach.title}`, section: 'actions', model: { reach } }
}

/** The action that the form is about; null for a new one. */
async function storedOf({ tx, form }: Visit): Promise<CustomActionView | null> {
  const id = one(form, 'id')
  return isId(id) ? getCustomAction(tx, id) : null
}

/** `POST /actions/form`: the same form again, after one of its own buttons: another language, another code. */
export const reviseAction: PageHandler = async (visit) => {
  const stored = await storedOf(visit)
  const form = afterStep(readForm(visit.form), visit.form)
  return editorPage(visit, stored, form, { errors: codeProblems(form.codes), changed: true, status: 200 })
}

const chosenOf = ({ form, query }: Visit) => [one(form, 'previewOf'), query.previewOf].find(isId) ?? null

async function check(visit: Visit, form: ActionForm, before: CustomActionView | null, input: Record<string, unknown>) {
  const typed = codeProblems(form.codes)
  const parsed = actionDefinitionSchema.safeParse(input)
  if (!parsed.success)
    return { errors: [...issuesOf(parsed.error), ...typed, ...textErrors(form), ...choiceErrors(form, before)] }
  try {
    const definition = await checkedDefinition(visit.tx, parsed.data, { isAdmin: visit.visitor.role === 'admin' })
    return typed.length > 0 ? { errors: typed } : { definition }
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') return { errors: [...error.errors, ...typed] }
    throw error
  }
}

/** What is chosen, or not chosen, though it does not fit; where the rest of the form has a shape. Told with the others. */
function choiceErrors(form: ActionForm, before: CustomActionView | null): FieldError[] {
  const draft = draftDefinition(form, before)
  const told = draft === null ? [] : definitionProblems(draft, { isAdmin: true })
  return told.filter(({ path }) => /^(recipients|templateId|timing|sameDay)/.test(path))
}

/** Told together with what the schema finds, so that nobody corrects a form twice. */
function textErrors(form: ActionForm): FieldError[] {
  return Object.entries(textProblems(form)).flatMap(([path, problems]) =>
    problems.map(({ message, line, column }) => ({ path, message, line, column })),
  )
}

interface Shown {
  errors?: readonly FieldError[]
  /** The fields differ from what is saved. */
  changed?: boolean
  status?: number
  confirm?: Confirm | null
}

async function editorPage(
  visit: Visit,
  stored: CustomActionView | null,
  form: ActionForm,
  { errors = [], changed = errors.length > 0, status = errors.length > 0 ? 422 : 200, confirm = null }: Shown = {},
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
    codeNames: await namesOfCodes(form.codes.codes),
    staff: await readStaffChoices(tx),
    templates: await readTemplateNames(tx),
    isAdmin: visitor.role === 'admin',
    savedState: stored
      ? `Saved ${writtenOut(Date.parse(stored.editedAt), organization.timeZone, now)}, version ${stored.version}`
      : '',
    mayManage: mayAct(visitor.role, 'manager'),
  })
  return {
    view: 'editor',
    title: editor.heading,
    section: 'actions',
    status,
    model: {
      editor,
      form,
      confirm,
      preview: await previewModel(visit, form, stored, chosenOf(visit)),
      outlook: await outlookModel(visit, form, stored),
    },
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
