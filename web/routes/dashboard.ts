import { listGroups } from '../../db/queries/actionGroups.ts'
import { listCustomActions } from '../../db/queries/customActionList.ts'
import type { Answer } from '../answer.ts'
import type { DashboardConfirm } from '../dashboard/confirm.ts'
import { dashboardList, dashboardQuery } from '../dashboard/list.ts'
import { replanningBars } from '../dashboard/replanning.ts'
import { typeChoices } from '../editor/typeChoices.ts'
import { everyPage } from '../everyPage.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit } from '../visit.ts'

/** `GET /actions`: the dashboard (C1). */
export const dashboard: PageHandler = (visit) => dashboardPage(visit, visit.query)

/**
 * The dashboard as an address asks for it, and what is to be confirmed before it is done, if anything. A practice has
 * some hundred actions at most: all of them are on one page.
 */
export async function dashboardPage(
  { tx, organization, visitor, now }: Visit,
  query: Visit['query'],
  confirm: DashboardConfirm | null = null,
): Promise<Answer> {
  const wanted = dashboardQuery(query)
  const filter = {
    q: wanted.q || undefined,
    type: wanted.type || undefined,
    status: wanted.status || undefined,
    groupId: wanted.groupId || undefined,
    sort: 'title',
  }
  const actions = await everyPage((page) => listCustomActions(tx, { ...filter, ...page }, now))
  const groups = await everyPage((page) => listGroups(tx, page))
  const context = {
    query: wanted,
    groups,
    newTypes: typeChoices(organization),
    now,
    rules: organization.deliveryRules,
    zone: organization.timeZone,
    mayManage: mayAct(visitor.role, 'manager'),
  }
  return {
    view: 'dashboard',
    title: 'Custom actions',
    section: 'actions',
    model: { confirm, list: { ...dashboardList(actions, context), replanning: await replanningBars(tx) } },
  }
}
