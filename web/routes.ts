import express, { type ErrorRequestHandler, Router } from 'express'
import { Problem } from '../domain/problem.ts'
import { assets } from './assets.ts'
import type { WebDeps } from './deps.ts'
import { oopsOf } from './errors.ts'
import { createPages, type Pages } from './pages.ts'
import { actionRoutes } from './routes/actions.ts'
import { careEventRoutes } from './routes/careEvents.ts'
import { catchUpRoutes } from './routes/catchUp.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { feedRoutes } from './routes/feed.ts'
import { fileUploadRoutes } from './routes/fileUpload.ts'
import { patientRoutes } from './routes/patients.ts'
import { settingsRoutes } from './routes/settings.ts'
import { signInRoutes } from './routes/signIn.ts'
import { simulatorRoutes } from './routes/simulator.ts'
import { templateRoutes } from './routes/templates.ts'
import { visits } from './visit.ts'
import { visitorRoutes } from './visitors/routes.ts'

export type { WebDeps } from './deps.ts'

/** All pages, under `/`: what is none of ours is left to whoever mounts the router, except for browsers. */
export function createWeb(deps: WebDeps): Router {
  const web = Router()
  const pages = createPages(deps)
  const visit = visits(deps, pages)
  const signIn = signInRoutes(deps, pages)

  web.use(assets())
  // A pasted Bundle is longer than any other form.
  web.use('/settings/connections/sources', express.urlencoded({ extended: false, limit: '2mb', parameterLimit: 500 }))
  web.use(express.urlencoded({ extended: false, limit: '100kb', parameterLimit: 5000 }))
  web.get('/', (_req, res) => res.redirect(303, '/actions'))
  visitorRoutes(web, deps)
  web.get('/sign-in', signIn.open)
  web.post('/sign-in', signIn.enter)
  web.post('/sign-out', signIn.leave)
  web.post('/session/here', signIn.here)
  actionRoutes(web, visit)
  templateRoutes(web, visit)
  catchUpRoutes(web, visit)
  deliveryRoutes(web, visit)
  patientRoutes(web, visit)
  feedRoutes(web, visit)
  careEventRoutes(web, visit)
  fileUploadRoutes(web, deps)
  settingsRoutes(web, visit)
  simulatorRoutes(web, visit, deps)
  web.use((req, _res, next) => next(req.accepts(['json', 'html']) === 'html' ? new Problem('notFound', '') : undefined))
  web.use(errorPage(deps, pages))
  return web
}

/** Errors as pages; htmx gets a page of its own rather than one inside another. */
function errorPage(deps: WebDeps, pages: Pages): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error)
    const { status, title, text } = oopsOf(error)
    if (status >= 500) deps.report(error, req)
    const id: unknown = res.locals.requestId
    const requestId = status >= 500 && typeof id === 'string' ? id : null
    if (req.get('hx-request') === 'true') res.set({ 'HX-Retarget': 'body', 'HX-Reswap': 'innerHTML' })
    pages.sendGate(res, status, 'oops', title, {
      oops: { status, title, text, requestId, back: '/actions', backLabel: 'Back to custom actions' },
    })
  }
}
