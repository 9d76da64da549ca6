import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'

/** What a post brings along to prove whose it is. */
export interface Proof {
  sourceId: string | null
  bearer: string | null
  /** Hexadecimal; empty: one that is none. */
  signature: string | null
}

/** Names that others give the signature: Medplum's, and one that is usual. */
const otherSignatures = ['x-signature-256', 'x-signature']

export function proofOf(req: Request): Proof {
  const [, bearer = null] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? []
  // Beside the secret, the others may be signatures of something else: by a proxy, or by a secret that is not ours.
  const names = ['x-hub-signature-256', ...(bearer === null ? otherSignatures : [])]
  const given = names.map((name) => req.get(name)).find((value) => value !== undefined)
  const signature = given === undefined ? null : hexOf(given)
  return { sourceId: req.get('x-source-id')?.trim() || null, bearer, signature }
}

/** Of `sha256=` and the digest, or the digest alone, in hexadecimal or base64; empty where it is neither. */
function hexOf(given: string): string {
  const digest = given.trim().replace(/^sha256=/i, '')
  if (/^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase()
  return /^[A-Za-z0-9+/]{43}=$/.test(digest) ? Buffer.from(digest, 'base64').toString('hex') : ''
}

/** Takes as long for a wrong secret as for a right one. */
function equal(a: string | Buffer, b: string | Buffer): boolean {
  const digest = (value: string | Buffer) => hash('sha256', value, 'buffer')
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
  return equal(proof.signature, createHmac('sha256', secret).update(body).digest('hex'))
}
