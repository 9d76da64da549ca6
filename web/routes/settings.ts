import type { Router } from 'express'
import { updateOrganization } from '../../db/queries/organization.ts'
import { Problem } from '../../domain/problem.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import { checkSettings, settingsInput } from '../settings/form.ts'
import { settingsModel } from '../settings/model.ts'
import type { PageHandler, Visits } from '../visit.ts'
import { actionTypeRoutes } from './actionTypes.ts'
import { connectionRoutes } from './connections.ts'
import { resourceRoutes } from './resources.ts'
import { staffRoutes } from './staff.ts'

const title = 'Settings'

/** `GET /settings` */
const open: PageHandler = async ({ organization, visitor }) => {
  const settings = settingsModel(organization, organization.version, [], mayAct(visitor.role, 'admin'))
  return { view: 'settings', title, section: 'settings', model: { settings, tab: 'practice' } }
}

/** `POST /settings` */
const save: PageHandler = async ({ tx, by, form, organization }) => {
  const input = settingsInput(form, organization)
  const checked = checkSettings(input)
  const version = Number(one(form, 'version'))
  if ('errors' in checked) {
    // What was typed is shown again; the schema has judged it, so only its shape is taken for granted.
    const typed = { ...organization, ...input } as typeof organization
    const settings = settingsModel(typed, version, checked.errors, true)
    return { view: 'settings', title, section: 'settings', status: 422, model: { settings, tab: 'practice' } }
  }
  try {
    await updateOrganization(tx, checked.edit, version, by)
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'stale') throw error
    return {
      redirect: '/settings',
      notice: notice(
        'bad',
        'Somebody else changed the settings meanwhile. Nothing of yours was saved: these are the settings now.',
      ),
    }
  }
  return { redirect: '/settings', notice: notice('good', 'Settings saved. Everything that waits is planned again.') }
}

/** `POST /settings/pause`: stops or resumes everything at once. */
const pause: PageHandler = async ({ tx, by, form }) => {
  const paused = one(form, 'paused') === 'yes'
  await updateOrganization(tx, { paused }, null, by)
  const undo = { action: '/settings/pause', fields: [{ name: 'paused', value: paused ? 'no' : 'yes' }] }
  const text = paused
    ? 'Paused: nothing is planned or sent.'
    : 'Messages are planned and sent again. What became too late meanwhile is skipped.'
  return { redirect: '/settings', notice: notice(paused ? 'warn' : 'good', text, { undo }) }
}

export function settingsRoutes(web: Router, visit: Visits): void {
  web.get('/settings', visit('manager', open))
  web.post('/settings', visit('admin', save))
  web.post('/settings/pause', visit('admin', pause))
  actionTypeRoutes(web, visit)
  resourceRoutes(web, visit)
  staffRoutes(web, visit)
  connectionRoutes(web, visit)
}
