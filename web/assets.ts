import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'

const folder = fileURLToPath(new URL('static/', import.meta.url))
const htmx = fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js'))
const forever = { immutable: true, maxAge: '365d' } as const

/** Part of every asset's address: it changes with their content, so that browsers may keep them for good. */
export function assetVersion(): string {
  const hash = createHash('sha256').update(readFileSync(htmx))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  ))
    if (entry.isFile()) hash.update(readFileSync(`${entry.parentPath}/${entry.name}`))
  return hash.digest('hex').slice(0, 12)
}

/** `/static/*`: style sheets, our modules, and htmx from its package; nothing comes from another origin. */
export function assets(): Router {
  const router = Router()
  router.get('/static/htmx.js', (req, res) => res.sendFile(htmx, keeping(req.query.v)))
  router.use('/static', (req, res, next) =>
    express.static(folder, { index: false, redirect: false, ...keeping(req.query.v) })(req, res, next),
  )
  router.use('/static', (_req, res) => void res.status(404).type('text/plain').send('There is no such file.\n'))
  router.get('/favicon.ico', (_req, res) => res.redirect(301, '/static/favicon.svg'))
  return router
}

/** Modules import each other without a version: those are asked for again, cheaply, by their ETag. */
const keeping = (version: unknown) => (typeof version === 'string' && version !== '' ? forever : { maxAge: 0 })
