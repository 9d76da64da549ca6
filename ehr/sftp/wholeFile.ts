import type { ListedFile } from '../../domain/inbound/sftp/choose.ts'
import { FileFailed } from './failures.ts'
import type { SftpSession } from './session.ts'

/**
 * What a file says, if it is the one that was listed from its first byte to its last: whoever stores it learns of
 * anything else before the end. Throws `FileFailed`.
 */
export async function* wholeFile(
  session: Pick<SftpSession, 'look' | 'read'>,
  path: string,
  listed: ListedFile,
): AsyncGenerator<Buffer, void, undefined> {
  if (!(await isStill(session, path, listed))) throw new FileFailed('changed')
  yield* session.read(path, listed.size)
  if (!(await isStill(session, path, listed))) throw new FileFailed('changed')
}

/** Whether what lies at a path is the file that was listed, and no link by now. Throws `FileFailed`. */
export async function isStill(session: Pick<SftpSession, 'look'>, path: string, listed: ListedFile): Promise<boolean> {
  const { kind, size, modifiedAt } = await session.look(path)
  return kind === 'file' && size === listed.size && modifiedAt === listed.modifiedAt
}
