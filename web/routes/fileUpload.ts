import type { RequestHandler, Router } from 'express'
import { FileTooLarge, type StoredFile, storeFile } from '../../db/queries/inbound/files/storeFile.ts'
import { findInboundSource, type InboundSource } from '../../db/queries/inbound/source.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { WebDeps } from '../deps.ts'
import { keepNotice, type Notice, notice } from '../notice.ts'
import { mayAct, type Visitor } from '../sessions.ts'
import { readUpload, type Upload } from '../sources/upload.ts'
import { toSignIn } from '../visit.ts'
import { isId } from './ids.ts'

const path = '/settings/connections/sources/:id/files'

/** `POST …/files`: a file of any size, stored as it arrives; so that no transaction is open meanwhile, it is no visit. */
function upload(deps: WebDeps): RequestHandler {
  return async (req, res) => {
    const visitor = await deps.sessions.find(req)
    if (visitor === null) return toSignIn(req, res)
    if (!mayAct(visitor.role, 'admin')) throw new Problem('forbidden', 'Files are uploaded by admins.')
    const { fields, name, body } = await readUpload(req)
    let told: Notice
    try {
      // The token stands before the file: nothing of the file is read for a page that is not ours.
      req.body = fields
      deps.sessions.requireOwnRequest(req, visitor)
      const source = await sourceOf(deps, visitor, req.params.id)
      told = await store(deps, source, { fields, name, body })
    } finally {
      body.resume()
    }
    keepNotice(res, told)
    res.set('Cache-Control', 'no-store').redirect(303, `/settings/connections/sources/${req.params.id}/files`)
  }
}

async function sourceOf({ database, encryption }: WebDeps, visitor: Visitor, id: unknown): Promise<InboundSource> {
  const source = isId(id) ? await findInboundSource(database, encryption, id) : null
  if (source === null || source.organizationId !== visitor.organizationId || source.kind !== 'csv')
    throw notFound('EHR source')
  return source
}

async function store(deps: WebDeps, source: InboundSource, { fields, name, body }: Upload): Promise<Notice> {
  if (name === '') return notice('bad', 'Choose a file first.')
  if (source.status === 'disabled') return notice('bad', 'This source is switched off: nothing of it is taken.')
  try {
    const file = { name, body, layout: fields.layout || null }
    return noticeOf(name, await storeFile(deps, source, file, deps.clock()))
  } catch (error) {
    if (error instanceof FileTooLarge) return notice('bad', `“${name}”: ${error.message}.`)
    throw error
  }
}

function noticeOf(name: string, { outcome, reasons }: StoredFile): Notice {
  const called = name.slice(0, 100)
  if (outcome === 'waiting') return notice('good', `“${called}” is stored, and is being imported.`)
  if (outcome === 'repeat') return notice('warn', `“${called}” is the same as the last one: nothing has to be done.`)
  const lines = reasons.map(({ path: where, message }) => `${where === 'file' ? 'It' : `“${where}”`} ${message}`)
  return notice('bad', `“${called}” cannot be imported.`, { lines: lines.map((line) => line.slice(0, 300)) })
}

export function fileUploadRoutes(web: Router, deps: WebDeps): void {
  web.post(path, upload(deps))
}
