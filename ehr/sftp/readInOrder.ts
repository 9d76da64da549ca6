import type { SFTPWrapper } from 'ssh2'
import { FileFailed } from './failures.ts'
import type { Line } from './line.ts'

/** What any server gives in one answer. */
const pieceBytes = 32 * 1024
/** Asked for before the first of them is used: a far server would be slow otherwise, and no more is ever held. */
export const piecesAhead = 16

/**
 * What a file of a known size says, in order, in pieces that are asked for ahead of their use. Throws `FileFailed` when
 * the file ends sooner. The library's own stream is not used: it never ends when the connection does while it is paused.
 */
export async function* readInOrder(
  sftp: SFTPWrapper,
  line: Line,
  path: string,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  const handle = await line.answer<Buffer>((done) => sftp.open(path, 'r', done))
  const ahead: Promise<Buffer>[] = []
  try {
    for (let asked = 0; asked < size || ahead.length > 0; ) {
      while (asked < size && ahead.length < piecesAhead) {
        const length = Math.min(pieceBytes, size - asked)
        const piece = readPiece(sftp, line, handle, asked, length)
        // One that fails is noticed when it is its turn; those after it fail unheard.
        piece.catch(() => undefined)
        ahead.push(piece)
        asked += length
      }
      const next = ahead.shift()
      if (next) yield await next
    }
  } finally {
    await Promise.allSettled(ahead)
    if (!line.isBroken) await line.answer<void>((done) => sftp.close(handle, done)).catch(() => undefined)
  }
}

/** A server may give less than it was asked for; nothing at all is the end. */
async function readPiece(
  sftp: SFTPWrapper,
  line: Line,
  handle: Buffer,
  position: number,
  length: number,
): Promise<Buffer> {
  const piece = Buffer.allocUnsafeSlow(length)
  for (let filled = 0; filled < length; ) {
    const got = await line.answer<number>((done) =>
      sftp.read(handle, piece, filled, length - filled, position + filled, done),
    )
    if (got === 0) throw new FileFailed('changed')
    filled += got
  }
  return piece
}
