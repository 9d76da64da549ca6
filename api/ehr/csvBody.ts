import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Request } from 'express'
import type { Proof } from './sourceSecrets.ts'
import { secretIs } from './sourceSecrets.ts'

/** The body is whole, and its signature is not the source's: nothing of it may stay. */
export class WrongSignature extends Error {
  override name = 'WrongSignature'
}

/** The body can't be unpacked, or unpacks to more than any file that was written in earnest. */
export class WrongPacking extends Error {
  override name = 'WrongPacking'
}

/** Text packs ten or twenty to one; beyond this it was made to fill somebody's disk. */
const mostUnpacked = 200
/** Below this much nobody is harmed. */
const harmless = 20 * 1024 * 1024

/**
 * The body of a post as it comes, unpacked, never whole in memory. Throws `WrongSignature` after its last byte when the
 * signature, where there is one, is not the HMAC-SHA256 of the body as it was sent; and `WrongPacking`.
 */
export function csvBody(req: Request, proof: Proof, secret: string): AsyncIterable<Buffer> {
  const sent = { bytes: 0 }
  const raw = signed(req, proof, secret, sent)
  return req.get('content-encoding')?.trim().toLowerCase() === 'gzip' ? unpacked(raw, sent) : raw
}

async function* signed(
  req: Request,
  { signature }: Proof,
  secret: string,
  sent: { bytes: number },
): AsyncGenerator<Buffer> {
  const hmac = signature === null ? null : createHmac('sha256', secret)
  // The connection has to stay for the answer, whenever nothing more of the body is wanted.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sent.bytes += chunk.length
    hmac?.update(chunk)
    yield chunk
  }
  if (hmac !== null && signature !== null && !secretIs(signature.toLowerCase(), hmac.digest('hex')))
    throw new WrongSignature('the signature is not that of the body')
}

async function* unpacked(raw: AsyncGenerator<Buffer>, sent: { bytes: number }): AsyncGenerator<Buffer> {
  const source = Readable.from(raw, { objectMode: false })
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  let bytes = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > harmless && bytes > sent.bytes * mostUnpacked)
        throw new WrongPacking(`The body unpacks to more than ${mostUnpacked} times its size: no file of records does`)
      yield chunk
    }
  } catch (error) {
    const { code } = (error ?? {}) as { code?: unknown }
    const isBroken = typeof code === 'string' && /^Z_/.test(code)
    throw isBroken ? new WrongPacking('The body is not gzip as Content-Encoding says, or is not whole') : error
  } finally {
    gunzip.destroy()
    source.destroy()
  }
}
