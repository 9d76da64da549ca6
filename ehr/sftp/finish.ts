import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { ListedFile } from '../../domain/inbound/sftp/choose.ts'
import { folderAfterwards, pathIn, type SftpSettings } from '../../domain/inbound/sftp/settings.ts'
import { FileFailed } from './failures.ts'
import type { SftpSession } from './session.ts'
import { isStill } from './wholeFile.ts'

/**
 * Does with a file that is stored here what is to become of it; one that was replaced meanwhile is another file, and
 * stays. Throws `PullFailed` when the server does not let us.
 */
export async function finishFile(
  session: Pick<SftpSession, 'look' | 'move' | 'remove'>,
  settings: SftpSettings,
  listed: ListedFile,
): Promise<void> {
  const { afterwards } = settings
  if (afterwards.action === 'leave') return
  const path = pathIn(settings.folder, listed.name)
  try {
    if (!(await isStill(session, path, listed))) return
    if (afterwards.action === 'delete') await session.remove(path)
    else await moveTo(session, path, folderAfterwards(settings, afterwards.folder), listed)
  } catch (error) {
    if (!(error instanceof FileFailed)) throw error
    // Somebody else took it away.
    if (error.code === 'gone' && !(await isThere(session, path))) return
    throw afterwards.action === 'delete'
      ? new PullFailed(
          'sftpCannotDelete',
          `Files of ${settings.folder} are stored here and cannot be deleted there: let ${settings.user} do that, or have them left.`,
        )
      : new PullFailed(
          'sftpCannotMove',
          `Files of ${settings.folder} are stored here and cannot be moved to ${folderAfterwards(settings, afterwards.folder)}: that folder has to be there, and ${settings.user} be allowed to write in it.`,
        )
  }
}

/** One of the same name that was moved before stays as it is. */
async function moveTo(
  session: Pick<SftpSession, 'move'>,
  path: string,
  folder: string,
  { name, modifiedAt }: ListedFile,
) {
  try {
    await session.move(path, pathIn(folder, name))
  } catch (error) {
    if (!(error instanceof FileFailed) || error.code !== 'refused') throw error
    const [, stem = name, ending = ''] = /^(.+)(\.[^.]*)$/.exec(name) ?? []
    const stamp = new Date(modifiedAt).toISOString().replace(/\D/g, '').slice(0, 14)
    await session.move(path, pathIn(folder, `${stem}-${stamp}${ending}`))
  }
}

async function isThere(session: Pick<SftpSession, 'look'>, path: string): Promise<boolean> {
  try {
    await session.look(path)
    return true
  } catch (error) {
    if (error instanceof FileFailed && error.code === 'gone') return false
    throw error
  }
}
