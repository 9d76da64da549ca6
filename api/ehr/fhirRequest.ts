import type { Request } from 'express'
import type { Instant } from '../../domain/instant.ts'

/** Medplum tells of a deletion by a header beside an empty resource. */
const deletionHeader = 'x-medplum-deleted-resource'
const typeAndId = /^[A-Z][A-Za-z]{1,40}\/[^/?#\s]{1,200}$/

/**
 * Why a signature of the body alone does not prove a request, or null: it says nothing of the address or of headers, so
 * that one of an empty body, once seen, would delete whatever somebody likes.
 */
export function unprovenBySignature(req: Request): string | null {
  return deletionOf(req) === null
    ? null
    : 'A signature covers the body, which does not name what is deleted: send Authorization: Bearer with the secret as well, or a signed Bundle with an entry whose request.method is DELETE'
}

/** `Type/id` of what a request deletes by its method and address, or by a header. */
function deletionOf(req: Request): string | null {
  const deleted = req.method === 'DELETE' ? req.path.replace(/^\//, '') : req.get(deletionHeader)?.trim()
  return deleted !== undefined && typeAndId.test(deleted) ? deleted : null
}

/**
 * A request as the message that is stored, so that a replay needs nothing else: a deletion by its method or header is a
 * Bundle that says when it was told, everything else is the body as it came (Inbound: deletes).
 */
export function messageOf(req: Request, body: Buffer, now: Instant): Buffer {
  const deleted = deletionOf(req)
  if (deleted === null) return body
  const entry = { request: { method: 'DELETE', url: deleted }, response: { lastModified: new Date(now).toISOString() } }
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', entry: [entry] }))
}
