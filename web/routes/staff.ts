import type { Router } from 'express'
import { listResources, type ResourceView } from '../../db/queries/practiceResources.ts'
import { getStaffMember, listStaff, listStaffRoles, type StaffView } from '../../db/queries/staff.ts'
import { actionsNaming, createStaffMember, deleteStaffMember, updateStaffMember } from '../../db/queries/staffEdit.ts'
import { listUsers } from '../../db/queries/users.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { everyPage } from '../everyPage.ts'
import { one, queryString } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import { checkStaffForm, emptyStaffForm, readStaffForm, type StaffForm, staffFormOf } from '../staff/form.ts'
import { type StaffSurroundings, staffModel, staffRow } from '../staff/model.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { idOf } from './ids.ts'

const page = '/settings/staff'
const perPage = 50

/** `GET /settings/staff` */
const list: PageHandler = async ({ tx, query }) => {
  const wanted = {
    q: one(query, 'q').trim().slice(0, 200),
    role: one(query, 'role').trim().slice(0, 100),
    cursor: one(query, 'cursor').slice(0, 2000),
  }
  const { q, role, cursor } = wanted
  const found = await listStaff(tx, {
    q: q || undefined,
    role: role || undefined,
    cursor: cursor || undefined,
    limit: perPage,
  })
  const facilities = await everyPage((each) => listResources<ResourceView>(tx, 'facility', each))
  const model = {
    ...wanted,
    filtered: q !== '' || role !== '' || cursor !== '',
    roles: (await listStaffRoles(tx)).map((each) => ({ role: each.role, chosen: each.role === role })),
    rows: found.items.map((member) => staffRow(member, facilities)),
    next: found.nextCursor === null ? null : `${page}${queryString({ q, role, cursor: found.nextCursor })}`,
    back: cursor === '' ? null : `${page}${queryString({ q, role })}`,
  }
  return { view: 'staff', title: 'Staff', section: 'settings', model: { list: model, tab: 'staff' } }
}

/** `GET /settings/staff/new` */
const fresh: PageHandler = (visit) => formPage(visit, emptyStaffForm, null, [])

/** `GET /settings/staff/:id` */
const open: PageHandler = async (visit) => {
  const member = await getStaffMember(visit.tx, idOf(visit, 'staff member'))
  return formPage(visit, staffFormOf(member), member, [])
}

async function formPage(
  visit: Visit,
  form: StaffForm,
  member: StaffView | null,
  errors: readonly FieldError[],
): Promise<Answer> {
  const model = {
    ...staffModel(form, member, errors, await surroundings(visit)),
    naming: member === null ? [] : await actionsNaming(visit.tx, member.id),
  }
  return {
    view: 'staffMember',
    title: model.name,
    section: 'settings',
    ...(errors.length > 0 ? { status: 422 } : {}),
    model: { member: model, tab: 'staff' },
  }
}

async function surroundings({ tx, visitor }: Visit): Promise<StaffSurroundings> {
  return {
    roles: await listStaffRoles(tx),
    facilities: await everyPage((each) => listResources<ResourceView>(tx, 'facility', each)),
    providers: await everyPage((each) => listResources<ResourceView>(tx, 'provider', each)),
    users: mayAct(visitor.role, 'admin') ? await everyPage((each) => listUsers(tx, each)) : null,
  }
}

/** `POST /settings/staff` */
const add: PageHandler = async (visit) => {
  const form = readStaffForm(visit.form)
  const checked = checkStaffForm(form)
  if ('errors' in checked) return formPage(visit, form, null, checked.errors)
  try {
    const member = await createStaffMember(visit.tx, checked.input, visit.by)
    const text = `${member.firstName} ${member.lastName} is added. Choose them, or a role of theirs, as the recipients of an action.`
    return { redirect: page, notice: notice('good', text) }
  } catch (error) {
    return formPage(visit, form, null, refusals(error))
  }
}

/** `POST /settings/staff/:id` */
const save: PageHandler = async (visit) => {
  const { tx, by } = visit
  const before = await getStaffMember(tx, idOf(visit, 'staff member'))
  const form = { ...readStaffForm(visit.form), ...unseen(visit, before) }
  const version = Number(one(visit.form, 'version'))
  const typed = { ...before, version }
  const checked = checkStaffForm(form)
  if ('errors' in checked) return formPage(visit, form, typed, checked.errors)
  const { active: _active, ...edit } = checked.input
  try {
    const { firstName, lastName } = await updateStaffMember(tx, before.id, edit, version, by)
    const text = `${firstName} ${lastName} is saved. What waits for them is planned again.`
    return { redirect: page, notice: notice('good', text) }
  } catch (error) {
    if (error instanceof Problem && error.kind === 'stale')
      return {
        redirect: `${page}/${before.id}`,
        notice: notice(
          'bad',
          'Somebody else changed them meanwhile. Nothing of yours was saved: this is what is stored now.',
        ),
      }
    return formPage(visit, form, typed, refusals(error))
  }
}

/** Who may not see the users does not change whom somebody signs in as. */
function unseen({ visitor }: Visit, before: StaffView): Partial<StaffForm> {
  return mayAct(visitor.role, 'admin') ? {} : { userId: before.userId ?? '' }
}

/** What only the database knows to be wrong; nothing has been written by then. */
function refusals(error: unknown): readonly FieldError[] {
  if (error instanceof Problem && error.kind === 'invalid' && error.errors.length > 0) return error.errors
  throw error
}

/** `POST /settings/staff/:id/active`: on or off, without a look at the rest. */
const activate: PageHandler = async (visit) => {
  const id = idOf(visit, 'staff member')
  const active = one(visit.form, 'active') === 'yes'
  try {
    const { firstName, lastName } = await updateStaffMember(visit.tx, id, { active }, null, visit.by)
    const undo = { action: `${page}/${id}/active`, fields: [{ name: 'active', value: active ? 'no' : 'yes' }] }
    const text = active
      ? `${firstName} ${lastName} gets messages again.`
      : `${firstName} ${lastName} is deactivated: nothing is sent to them, and what waited is dropped.`
    return { redirect: page, notice: notice('good', text, { undo }) }
  } catch (error) {
    return {
      redirect: `${page}/${id}`,
      notice: notice(
        'bad',
        refusals(error)
          .map(({ message }) => message)
          .join(' '),
      ),
    }
  }
}

/** `POST /settings/staff/:id/delete` */
const remove: PageHandler = async (visit) => {
  const id = idOf(visit, 'staff member')
  const { firstName, lastName } = await getStaffMember(visit.tx, id)
  try {
    await deleteStaffMember(visit.tx, id, null, visit.by)
    return {
      redirect: page,
      notice: notice('good', `${firstName} ${lastName} is deleted. The record keeps what they got.`),
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    return { redirect: `${page}/${id}`, notice: notice('bad', error.message) }
  }
}

export function staffRoutes(web: Router, visit: Visits): void {
  web.get(page, visit('manager', list))
  web.get(`${page}/new`, visit('manager', fresh))
  web.get(`${page}/:id`, visit('manager', open))
  web.post(page, visit('manager', add))
  web.post(`${page}/:id`, visit('manager', save))
  web.post(`${page}/:id/active`, visit('manager', activate))
  web.post(`${page}/:id/delete`, visit('manager', remove))
}
