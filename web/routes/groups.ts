import { createGroup, deleteGroup, listGroups, updateGroup } from '../../db/queries/actionGroups.ts'
import { invalid } from '../../domain/problem.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { idOf } from './ids.ts'

function nameOf({ form }: Visit): string {
  const name = one(form, 'name').trim()
  if (name === '' || name.length > 100)
    throw invalid([{ path: '', message: 'A group needs a name of at most 100 characters.' }])
  return name
}

/** `POST /groups` */
export const addGroup: PageHandler = async (visit) => {
  const group = await createGroup(visit.tx, { name: nameOf(visit) }, visit.by)
  return {
    redirect: '/actions',
    notice: notice('good', `Group “${group.name}” added. Move actions into it with their “Move to group” button.`),
  }
}

/** `POST /groups/:id/rename` */
export const renameGroup: PageHandler = async (visit) => {
  const group = await updateGroup(visit.tx, idOf(visit, 'group'), { name: nameOf(visit) }, visit.by)
  return { redirect: '/actions', notice: notice('good', `The group is called “${group.name}” now.`) }
}

/** `POST /groups/:id/order`: one place up or down. */
export const reorderGroup: PageHandler = async (visit) => {
  const id = idOf(visit, 'group')
  const groups = await everyPage((page) => listGroups(visit.tx, page))
  const place = groups.findIndex((group) => group.id === id)
  const position = Math.max(0, place + (one(visit.form, 'to') === 'up' ? -1 : 1))
  const group = await updateGroup(visit.tx, id, { position }, visit.by)
  return { redirect: '/actions', notice: notice('good', `Group “${group.name}” moved.`) }
}

/** `POST /groups/:id/delete`: its actions stay. */
export const removeGroup: PageHandler = async (visit) => {
  const id = idOf(visit, 'group')
  const group = (await everyPage((page) => listGroups(visit.tx, page))).find((each) => each.id === id)
  await deleteGroup(visit.tx, id, visit.by)
  return {
    redirect: '/actions',
    notice: notice('good', `Group “${group?.name ?? ''}” deleted. Its actions are under “No group”.`),
  }
}
