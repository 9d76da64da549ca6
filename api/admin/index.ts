import type { ApiDeps } from '../deps.ts'
import type { Route } from '../route.ts'
import { accessRoutes } from './access.ts'
import { careEventRoutes } from './careEvents.ts'
import { catchUpRoutes } from './catchUps.ts'
import { codeRoutes } from './codes.ts'
import { customActionHistoryRoutes } from './customActionHistory.ts'
import { customActionRoutes } from './customActions.ts'
import { deliveryRoutes } from './deliveries.ts'
import { ehrRoutes } from './ehr.ts'
import { ehrFileRoutes } from './ehrFiles.ts'
import { feedRoutes } from './feed.ts'
import { groupRoutes } from './groups.ts'
import { impactRoutes } from './impact.ts'
import { organizationRoutes } from './organization.ts'
import { patientRoutes } from './patients.ts'
import { practiceResourceRoutes } from './practiceResources.ts'
import { previewRoutes } from './preview.ts'
import { pullRoutes } from './pulls.ts'
import { reachRoutes } from './reach.ts'
import { replyRoutes } from './replies.ts'
import { simulatorRoutes } from './simulator.ts'
import { sourceCounterRoutes } from './sourceCounters.ts'
import { squigglyRoutes } from './squigglies.ts'
import { staffRoutes } from './staff.ts'
import { templateRoutes } from './templates.ts'

/** Every call of the contract that this deployment answers, in the order in which the documentation lists them. */
export function adminRoutes(deps: Pick<ApiDeps, 'simulator'>): Route[] {
  return [
    ...customActionRoutes,
    ...customActionHistoryRoutes,
    ...previewRoutes,
    ...reachRoutes,
    ...impactRoutes,
    ...catchUpRoutes,
    ...squigglyRoutes,
    ...codeRoutes,
    ...groupRoutes,
    ...templateRoutes,
    ...careEventRoutes,
    ...patientRoutes,
    ...deliveryRoutes,
    ...replyRoutes,
    ...organizationRoutes,
    ...practiceResourceRoutes,
    ...staffRoutes,
    ...ehrRoutes,
    ...ehrFileRoutes,
    ...pullRoutes,
    ...sourceCounterRoutes,
    ...feedRoutes,
    ...accessRoutes,
    ...(deps.simulator ? simulatorRoutes : []),
  ]
}
