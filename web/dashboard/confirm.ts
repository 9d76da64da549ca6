import { readImpact } from '../../db/queries/impact.ts'
import type { UnsavedEdit } from '../../domain/unsavedEdit.ts'
import { changeIn, harmIn, impactModel } from '../editor/impact.ts'
import { type FormData, many } from '../formData.ts'
import type { Visit } from '../visit.ts'

/** Asked on the dashboard before something is done to actions that changes what waits; sent again once it was seen. */
export interface DashboardConfirm {
  question: string
  /** Said below the question. */
  note: string | null
  label: string
  /** Messages would be gone, or out at once. */
  harms: boolean
  /** The same form again, with the answer in it. */
  action: string
  fields: { name: string; value: string }[]
  impact: ReturnType<typeof impactModel>
  back: string
}

interface Asked {
  edit: UnsavedEdit
  /** As in "deactivating 2 actions". */
  doing: string
  /** As in "Deactivate". */
  verb: string
  note?: string
  action: string
  back: string
  /** Asked even if no message is touched. */
  always?: boolean
}

/** Whether somebody has seen what it does. */
export const isConfirmed = ({ form }: Visit): boolean => many(form, 'confirmed').includes('yes')

/** What to ask before an edit is done; null when it was confirmed already, or touches no message that waits. */
export async function dashboardConfirm(
  visit: Visit,
  { edit, doing, verb, note, action, back, always = false }: Asked,
): Promise<DashboardConfirm | null> {
  if (isConfirmed(visit)) return null
  const { tx, deps, organization, now, form } = visit
  const impact = await readImpact(tx, await deps.configuration.read(tx), edit, now)
  const change = changeIn(impact)
  if (change === '' && !always) return null
  return {
    question: `Nothing is changed yet: ${doing} would ${change || 'touch no message that waits'}.`,
    note: note ?? null,
    label: change === '' ? verb : `${verb} and ${change}`,
    harms: harmIn(impact) !== '',
    action,
    fields: [...fieldsOf(form), { name: 'confirmed', value: 'yes' }],
    impact: impactModel(impact, organization.timeZone, now),
    back,
  }
}

/** All that was sent, but for the session's own token. */
function fieldsOf(form: FormData): DashboardConfirm['fields'] {
  return Object.keys(form)
    .filter((name) => name !== '_csrf')
    .flatMap((name) => many(form, name).map((value) => ({ name, value })))
}
