import { listGroups } from '../../db/queries/actionGroups.ts'
import {
  createCustomAction,
  definitionOf,
  deleteCustomAction,
  editCustomAction,
  getCustomAction,
  lockCustomAction,
} from '../../db/queries/customActions.ts'
import { undeleteCustomAction } from '../../db/queries/undeleteCustomAction.ts'
import { waitingOf } from '../../db/queries/waitingMessages.ts'
import { localPath, queryOf } from '../answer.ts'
import { dashboardConfirm } from '../dashboard/confirm.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { dashboardPage } from './dashboard.ts'
import { idOf } from './ids.ts'

const back = ({ form }: Visit) => localPath(one(form, 'here'), '/actions')
const messages = (count: number) => `${count} waiting ${count === 1 ? 'message was' : 'messages were'} dropped`

/** `POST /actions/:id/duplicate`: a copy to change, inactive until it is activated. */
export const duplicateAction: PageHandler = async ({ tx, by, ...visit }) => {
  const original = definitionOf(await getCustomAction(tx, idOf({ tx, by, ...visit }, 'custom action')))
  const title = `Copy of ${original.title}`.slice(0, 200)
  const copy = await createCustomAction(tx, { ...original, title, status: 'inactive' }, by)
  return {
    redirect: `/actions/${copy.id}`,
    notice: notice('good', `This is a copy of “${original.title}”. It stays inactive until you activate it.`),
  }
}

/** `POST /actions/:id/move`: into a group, or out of all. */
export const moveAction: PageHandler = async (visit) => {
  const { tx, by, form } = visit
  const groupId = one(form, 'groupId') === 'none' ? null : one(form, 'groupId')
  const group = (await everyPage((page) => listGroups(tx, page))).find(({ id }) => id === groupId)
  if (groupId !== null && group === undefined)
    return { redirect: back(visit), notice: notice('bad', 'That group was deleted meanwhile. Nothing was moved.') }
  const before = await lockCustomAction(tx, idOf(visit, 'custom action'), null)
  await editCustomAction(tx, before, { ...definitionOf(before), groupId }, by)
  const undo = {
    action: `/actions/${before.id}/move`,
    fields: [
      { name: 'groupId', value: before.groupId ?? 'none' },
      { name: 'here', value: back(visit).slice(0, 200) },
    ],
  }
  const where = group ? `to “${group.name}”` : 'out of its group'
  return { redirect: back(visit), notice: notice('good', `“${before.title}” moved ${where}.`, { undo }) }
}

/** `POST /actions/:id/delete`: shows first what it drops, says afterwards how much that was, and can be undone. */
export const deleteAction: PageHandler = async (visit) => {
  const { tx, by } = visit
  const id = idOf(visit, 'custom action')
  const action = await getCustomAction(tx, id)
  const confirm = await dashboardConfirm(visit, {
    edit: { kind: 'delete', id },
    doing: `deleting “${action.title}”`,
    verb: 'Delete',
    note: 'What was sent stays on record. A deletion can be undone.',
    action: `/actions/${id}/delete`,
    back: back(visit),
    always: true,
  })
  if (confirm) return dashboardPage(visit, queryOf(back(visit)), confirm)
  const waiting = await waitingOf(tx, id)
  await deleteCustomAction(tx, id, null, by)
  const text = `“${action.title}” deleted${waiting > 0 ? `; ${messages(waiting)}` : ''}.`
  return {
    redirect: back(visit),
    notice: notice('good', text, { undo: { action: `/actions/${id}/undelete`, fields: [] } }),
  }
}

/** `POST /actions/:id/undelete` */
export const undeleteAction: PageHandler = async (visit) => {
  const action = await undeleteCustomAction(visit.tx, idOf(visit, 'custom action'), visit.by)
  return {
    redirect: '/actions',
    notice: notice('good', `“${action.title}” is back. What is still due is planned again.`),
  }
}
