import { promisify } from 'node:util'
import { deflate as deflateCallback, inflate as inflateCallback } from 'node:zlib'
import type { Encryption } from '../../../encryption.ts'
import { newId } from '../../../newId.ts'
import type { Database, Tx } from '../../../orm.ts'

const deflate = promisify(deflateCallback)
const inflate = promisify(inflateCallback)

/** Bytes of a file that are one row: what is in memory of it at a time. */
export const chunkBytes = 256 * 1024

/** Cuts a body into pieces of `chunkBytes`, whatever pieces it comes in. */
export async function* inChunks(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const part of body) {
    for (let from = 0; from < part.length; ) {
      const taken = part.subarray(from, from + chunkBytes - length)
      parts.push(taken)
      length += taken.length
      from += taken.length
      if (length < chunkBytes) continue
      yield Buffer.concat(parts)
      parts = []
      length = 0
    }
  }
  if (length > 0) yield Buffer.concat(parts)
}

/** Adds a piece, compressed and encrypted. */
export async function writeChunk(
  tx: Tx,
  encryption: Encryption,
  fileId: string,
  position: number,
  bytes: Buffer,
): Promise<void> {
  await tx.query(
    'insert into ehr_file_chunk (organization_id, id, file_id, position, body) values ($1, $2, $3, $4, $5)',
    [tx.organizationId, newId(), fileId, position, encryption.encrypt(await deflate(bytes))],
    'writeFileChunk',
  )
}

/** What a stored file says, a piece at a time; no transaction is open in between. */
export async function* readChunks(
  { database, encryption }: { database: Database; encryption: Encryption },
  organizationId: string,
  fileId: string,
): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const [chunk] = await database.inOrganization(organizationId, (tx) =>
      tx.query<{ body: Buffer }>(
        'select body from ehr_file_chunk where file_id = $1 and position = $2',
        [fileId, position],
        'readFileChunk',
      ),
    )
    if (chunk === undefined) return
    yield await inflate(encryption.decryptBytes(chunk.body))
  }
}
