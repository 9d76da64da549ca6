import type { Tx } from '../../db/orm.ts'
import { listStaff, listStaffRoles } from '../../db/queries/staff.ts'
import { everyPage } from '../everyPage.ts'
import { type Choice, choicesOf, chosenLabels } from './choices.ts'
import type { ActionForm } from './form.ts'

export interface StaffChoices {
  members: readonly { value: string; label: string; note: string | null }[]
  roles: readonly { value: string; label: string }[]
}

/** Whom a staff action can name. */
export async function readStaffChoices(tx: Tx): Promise<StaffChoices> {
  const members = await everyPage((page) => listStaff(tx, page))
  return {
    members: members.map(({ id, firstName, lastName, active }) => ({
      value: id,
      label: `${firstName} ${lastName}`,
      note: active ? null : 'not active',
    })),
    roles: (await listStaffRoles(tx)).map(({ role, staff }) => ({ value: role, label: `${role} (${staff})` })),
  }
}

/** The two lists under "Staff". */
export function recipientsModel(form: ActionForm, { members, roles }: StaffChoices) {
  const list = (name: string, label: string, options: Choice[], empty: string) => ({
    name,
    label,
    options,
    empty,
    id: `recipients-${name}`,
    chosen: chosenLabels(options).join(', ') || 'nobody chosen',
  })
  return [
    list('roles', 'Roles', choicesOf(roles, form.roles), 'No staff member has a role yet.'),
    list('staffIds', 'People', choicesOf(members, form.staffIds), 'No staff member is entered yet.'),
  ]
}
