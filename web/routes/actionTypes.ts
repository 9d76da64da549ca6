import type { Router } from 'express'
import { switchActionType, usageByType } from '../../db/queries/enablement.ts'
import { actionTypes } from '../../domain/action.ts'
import { notFound } from '../../domain/problem.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { droppedWords } from '../resources/notices.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visits } from '../visit.ts'
import { typeSentences, typeWords } from '../words/types.ts'

/** `GET /settings/types` (T1) */
const open: PageHandler = async ({ tx, organization, visitor }) => {
  const usage = await usageByType(tx)
  const types = actionTypes.map((type) => ({
    type,
    name: `${typeWords[type]} actions`,
    what: typeSentences[type],
    enabled: organization.enabledActionTypes.includes(type),
    active: usage.get(type)?.active ?? 0,
    waiting: usage.get(type)?.waiting ?? 0,
  }))
  const mayEdit = mayAct(visitor.role, 'admin')
  return {
    view: 'actionTypes',
    title: 'Types of actions',
    section: 'settings',
    model: { types, mayEdit, tab: 'types' },
  }
}

/** `POST /settings/types`: one type on or off. */
const change: PageHandler = async ({ tx, by, form }) => {
  const type = actionTypes.find((each) => each === one(form, 'type'))
  if (!type) throw notFound('type of action')
  const on = one(form, 'enabled') === 'yes'
  const dropped = on ? 0 : ((await usageByType(tx)).get(type)?.waiting ?? 0)
  await switchActionType(tx, type, on, by)
  const undo = {
    action: '/settings/types',
    fields: [
      { name: 'type', value: type },
      { name: 'enabled', value: on ? 'no' : 'yes' },
    ],
  }
  const outcome = on
    ? 'on: those that are active are planned'
    : `off: ${dropped > 0 ? droppedWords(dropped) : 'nothing of them is planned'}`
  return { redirect: '/settings/types', notice: notice('good', `${typeWords[type]} actions are ${outcome}.`, { undo }) }
}

export function actionTypeRoutes(web: Router, visit: Visits): void {
  web.get('/settings/types', visit('manager', open))
  web.post('/settings/types', visit('admin', change))
}
