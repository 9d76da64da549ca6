import type { IncomingMessage, ServerResponse } from 'node:http'
import { sha256 } from '../db/secrets.ts'

const hashes = new WeakMap<IncomingMessage, string>()

/** For the JSON parser: remembers the body's hash, by which a repeat is told from another request. */
export function keepRawBody(req: IncomingMessage, _res: ServerResponse, raw: Buffer): void {
  if (req.headers['idempotency-key'] !== undefined) hashes.set(req, sha256(raw))
}

/** Of the body as it came; of no body, the empty text. */
export function bodyHash(req: IncomingMessage): string {
  return hashes.get(req) ?? ''
}
