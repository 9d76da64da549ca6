import type { Router } from 'express'
import type { Visits } from '../visit.ts'
import { deleteAction, duplicateAction, moveAction, undeleteAction } from './actionRows.ts'
import { bulkEdit } from './bulk.ts'
import { dashboard } from './dashboard.ts'
import {
  createAction,
  newAction,
  openAction,
  outlookAction,
  previewAction,
  reachOfAction,
  reviseAction,
  saveAction,
} from './editor.ts'
import { addGroup, removeGroup, renameGroup, reorderGroup } from './groups.ts'
import { replanning } from './replanning.ts'
import { waitingMessages } from './waiting.ts'

export function actionRoutes(web: Router, visit: Visits): void {
  web.get('/actions', visit('staff', dashboard))
  web.post('/actions/bulk', visit('manager', bulkEdit))
  web.get('/actions/new', visit('manager', newAction))
  web.post('/actions', visit('manager', createAction))
  web.post('/actions/preview', visit('staff', previewAction))
  web.post('/actions/outlook', visit('staff', outlookAction))
  web.post('/actions/reach', visit('staff', reachOfAction))
  web.post('/actions/form', visit('staff', reviseAction))
  web.get('/actions/replanning', visit('staff', replanning))
  web.get('/actions/:id', visit('staff', openAction))
  web.get('/actions/:id/waiting', visit('staff', waitingMessages))
  web.post('/actions/:id', visit('manager', saveAction))
  web.post('/actions/:id/duplicate', visit('manager', duplicateAction))
  web.post('/actions/:id/move', visit('manager', moveAction))
  web.post('/actions/:id/delete', visit('manager', deleteAction))
  web.post('/actions/:id/undelete', visit('manager', undeleteAction))

  web.post('/groups', visit('manager', addGroup))
  web.post('/groups/:id/rename', visit('manager', renameGroup))
  web.post('/groups/:id/order', visit('manager', reorderGroup))
  web.post('/groups/:id/delete', visit('manager', removeGroup))
}
