import type { Router } from 'express'
import {
  switchResourceKind,
  waitingByResource,
  waitingOfKind,
  waitingOfResources,
} from '../../db/queries/enablement.ts'
import { updateOrganization } from '../../db/queries/organization.ts'
import { getResource, listResources, updateResource, updateResources } from '../../db/queries/practiceResources.ts'
import { localPath } from '../answer.ts'
import { many, one } from '../formData.ts'
import { type Notice, notice } from '../notice.ts'
import { checkResource, resourceForm, resourceInput } from '../resources/form.ts'
import { type Kind, kindHref, kindOf, resourceHref } from '../resources/kinds.ts'
import { type ListedResource, resourceList, resourceQuery, shownName } from '../resources/list.ts'
import { droppedWords } from '../resources/notices.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { idOf, isId } from './ids.ts'

const perPage = 100

/** `GET /settings/resources/:kind` (E2) */
const open: PageHandler = async ({ tx, organization, visitor, query, params }) => {
  const kind = kindOf(params.kind)
  const wanted = resourceQuery(query)
  const page = await listResources<ListedResource>(tx, kind.table, {
    limit: perPage,
    cursor: wanted.cursor || undefined,
    q: wanted.q || undefined,
    enabled: wanted.state === '' ? undefined : wanted.state === 'on',
  })
  const waiting = await waitingByResource(tx, kind.table)
  const kindWaiting = await waitingOfKind(tx, kind.kind)
  const model = {
    ...resourceList(kind, page.items, wanted, { waiting, kindWaiting, nextCursor: page.nextCursor }),
    mayEdit: mayAct(visitor.role, 'admin'),
    kindOn: organization.enabledResourceKinds.includes(kind.kind),
    newOnes: organization.enableNewResources,
  }
  return { view: 'resources', title: kind.title, section: 'settings', model: { resources: model, tab: 'resources' } }
}

/** `GET /settings/resources/:kind/:id` */
const edit: PageHandler = async (visit) => {
  const kind = kindOf(visit.params.kind)
  const stored = await getResource<ListedResource>(visit.tx, kind.table, idOf(visit, kind.one))
  return formPage(visit, kind, stored, resourceForm(kind, stored, {}, []))
}

/** `POST /settings/resources/:kind/:id`: the practice's own name for it, and what else a sync must not overwrite. */
const save: PageHandler = async (visit) => {
  const kind = kindOf(visit.params.kind)
  const id = idOf(visit, kind.one)
  const stored = await getResource<ListedResource>(visit.tx, kind.table, id)
  const input = resourceInput(kind, visit.form)
  const checked = checkResource(kind, stored, input)
  if ('errors' in checked)
    return { ...formPage(visit, kind, stored, resourceForm(kind, stored, input, checked.errors)), status: 422 }
  const saved = await updateResource<ListedResource>(visit.tx, kind.table, id, checked.edit, visit.by)
  return { redirect: kindHref(kind), notice: notice('good', `${shownName(saved)} was saved.`) }
}

function formPage(visit: Visit, kind: Kind, stored: ListedResource, form: ReturnType<typeof resourceForm>) {
  const resource = {
    ...form,
    name: shownName(stored),
    action: resourceHref(kind, stored.id),
    back: kindHref(kind),
    title: kind.title,
    mayEdit: mayAct(visit.visitor.role, 'admin'),
  }
  return {
    view: 'resource',
    title: resource.name,
    section: 'settings' as const,
    model: { resource, tab: 'resources' },
  }
}

/** `POST /settings/resources/:kind/switch`: those selected, or the one whose button was pressed, on or off. */
const switchSome: PageHandler = async ({ tx, by, form, params }) => {
  const kind = kindOf(params.kind)
  const redirect = localPath(one(form, 'here'), kindHref(kind))
  const enabled = one(form, 'enabled') === 'yes'
  const ids = many(form, 'ids')
    .flatMap((value) => value.split(','))
    .filter(isId)
    .slice(0, 500)
  if (ids.length === 0) return { redirect, notice: notice('warn', `No ${kind.one} was selected.`) }
  const dropped = enabled ? 0 : await waitingOfResources(tx, kind.table, ids)
  const outcomes = await updateResources(tx, kind.table, ids, { enabled }, by)
  const changed = outcomes.flatMap(({ id, outcome }) => (outcome === 'changed' ? [id] : []))
  const [first] = changed
  if (first === undefined)
    return { redirect, notice: notice('warn', `Nothing changed: they were ${enabled ? 'on' : 'off'} already.`) }
  const name = shownName(await getResource<ListedResource>(tx, kind.table, first))
  const subject = changed.length === 1 ? `${name} is` : `${changed.length} ${kind.many} are`
  return { redirect, notice: told(subject, enabled, dropped, undoOf(kind, changed, enabled, redirect)) }
}

/** `POST /settings/resources/:kind`: the whole kind on or off. */
const switchKind: PageHandler = async ({ tx, by, form, params }) => {
  const kind = kindOf(params.kind)
  const on = one(form, 'enabled') === 'yes'
  const dropped = on ? 0 : await waitingOfKind(tx, kind.kind)
  await switchResourceKind(tx, kind.kind, on, by)
  const undo = { action: kindHref(kind), fields: [{ name: 'enabled', value: on ? 'no' : 'yes' }] }
  return { redirect: kindHref(kind), notice: told(`${kind.title} as a whole are`, on, dropped, undo) }
}

/** `POST /settings/new-resources`: whether what the EHR names for the first time starts on. */
const switchNew: PageHandler = async ({ tx, by, form }) => {
  const enableNewResources = one(form, 'enabled') === 'yes'
  await updateOrganization(tx, { enableNewResources }, null, by)
  const undo = {
    action: '/settings/new-resources',
    fields: [
      { name: 'enabled', value: enableNewResources ? 'no' : 'yes' },
      { name: 'here', value: localPath(one(form, 'here'), '/settings/resources').slice(0, 200) },
    ],
  }
  const text = enableNewResources
    ? 'What the EHR names for the first time starts on. What is off already stays off.'
    : 'What the EHR names for the first time starts off, until you switch it on here.'
  return { redirect: localPath(one(form, 'here'), '/settings/resources'), notice: notice('good', text, { undo }) }
}

function told(subject: string, on: boolean, dropped: number, undo: Notice['undo']): Notice {
  const text = on
    ? `${subject} on: messages about it are planned.`
    : `${subject} off: ${dropped > 0 ? droppedWords(dropped) : 'nothing about it is planned'}.`
  return notice('good', text, { undo })
}

/** The same form the other way, while the ids fit into a cookie. */
function undoOf(kind: Kind, ids: readonly string[], enabled: boolean, here: string): Notice['undo'] {
  if (ids.length > 40) return null
  const fields = [
    { name: 'ids', value: ids.join(',') },
    { name: 'enabled', value: enabled ? 'no' : 'yes' },
    { name: 'here', value: here.slice(0, 200) },
  ]
  return { action: `${kindHref(kind)}/switch`, fields }
}

export function resourceRoutes(web: Router, visit: Visits): void {
  web.get('/settings/resources', (_req, res) => res.redirect(303, '/settings/resources/facilities'))
  web.post('/settings/new-resources', visit('admin', switchNew))
  web.get('/settings/resources/:kind', visit('manager', open))
  web.post('/settings/resources/:kind', visit('admin', switchKind))
  web.post('/settings/resources/:kind/switch', visit('admin', switchSome))
  web.get('/settings/resources/:kind/:id', visit('manager', edit))
  web.post('/settings/resources/:kind/:id', visit('admin', save))
}
