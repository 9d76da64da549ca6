import { connect, type Socket } from 'node:net'
import type { SFTPWrapper, Stats } from 'ssh2'
import SftpClient from 'ssh2-sftp-client'
import type { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { ListedFile } from '../../domain/inbound/sftp/choose.ts'
import type { SftpCredentials, SftpSettings } from '../../domain/inbound/sftp/settings.ts'
import { addressOf, type EhrNetwork } from '../network.ts'
import { connectFailure, connectionLost, refusalOf } from './failures.ts'
import { fingerprintOf, refusedKey } from './hostKey.ts'
import { type Line, openLine } from './line.ts'
import { listFolder, statOf } from './listing.ts'
import { readInOrder } from './readInOrder.ts'

/** A server's files, for as long as the connection lasts. What the whole session fails of is a `PullFailed`. */
export interface SftpSession {
  /** Throws `PullFailed` when there is no such folder, or more in it than `atMost`. */
  list(folder: string, atMost: number): Promise<ListedFile[]>
  /** What is at a path, not following a link. Throws `FileFailed`. */
  look(path: string): Promise<Omit<ListedFile, 'name'>>
  /** What a file of a known size says, piece by piece. Throws `FileFailed` when it is shorter than that. */
  read(path: string, size: number): AsyncIterable<Buffer>
  /** Throws `FileFailed`, also when something is there already. */
  move(from: string, to: string): Promise<void>
  /** Throws `FileFailed`. */
  remove(path: string): Promise<void>
  close(): Promise<void>
}

export interface SessionOptions {
  /** Ends it, whatever it is doing. */
  signal: AbortSignal
  /** Left out: any host may be asked. */
  network?: EhrNetwork | undefined
  /** A server that leaves a question unanswered for so long has died. */
  patienceMs?: number
  /** Told of the key that the server shows, before anything of ours is sent to it. */
  sawHostKey?: (fingerprint: string) => void
}

const handshakeMs = 15_000

/**
 * Opens a session. The server's key is compared before anything of ours is sent: another than the confirmed one gets
 * neither user nor password. Throws `PullFailed`.
 */
export async function openSftp(
  settings: SftpSettings,
  credentials: SftpCredentials,
  options: SessionOptions,
): Promise<SftpSession> {
  const { signal, patienceMs = 30_000 } = options
  signal.throwIfAborted()
  const where = `${settings.host}:${settings.port}`
  const address = options.network ? await addressOf(options.network, settings.host) : null
  signal.throwIfAborted()
  const socket = connect({ host: address ?? settings.host, port: settings.port, noDelay: true })
  const line = openLine({
    patienceMs,
    destroy: () => socket.destroy(),
    lost: () => connectionLost(where),
    explain: (error) => (isStatus(error) ? refusalOf(error) : connectionLost(where)),
  })
  const stop = () => line.breakOff(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  socket.once('close', () => {
    signal.removeEventListener('abort', stop)
    line.breakOff(connectionLost(where))
  })
  socket.on('error', line.breakOff)
  const client = new SftpClient('sftp', { error: line.breakOff, end: () => undefined, close: () => undefined })
  const sftp = await logIn(client, socket, line, settings, credentials, options)
  sftp.on('error', line.breakOff)
  const promised = (work: () => Promise<unknown>) =>
    line.answer<void>((done) => {
      work().then(() => done(null), done)
    })
  return {
    list: (folder, atMost) => listFolder(sftp, line, folder, atMost),
    look: async (path) => statOf(await line.answer<Stats>((done) => sftp.lstat(path, done))),
    read: (path, size) => readInOrder(sftp, line, path, size),
    move: (from, to) => promised(() => client.rename(from, to)),
    remove: (path) => promised(() => client.delete(path)),
    close: () => hangUp(client, socket),
  }
}

async function logIn(
  client: SftpClient,
  socket: Socket,
  line: Line,
  settings: SftpSettings,
  credentials: SftpCredentials,
  { signal, sawHostKey }: SessionOptions,
): Promise<SFTPWrapper> {
  // The library tells of one failure by several events, and hands on any of them: the first says why.
  let first: unknown
  client.on('error', (error: unknown) => {
    first ??= error
  })
  // Servers that ask for the password by a question instead.
  client.on('keyboard-interactive', (_name, _text, _language, questions: { echo?: boolean }[], finish) =>
    finish(questions.map(({ echo }) => (echo ? '' : (credentials.password ?? '')))),
  )
  let refused: PullFailed | null = null
  try {
    return await client.connect({
      ...(credentials.password === undefined ? {} : { password: credentials.password }),
      ...(credentials.privateKey === undefined ? {} : { privateKey: credentials.privateKey }),
      ...(credentials.passphrase === undefined ? {} : { passphrase: credentials.passphrase }),
      sock: socket,
      username: settings.user,
      tryKeyboard: credentials.password !== undefined,
      readyTimeout: handshakeMs,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        const fingerprint = fingerprintOf(key)
        sawHostKey?.(fingerprint)
        refused = refusedKey(settings, fingerprint)
        return refused === null
      },
    })
  } catch (error) {
    socket.destroy()
    if (signal.aborted) throw signal.reason
    throw refused ?? connectFailure(first ?? line.cause ?? error, settings)
  }
}

/** A server that does not close its side is not waited for. */
async function hangUp(client: SftpClient, socket: Socket): Promise<void> {
  if (socket.destroyed) return
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const hurry = setTimeout(() => socket.destroy(), 1_000)
  client.end().catch(() => socket.destroy())
  await closed
  clearTimeout(hurry)
}

/** Whether it is the server's answer to one request; 6 and 7 say that there is no connection. */
function isStatus(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'number' && code !== 6 && code !== 7
}
