import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ApiDeps } from './deps.ts'

/** Prometheus: our requests, this process (event loop lag among others), and what the database says about the queue. */
export function createMetrics(
  deps: ApiDeps,
  elapsedMs: () => number,
): { observe: RequestHandler; serve: RequestHandler } {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests take, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  const lag = new Gauge({
    name: 'outbox_lag_seconds',
    help: 'Age of the oldest touch not yet planned.',
    registers: [registry],
  })
  const rows = new Gauge({ name: 'outbox_rows', help: 'Touches not yet planned.', registers: [registry] })
  const waiting = new Gauge({
    name: 'planned_messages',
    help: 'Messages planned and not yet claimed.',
    registers: [registry],
  })
  const deliveries = new Gauge({
    name: 'deliveries',
    help: 'Deliveries by status.',
    labelNames: ['status'],
    registers: [registry],
  })

  const silent = new Gauge({
    name: 'ehr_sources_silent',
    help: 'EHRs that are silent for longer than they usually are.',
    registers: [registry],
  })

  const observe: RequestHandler = (req, res, next) => {
    const began = elapsedMs()
    res.once('close', () => {
      const route: unknown = res.locals.route
      const name = typeof route === 'string' ? route : req.path.startsWith('/api/') ? 'unknown' : 'other'
      requests.observe({ method: req.method, route: name, status: res.statusCode }, (elapsedMs() - began) / 1000)
    })
    next()
  }
  const serve: RequestHandler = async (_req, res) => {
    const figures = await deps.database.figures(deps.clock())
    lag.set(figures.outboxLagSeconds)
    rows.set(figures.outboxRows)
    waiting.set(figures.plannedMessages)
    silent.set(figures.silentSources)
    deliveries.reset()
    for (const { status, count } of figures.deliveries) deliveries.set({ status }, count)
    const all = deps.ehrMetrics ? Registry.merge([registry, deps.ehrMetrics]) : registry
    res.set('Content-Type', registry.contentType).send(await all.metrics())
  }
  return { observe, serve }
}
