import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'

/** What a post brings along to prove whose it is. */
export interface Proof {
  sourceId: string | null
  bearer: string | null
  /** Of `X-Hub-Signature-256`, hexadecimal. */
  signature: string | null
}

export function proofOf(req: Request): Proof {
  const [, bearer = null] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? []
  const given = req.get('x-hub-signature-256')
  const [, signature = given === undefined ? null : ''] = /^sha256=([0-9a-f]{64})$/i.exec(given?.trim() ?? '') ?? []
  return { sourceId: req.get('x-source-id')?.trim() || null, bearer, signature }
}

/** Takes as long for a wrong secret as for a right one. */
function equal(a: string | Buffer, b: string | Buffer): boolean {
  const digest = (value: string | Buffer) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Whether a secret that was given is the source's. */
export function secretIs(given: string, secret: string): boolean {
  return equal(given, secret)
}

/** Whether the bearer token, where there is one, is the secret; a signature can only be checked with the body. */
export function bearerHolds(proof: Proof, secret: string): boolean {
  return proof.bearer === null ? proof.signature !== null : equal(proof.bearer, secret)
}

/** Whether the signature, where there is one, is the HMAC-SHA256 of the body as it was sent. */
export function signatureHolds(proof: Proof, secret: string, body: Buffer): boolean {
  if (proof.signature === null) return true
  return equal(proof.signature.toLowerCase(), createHmac('sha256', secret).update(body).digest('hex'))
}
