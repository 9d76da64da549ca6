import type { Router } from 'express'
import type { WebDeps } from '../deps.ts'
import { confirmRoutes } from './confirm.ts'
import { visitorPages } from './page.ts'
import { preferencesRoutes } from './preferences.ts'
import { secureMessageRoutes } from './secureMessage.ts'

/** The pages that a link in a message leads to. */
export function visitorRoutes(web: Router, deps: WebDeps): void {
  const pages = visitorPages()
  secureMessageRoutes(web, deps, pages)
  preferencesRoutes(web, deps, pages)
  confirmRoutes(web, deps, pages)
}
