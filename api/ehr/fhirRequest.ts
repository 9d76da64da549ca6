import type { Request } from 'express'
import type { Instant } from '../../domain/instant.ts'

/** Medplum tells of a deletion by a header beside an empty resource. */
const deletionHeader = 'x-medplum-deleted-resource'
const typeAndId = /^[A-Z][A-Za-z]{1,40}\/[^/?#\s]{1,200}$/

/**
 * A request as the message that is stored, so that a replay needs nothing else: a deletion by its method or header is a
 * Bundle that says when it was told, everything else is the body as it came (Inbound: deletes).
 */
export function messageOf(req: Request, body: Buffer, now: Instant): Buffer {
  const deleted = req.method === 'DELETE' ? req.path.replace(/^\//, '') : req.get(deletionHeader)?.trim()
  if (deleted === undefined || !typeAndId.test(deleted)) return body
  const entry = { request: { method: 'DELETE', url: deleted }, response: { lastModified: new Date(now).toISOString() } }
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', entry: [entry] }))
}
