import { createHash, randomBytes } from 'node:crypto'

/** Of secrets that are random and long: keys, tokens. Never of passwords. Hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** 256 random bits, safe in URLs and headers. */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}
