import type { ApiDeps } from '../deps.ts'
import type { Route } from '../route.ts'
import { careEventRoutes } from './careEvents.ts'
import { customActionRoutes } from './customActions.ts'
import { deliveryRoutes } from './deliveries.ts'
import { groupRoutes } from './groups.ts'
import { organizationRoutes } from './organization.ts'
import { practiceResourceRoutes } from './practiceResources.ts'
import { simulatorRoutes } from './simulator.ts'
import { squigglyRoutes } from './squigglies.ts'

/** Every call of the contract that this deployment answers, in the order in which the documentation lists them. */
export function adminRoutes(deps: Pick<ApiDeps, 'simulator'>): Route[] {
  return [
    ...customActionRoutes,
    ...groupRoutes,
    ...squigglyRoutes,
    ...careEventRoutes,
    ...deliveryRoutes,
    ...organizationRoutes,
    ...practiceResourceRoutes,
    ...(deps.simulator ? simulatorRoutes : []),
  ]
}
