import { STATUS_CODES } from 'node:http'
import type { Request } from 'express'
import {
  defaultMaxFileBytes,
  FileTooLarge,
  type StoredFile,
  storeFile,
} from '../../db/queries/inbound/files/storeFile.ts'
import { requestIdOf } from '../errors.ts'
import { csvBody, WrongPacking } from './csvBody.ts'
import type { EhrDeps } from './deps.ts'
import type { PostAnswer, StreamFormat } from './postFormat.ts'
import { proofOf } from './sourceSecrets.ts'

const json = 'application/json; charset=utf-8'
const problemJson = 'application/problem+json; charset=utf-8'

/**
 * `POST /ehr/csv?name=…&layout=…` (Inbound: files): a file as it comes, in bounded memory. The answer is given when all
 * of it is stored; it is imported afterwards.
 */
export function csvFormat(deps: EhrDeps): StreamFormat {
  const { database, encryption, maxFileBytes = defaultMaxFileBytes } = deps
  return {
    kind: 'csv',
    path: '/csv',
    contentTypes: ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/csv'],
    encodings: ['gzip', 'identity'],
    maxBodyBytes: maxFileBytes,
    async receiveStream(source, req, now) {
      const body = csvBody(req, proofOf(req), source.secret)
      const stored = await storeFile({ database, encryption, maxFileBytes }, source, { ...namesIn(req), body }, now)
      return answerOf(stored)
    },
    refusalOf(error) {
      if (error instanceof FileTooLarge) return { status: 413, text: `${error.message}: send it in parts` }
      return error instanceof WrongPacking ? { status: 422, text: error.message } : null
    },
    refuse(res, status, text) {
      if (status === 401) res.set('WWW-Authenticate', 'Bearer')
      const problem = {
        type: 'about:blank',
        title: STATUS_CODES[status],
        status,
        detail: text,
        errors: [],
        requestId: requestIdOf(res),
      }
      res
        .status(status)
        .set({ 'Cache-Control': 'no-store', 'Content-Type': problemJson })
        .send(Buffer.from(JSON.stringify(problem)))
    },
    onlyPost: 'Files are only taken here, not served: POST a file',
  }
}

function namesIn(req: Request): { name: string; layout: string | null } {
  const query = new URL(req.originalUrl, 'http://localhost').searchParams
  return { name: query.get('name') || 'upload.csv', layout: query.get('layout') }
}

function answerOf({ fileId, outcome, reasons }: StoredFile): PostAnswer {
  if (outcome !== 'refused') {
    const answer = Buffer.from(JSON.stringify({ fileId, outcome }))
    return { status: outcome === 'waiting' ? 202 : 200, contentType: json, answer, stored: [] }
  }
  const errors = reasons.map(({ path, message }) => ({ path, message }))
  const detail = reasons
    .map(({ path, message }) => `${path === 'file' ? 'The file' : `"${path}"`} ${message}`)
    .join('. ')
  const problem = { type: 'about:blank', title: 'Not valid', status: 422, detail, errors, requestId: null, fileId }
  return { status: 422, contentType: problemJson, answer: Buffer.from(JSON.stringify(problem)), stored: [] }
}
