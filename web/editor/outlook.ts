import type { CustomActionView } from '../../db/queries/customActions.ts'
import type { Visit } from '../visit.ts'
import type { ActionForm } from './form.ts'
import { impactModel, impactOf } from './impact.ts'
import { reachModel } from './reach.ts'

/** What comes of the form as it stands: who is reached, and for a stored action what saving it does to what waits. */
export async function outlookModel(visit: Visit, form: ActionForm, stored: CustomActionView | null) {
  const { organization, now } = visit
  const reach = await reachModel(visit, form, stored)
  const { definition } = reach
  return {
    reach,
    heading: stored?.status === 'active' ? 'If you save now' : 'If you save and activate now',
    impact: stored && definition && impactModel(await impactOf(visit, definition, stored), organization.timeZone, now),
  }
}
