import type { Attributes, FileEntry, SFTPWrapper } from 'ssh2'
import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { ListedFile } from '../../domain/inbound/sftp/choose.ts'
import { FileFailed } from './failures.ts'
import type { Line } from './line.ts'

/** As many entries as a folder may have. */
export const maxListed = 10_000

const endOfList = 1

/** Everything in a folder, page by page, so that a folder without end is noticed before it fills the memory. */
export async function listFolder(sftp: SFTPWrapper, line: Line, folder: string, atMost: number): Promise<ListedFile[]> {
  const handle = await line
    .answer<Buffer>((done) => sftp.opendir(folder, done))
    .catch((error) => {
      throw error instanceof FileFailed ? unreadable(folder, error) : error
    })
  const found: ListedFile[] = []
  try {
    for (;;) {
      const page = await line.answer<FileEntry[]>((done) =>
        sftp.readdir(handle, (error, entries) => {
          if ((error as { code?: unknown } | undefined)?.code === endOfList) done(null, [])
          else done(error, entries)
        }),
      )
      if (page.length === 0) return found
      for (const { filename, longname, attrs } of page) found.push({ name: filename, ...statOf(attrs, longname) })
      if (found.length > atMost)
        throw new PullFailed(
          'sftpTooManyFiles',
          `The folder ${folder} has more than ${atMost} entries: have files moved or deleted once they are stored here.`,
        )
    }
  } finally {
    if (!line.isBroken) await line.answer<void>((done) => sftp.close(handle, done)).catch(() => undefined)
  }
}

function unreadable(folder: string, { code }: FileFailed): PullFailed {
  if (code === 'gone') return new PullFailed('sftpNoFolder', `There is no folder ${folder} for this user.`)
  return new PullFailed('sftpFolderRefused', `The server does not let this user list the folder ${folder}.`)
}

// A Map, as the formatter writes keys that are octal numbers as other numbers.
const typeBits = 0o170000
const kinds: ReadonlyMap<number, ListedFile['kind']> = new Map([
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
])
const kindsByLetter: Readonly<Record<string, ListedFile['kind']>> = { '-': 'file', d: 'folder', l: 'link' }

/** Servers that send no mode still write a line as `ls -l` does. */
export function statOf(attrs: Partial<Attributes>, longname = ''): Omit<ListedFile, 'name'> {
  const { mode, size = 0, mtime = 0 } = attrs
  const kind = mode === undefined ? kindsByLetter[longname.slice(0, 1)] : kinds.get(mode & typeBits)
  return { kind: kind ?? 'other', size, modifiedAt: mtime * 1000 }
}
