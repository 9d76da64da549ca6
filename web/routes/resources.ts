import type { Router } from 'express'
import { updateOrganization } from '../../db/queries/organization.ts'
import {
  type FacilityView,
  listResources,
  type PracticeResource,
  type ResourceView,
  updateResource,
} from '../../db/queries/practiceResources.ts'
import { type ResourceKind, resourceKinds } from '../../domain/organization.ts'
import { notFound } from '../../domain/problem.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { idOf } from './ids.ts'

interface Kind {
  slug: string
  table: PracticeResource
  kind: ResourceKind
  title: string
  one: string
}
const kinds: readonly Kind[] = [
  { slug: 'facilities', table: 'facility', kind: 'facility', title: 'Facilities', one: 'facility' },
  { slug: 'providers', table: 'provider', kind: 'provider', title: 'Providers', one: 'provider' },
  {
    slug: 'appointment-types',
    table: 'appointment_type',
    kind: 'appointmentType',
    title: 'Appointment types',
    one: 'appointment type',
  },
]

function kindOf({ params }: Visit): Kind {
  const kind = kinds.find(({ slug }) => slug === params.kind)
  if (!kind) throw notFound('practice resource')
  return kind
}

/** `GET /settings/resources/:kind` */
const open: PageHandler = async (visit) => {
  const { tx, organization, visitor } = visit
  const kind = kindOf(visit)
  const rows = await everyPage((page) => listResources<ResourceView & Partial<FacilityView>>(tx, kind.table, page))
  const model = {
    ...kind,
    kinds: kinds.map(({ slug, title }) => ({
      href: `/settings/resources/${slug}`,
      title,
      current: slug === kind.slug,
    })),
    mayEdit: mayAct(visitor.role, 'admin'),

    kindOn: organization.enabledResourceKinds.includes(kind.kind),
    rows: rows.map((row) => ({
      id: row.id,
      action: `/settings/resources/${kind.slug}/${row.id}`,
      name: row.publicName ?? row.name,
      ehrName: row.publicName !== null && row.publicName !== row.name ? row.name : null,
      where: [row.timeZone, row.state].filter(Boolean).join(', '),
      enabled: row.enabled,
      sensitive: row.sensitive,
    })),
  }
  return { view: 'resources', title: kind.title, section: 'settings', model: { resources: model, tab: 'resources' } }
}

/** `POST /settings/resources/:kind/:id`: one on or off. */
const change: PageHandler = async (visit) => {
  const kind = kindOf(visit)
  const enabled = one(visit.form, 'enabled') === 'yes'
  const id = idOf(visit, kind.one)
  const row = await updateResource<ResourceView>(visit.tx, kind.table, id, { enabled }, visit.by)
  const undo = {
    action: `/settings/resources/${kind.slug}/${id}`,
    fields: [{ name: 'enabled', value: enabled ? 'no' : 'yes' }],
  }
  const text = `${row.publicName ?? row.name} is ${enabled ? 'on: messages about it are planned' : 'off: nothing about it is planned'}.`
  return { redirect: `/settings/resources/${kind.slug}`, notice: notice('good', text, { undo }) }
}

/** `POST /settings/resources/:kind`: the whole kind on or off. */
const changeKind: PageHandler = async (visit) => {
  const { tx, by, form, organization } = visit
  const kind = kindOf(visit)
  const on = one(form, 'enabled') === 'yes'
  const enabledResourceKinds = resourceKinds.filter((each) =>
    each === kind.kind ? on : organization.enabledResourceKinds.includes(each),
  )
  await updateOrganization(tx, { enabledResourceKinds }, null, by)
  const undo = { action: `/settings/resources/${kind.slug}`, fields: [{ name: 'enabled', value: on ? 'no' : 'yes' }] }
  return {
    redirect: `/settings/resources/${kind.slug}`,
    notice: notice('good', `${kind.title} are ${on ? 'on' : 'off'} as a whole.`, { undo }),
  }
}

export function resourceRoutes(web: Router, visit: Visits): void {
  web.get('/settings/resources', (_req, res) => res.redirect(303, '/settings/resources/facilities'))
  web.get('/settings/resources/:kind', visit('manager', open))
  web.post('/settings/resources/:kind', visit('admin', changeKind))
  web.post('/settings/resources/:kind/:id', visit('admin', change))
}
