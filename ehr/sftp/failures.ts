import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { SftpSettings } from '../../domain/inbound/sftp/settings.ts'

/** One file could not be had; the others can. */
export class FileFailed extends Error {
  override name = 'FileFailed'
  /** `gone` and `changed` mend themselves. */
  readonly code: 'gone' | 'changed' | 'forbidden' | 'refused'

  constructor(code: FileFailed['code']) {
    super(code)
    this.code = code
  }
}

/** Of the SFTP protocol, version 3. */
const noSuchFile = 2
const permissionDenied = 3

/** A server's refusal of one path. */
export function refusalOf(error: unknown): FileFailed {
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === noSuchFile) return new FileFailed('gone')
  return new FileFailed(code === permissionDenied ? 'forbidden' : 'refused')
}

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no server has this name: compare it with what the practice was given',
  EAI_AGAIN: 'its name could not be looked up at the moment',
  ECONNREFUSED: 'nothing answers at this port: compare the port, and whether the server runs',
  ETIMEDOUT: 'it does not answer: a firewall may have to let us in',
  EHOSTUNREACH: 'no way leads there: a firewall may have to let us in',
  ENETUNREACH: 'no way leads there: a firewall may have to let us in',
}

/** Why no session came about, told from what the network, the library or the server said. */
export function connectFailure(
  error: unknown,
  { host, port, user }: Pick<SftpSettings, 'host' | 'port' | 'user'>,
): PullFailed {
  if (error instanceof PullFailed) return error
  const { code, level, message } = (error ?? {}) as { code?: unknown; level?: unknown; message?: unknown }
  const where = `${host}:${port}`
  if (level === 'client-authentication')
    return new PullFailed(
      'sftpLoginRefused',
      `${where} does not let ${user} in: compare user and password, or put our public key there for this user.`,
    )
  if (typeof code === 'string' && code in unreachable)
    return new PullFailed('sftpUnreachable', `${where} cannot be reached: ${unreachable[code]}.`)
  if (level === 'client-timeout')
    return new PullFailed('sftpUnreachable', `${where} does not answer as an SSH server does: compare host and port.`)
  if (typeof message === 'string' && /parse privateKey|passphrase|encrypted.*key/i.test(message))
    return new PullFailed(
      'sftpKeyUnusable',
      'The private key cannot be used: give the whole text of its file, and its passphrase where it has one.',
    )
  if (level === 'handshake' || level === 'protocol')
    return new PullFailed(
      'sftpNoAgreement',
      `${where} and we agree on no way to talk: it is no SSH server, or knows only ciphers that are broken.`,
    )
  return connectionLost(where)
}

export function connectionLost(where: string): PullFailed {
  return new PullFailed('sftpConnectionLost', `${where} ended the connection: nothing half fetched was stored.`)
}
