import { createHash } from 'node:crypto'
import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { SftpSettings } from '../../domain/inbound/sftp/settings.ts'

/** As `ssh-keygen -l` shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/**
 * Why nothing of ours is sent to a server that shows this key; null: it is the one that was confirmed. The first key is
 * not trusted because it is the first: whoever stands between us and the server would be believed for good.
 */
export function refusedKey(
  settings: Pick<SftpSettings, 'host' | 'hostKeyFingerprint'>,
  shown: string,
): PullFailed | null {
  const { host, hostKeyFingerprint: confirmed } = settings
  if (confirmed === shown) return null
  if (confirmed === null)
    return new PullFailed(
      'sftpHostKeyUnconfirmed',
      `${host} shows the host key ${shown}: compare it with what its operator says, and confirm it as hostKeyFingerprint. Until then nothing is sent there.`,
    )
  return new PullFailed(
    'sftpHostKeyDiffers',
    `${host} shows the host key ${shown}, another than the confirmed one. Ask its operator whether it was changed: if not, somebody stands in between. Nothing was sent there.`,
  )
}
