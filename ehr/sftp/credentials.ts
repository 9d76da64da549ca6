import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import { type SftpCredentials, sftpCredentialsSchema } from '../../domain/inbound/sftp/settings.ts'

/** What was given to prove ourselves with: an object, else the text of a private key, else a password. */
export function readSftpCredentials(given: string | null): SftpCredentials {
  if (given === null)
    throw new PullFailed('credentialsMissing', 'The credentials are missing: give a password or a private key.')
  for (const form of [jsonOf(given), { privateKey: given }]) {
    const parsed = sftpCredentialsSchema.safeParse(form)
    if (parsed.success) return parsed.data
  }
  return { password: given }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
