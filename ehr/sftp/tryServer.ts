import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import { chooseFiles, type ListedFile } from '../../domain/inbound/sftp/choose.ts'
import type { SftpSettings } from '../../domain/inbound/sftp/settings.ts'
import type { Asking } from '../retry.ts'
import type { Trial } from '../trial.ts'
import { readSftpCredentials } from './credentials.ts'
import { maxListed } from './listing.ts'
import { openSftp } from './session.ts'

/** Logs in and lists the folder as a pull would, and says what came of it; no file is read. */
export async function trySftpServer(
  settings: SftpSettings,
  credentials: string | null,
  { signal, network }: Pick<Asking, 'signal' | 'network'>,
): Promise<Trial> {
  let hostKeyFingerprint: string | null = null
  const sawHostKey = (shown: string) => {
    hostKeyFingerprint = shown
  }
  try {
    const session = await openSftp(settings, readSftpCredentials(credentials), { signal, network, sawHostKey })
    try {
      const listed = await session.list(settings.folder, maxListed)
      return { isWell: true, code: 'well', message: wellSentence(settings, listed), hostKeyFingerprint }
    } finally {
      await session.close()
    }
  } catch (error) {
    if (error instanceof PullFailed)
      return { isWell: false, code: error.code, message: error.message, hostKeyFingerprint }
    if (!signal.aborted) throw error
    const message = `${settings.host}:${settings.port} takes too long to answer: ask its operators.`
    return { isWell: false, code: 'timedOut', message, hostKeyFingerprint }
  }
}

function wellSentence(settings: SftpSettings, listed: readonly ListedFile[]): string {
  const { host, port, user, folder, pattern } = settings
  // As if each were seen for the first time: only which ones are asked for counts here.
  const { known } = chooseFiles(listed, [], { settings, version: 0, maxBytes: Number.POSITIVE_INFINITY, now: 0 })
  return `${host}:${port} lets ${user} in. Files in ${folder} that match ${pattern}: ${known.length} (of ${listed.length} entries).`
}
