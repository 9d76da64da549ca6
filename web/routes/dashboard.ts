import { listGroups } from '../../db/queries/actionGroups.ts'
import { listCustomActions } from '../../db/queries/customActionList.ts'
import { dashboardList, dashboardQuery } from '../dashboard/list.ts'
import { replanningBars } from '../dashboard/replanning.ts'
import { typeChoices } from '../editor/typeChoices.ts'
import { everyPage } from '../everyPage.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler } from '../visit.ts'

/** `GET /actions`: the dashboard (C1). A practice has some hundred actions at most: all of them are on one page. */
export const dashboard: PageHandler = async ({ tx, query, organization, visitor, now }) => {
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
    model: { list: { ...dashboardList(actions, context), replanning: await replanningBars(tx) } },
  }
}
