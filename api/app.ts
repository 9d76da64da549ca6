import express, { type Express } from 'express'
import helmet from 'helmet'
import { adminRoutes } from './admin/index.ts'
import type { ApiDeps } from './deps.ts'
import { docsPage, docsStyle } from './docs.ts'
import { ehrFileRejectsRouter } from './ehrFileRejects.ts'
import { errorHandler, unknownRoute } from './errors.ts'
import { jsonBody } from './jsonBody.ts'
import { requestLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { serve } from './serve.ts'
import { sessionRouter } from './session.ts'

/** Elapsed real time for logs and metrics only; nothing is decided by it. */
const elapsedMs = () => performance.now()

/** The whole HTTP surface over its dependencies; listens nowhere yet. */
export function createApp(deps: ApiDeps): Express {
  const app = express()
  const metrics = createMetrics(deps, elapsedMs)
  const routes = adminRoutes(deps)
  const document = openApi(routes, deps.publicUrl)

  app.disable('x-powered-by')
  app.set('trust proxy', 'loopback, linklocal, uniquelocal')
  app.set('query parser', 'simple')
  app.use(requestLog(deps.log, elapsedMs), metrics.observe, securityHeaders(deps.publicUrl))

  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  app.get('/readyz', async (_req, res) => {
    const parts = await deps.readiness()
    const ready = parts.database && parts.temporal && parts.worker
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'notReady', ...parts })
  })
  app.get('/metrics', metrics.serve)
  app.get('/openapi.json', (_req, res) => void res.json(document))
  app.get('/docs', (_req, res) => void res.type('html').send(docsPage(document)))
  app.get('/docs.css', (_req, res) => void res.type('css').send(docsStyle))

  if (deps.ehr) app.use('/ehr', deps.ehr)
  if (deps.callbacks) app.use('/callbacks', deps.callbacks)

  app.use('/api', jsonBody(deps))
  app.use(sessionRouter(deps))
  app.use(ehrFileRejectsRouter(deps))
  serve(app, routes, deps)
  app.use('/api', unknownRoute)
  if (deps.web) app.use(deps.web)
  app.use(unknownRoute)
  app.use(errorHandler(deps.log))
  return app
}

/** Everything from our own origin, no inline script or style; HTTPS is only insisted on where it is used. */
function securityHeaders(publicUrl: string) {
  const secure = publicUrl.startsWith('https:')
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
}
