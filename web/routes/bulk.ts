import { listGroups } from '../../db/queries/actionGroups.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import {
  type CustomActionView,
  definitionOf,
  editCustomAction,
  lockCustomAction,
} from '../../db/queries/customActions.ts'
import { type ActionDefinition, ruleNames } from '../../domain/action.ts'
import { type FieldError, invalid, Problem } from '../../domain/problem.ts'
import { localPath, queryOf } from '../answer.ts'
import { dashboardConfirm } from '../dashboard/confirm.ts'
import { everyPage } from '../everyPage.ts'
import { type FormData, many, one } from '../formData.ts'
import { type Notice, notice } from '../notice.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { dashboardPage } from './dashboard.ts'
import { isId } from './ids.ts'

type Change = Partial<Pick<CustomActionView, 'status' | 'skippedRules' | 'groupId'>>

/** `POST /actions/bulk` (C7): one change for all selected actions; shows first what it does, then what became of each. */
export const bulkEdit: PageHandler = async (visit) => {
  const { tx, by, form } = visit
  const redirect = localPath(one(form, 'here'), '/actions')
  const ids = many(form, 'ids')
    .flatMap((value) => value.split(','))
    .filter(isId)
    .slice(0, 500)
  if (ids.length === 0) return { redirect, notice: notice('warn', 'No action was selected, so nothing was changed.') }
  const change = await changeOf(visit)
  const { edits, lines } = await editsOf(visit, ids, change)
  const confirm = await dashboardConfirm(visit, asked(edits, change, redirect))
  if (confirm) return dashboardPage(visit, queryOf(redirect), confirm)
  const changed: CustomActionView[] = []
  for (const { before, definition } of edits) {
    const after = await editCustomAction(tx, before, definition, by)
    if (after.version === before.version) lines.push(`“${before.title}” was like that already.`)
    else changed.push(before)
  }
  return { redirect, notice: outcome(changed, lines, change, redirect) }
}

interface Edit {
  before: CustomActionView
  definition: ActionDefinition
}

/** What is to be stored of each action, and why some are not among them. */
async function editsOf(visit: Visit, ids: readonly string[], change: Change) {
  const edits: Edit[] = []
  const lines: string[] = []
  // In one order, so that two bulk edits at once wait for each other instead of deadlocking.
  for (const id of [...new Set(ids)].sort()) {
    const before = await lockCustomAction(visit.tx, id, null).catch(ignoreMissing)
    if (before === null) {
      lines.push('One action had been deleted meanwhile.')
      continue
    }
    const definition = await checked(visit, { ...definitionOf(before), ...change })
    if ('refused' in definition) lines.push(`“${before.title}” was not changed: ${definition.refused}`)
    else edits.push({ before, definition })
  }
  return { edits, lines }
}

/** The question before it is done, with the actions that it is about by name. */
function asked(edits: readonly Edit[], change: Change, back: string) {
  const { doing, verb } = wordsOf(change)
  const titles = edits.map(({ before }) => `“${before.title}”`)
  const more = titles.length > 8 ? ` and ${titles.length - 8} more` : ''
  return {
    edit: { kind: 'edit', changes: edits.map(({ before, definition }) => ({ id: before.id, definition })) },
    doing: `${doing} ${edits.length} ${edits.length === 1 ? 'action' : 'actions'}`,
    verb,
    note: `${titles.slice(0, 8).join(', ')}${more}.`,
    action: '/actions/bulk',
    back,
  } as const
}

function wordsOf({ status, skippedRules }: Change) {
  if (status === 'active') return { doing: 'activating', verb: 'Activate', done: 'activated' }
  if (status === 'inactive') return { doing: 'deactivating', verb: 'Deactivate', done: 'deactivated' }
  if (skippedRules) return { doing: 'setting the rules of', verb: 'Set the rules', done: 'changed' }
  return { doing: 'moving', verb: 'Move', done: 'moved' }
}

/** The definition as it would be stored, or why this one can't be changed; the others go on. */
async function checked(
  { tx, visitor }: Visit,
  definition: ActionDefinition,
): Promise<ActionDefinition | { refused: string }> {
  try {
    return await checkedDefinition(tx, definition, { isAdmin: visitor.role === 'admin' })
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') return { refused: error.message }
    throw error
  }
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Problem && error.kind === 'notFound') return null
  throw error
}

async function changeOf({ form, tx }: Visit): Promise<Change> {
  const moveTo = one(form, 'moveTo')
  if (moveTo === 'none') return { groupId: null }
  if (moveTo !== '') {
    const groups = await everyPage((page) => listGroups(tx, page))
    if (!groups.some(({ id }) => id === moveTo)) throw invalid([refused('That group was deleted meanwhile.')])
    return { groupId: moveTo }
  }
  switch (one(form, 'change')) {
    case 'activate':
      return { status: 'active' }
    case 'deactivate':
      return { status: 'inactive' }
    case 'rules':
      return { skippedRules: rulesOf(form) }
    default:
      throw invalid([refused('Choose what to change: status, delivery rules or group.')])
  }
}

const refused = (message: string): FieldError => ({ path: '', message })
const rulesOf = (form: FormData) => ruleNames.filter((rule) => many(form, 'skippedRules').includes(rule))

function outcome(changed: readonly CustomActionView[], lines: string[], change: Change, here: string): Notice {
  const told = [...lines.slice(0, 9), ...(lines.length > 9 ? [`And ${lines.length - 9} more.`] : [])]
  const text = `${changed.length} ${changed.length === 1 ? 'action' : 'actions'} ${wordsOf(change).done}${lines.length > 0 ? `, ${lines.length} not` : ''}.`
  const undo = undoOf(changed, change, here)
  return notice(changed.length > 0 ? 'good' : 'warn', text, { lines: told, undo })
}

/** The change back, as the same form, when all had the same value before and their ids fit into a cookie. */
function undoOf(changed: readonly CustomActionView[], change: Change, here: string): Notice['undo'] {
  const [first] = changed
  if (!first || changed.length > 40) return null
  const name = change.status ? 'status' : change.skippedRules ? 'skippedRules' : 'groupId'
  if (changed.some((action) => JSON.stringify(action[name]) !== JSON.stringify(first[name]))) return null
  const back =
    name === 'status'
      ? [{ name: 'change', value: first.status === 'active' ? 'activate' : 'deactivate' }]
      : name === 'groupId'
        ? [{ name: 'moveTo', value: first.groupId ?? 'none' }]
        : [{ name: 'change', value: 'rules' }, ...first.skippedRules.map((value) => ({ name: 'skippedRules', value }))]
  const ids = changed.map(({ id }) => id).join(',')
  return {
    action: '/actions/bulk',
    fields: [
      { name: 'ids', value: ids },
      { name: 'here', value: here.slice(0, 200) },
      { name: 'confirmed', value: 'yes' },
      ...back,
    ],
  }
}
