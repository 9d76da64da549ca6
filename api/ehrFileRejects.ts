import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import { rejectsAsCsv } from '../db/queries/inbound/files/rejectsFile.ts'
import { authenticate } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { checkedParams, idParams } from './input.ts'
import { requireRole } from './principal.ts'

/** `GET /api/ehr-files/{id}/rejects`: a file, so not one of the JSON routes; sent as it is read. */
export function ehrFileRejectsRouter(deps: ApiDeps): Router {
  const router = Router()
  router.get('/api/ehr-files/:id/rejects', async (req, res) => {
    res.locals.route = '/api/ehr-files/{id}/rejects'
    const who = await authenticate(deps, req)
    requireRole(who, 'admin')
    const { id } = checkedParams(idParams, req.params)
    const lines = rejectsAsCsv(deps, who.organizationId, id)
    // What is not there is told by its error, before anything is sent.
    const header = await lines.next()
    res.set({
      'Cache-Control': 'no-store',
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="rejects-${id}.csv"`,
    })
    res.write(header.value ?? '')
    await pipeline(lines, res)
  })
  return router
}
