import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type SFTPWrapper } from 'ssh2'
import { fingerprintOf } from '../../ehr/sftp/hostKey.ts'
import { freshKeyPair } from './sshKeys.ts'

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp

/** A file of the server: what it says, or how long it is where what it says does not matter. */
export interface ServedFile {
  body: Buffer | { size: number }
  modifiedAt: number
  kind?: 'file' | 'link' | 'folder'
  forbidden?: boolean
}

const modes = { file: 0o100644, link: 0o120777, folder: 0o040755 }

/** A real SFTP server over files in memory, which fails when it is told to. */
export async function startSftpServer(options: { user?: string; password?: string; publicKey?: string } = {}) {
  const { user = 'harbor', password = 'open sesame' } = options
  const hostKey = freshKeyPair()
  const files = new Map<string, ServedFile>()
  const connections = new Set<Connection>()
  const server = {
    files,
    port: 0,
    fingerprint: fingerprintOf((ssh2.utils.parseKey(hostKey.public) as ParsedKey).getPublicSSH()),
    user,
    password,
    /** Asks for the password by a question, as some servers do. */
    asksByQuestion: false,
    /** The connection ends once so many bytes of files were given; null: it does not. */
    diesAfterBytes: null as number | null,
    /** Answers no more, but keeps the connection. */
    isMute: false,
    refusesMoves: false,
    logIns: 0,
    /** Passwords that were tried, right or wrong. */
    passwordsSeen: [] as string[],
    bytesRead: 0,
    /** Of file names, in order. */
    opened: [] as string[],
    handlesOpen: 0,
    /** Told of each read, before it is answered. */
    onRead: (_path: string, _position: number): void => undefined,
    put(path: string, body: ServedFile['body'] | string, modifiedAt: number, more: Partial<ServedFile> = {}): void {
      files.set(path, { body: typeof body === 'string' ? Buffer.from(body) : body, modifiedAt, ...more })
    },
    /** What lies where, without the folders. */
    paths: () => [...files.keys()].sort(),
    endAll(): void {
      for (const connection of connections) connection.end()
    },
    async stop(): Promise<void> {
      server.endAll()
      listener.close()
      await once(listener, 'close')
    },
  }
  const ssh = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => connections.delete(connection))
    connection.on('authentication', (context) => authenticate(context))
    connection.on('ready', () => {
      server.logIns += 1
    })
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), connection))
    })
  })

  const authenticate = (context: AuthContext) => {
    const check = (given: string) => {
      server.passwordsSeen.push(given)
      if (given === server.password && context.username === user) context.accept()
      else context.reject(['password', 'publickey'])
    }
    if (context.method === 'password' && !server.asksByQuestion) return check(context.password)
    if (context.method === 'keyboard-interactive' && server.asksByQuestion)
      return context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => check(answers[0] ?? ''))
    if (context.method === 'publickey' && options.publicKey !== undefined) {
      const key = ssh2.utils.parseKey(options.publicKey) as ParsedKey
      const isOurs = context.key.data.equals(key.getPublicSSH())
      const isProven =
        context.signature === undefined ||
        key.verify(context.blob as Buffer, context.signature, context.hashAlgo) === true
      if (isOurs && isProven) return context.accept()
    }
    return context.reject(server.asksByQuestion ? ['keyboard-interactive'] : ['password', 'publickey'])
  }

  const serve = (sftp: SFTPWrapper, connection: Connection): void => {
    const handles = new Map<string, { path: string; listed: boolean }>()
    const open = (id: number, path: string) => {
      const key = String(handles.size)
      handles.set(key, { path, listed: false })
      server.handlesOpen += 1
      sftp.handle(id, Buffer.from(key))
    }
    const attrsOf = ({ body, modifiedAt, kind = 'file' }: ServedFile) => ({
      mode: modes[kind],
      uid: 0,
      gid: 0,
      size: Buffer.isBuffer(body) ? body.length : body.size,
      atime: modifiedAt / 1000,
      mtime: modifiedAt / 1000,
    })
    const stat = (id: number, path: string) => {
      const file = files.get(path)
      if (file) sftp.attrs(id, attrsOf(file))
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    }
    sftp.on('OPENDIR', (id, path) => {
      if (server.isMute) return
      const isThere = [...files.keys()].some((each) => folderOf(each) === path)
      if (isThere || files.get(path)?.kind === 'folder') open(id, path)
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    })
    sftp.on('READDIR', (id, handle) => {
      const folder = handles.get(handle.toString())
      if (!folder || folder.listed) return sftp.status(id, STATUS_CODE.EOF)
      folder.listed = true
      const names = [...files].filter(([path]) => folderOf(path) === folder.path)
      const entries = names.map(([path, file]) => ({
        filename: path.slice(path.lastIndexOf('/') + 1),
        longname: '',
        attrs: attrsOf(file),
      }))
      return sftp.name(id, [...entries, { filename: '..', longname: '', attrs: attrsOf(folderFile) }])
    })
    sftp.on('OPEN', (id, path, flags) => {
      const file = files.get(path)
      server.opened.push(path)
      if (!(flags & OPEN_MODE.READ) || file?.forbidden) sftp.status(id, STATUS_CODE.PERMISSION_DENIED)
      else if (file) open(id, path)
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    })
    sftp.on('READ', (id, handle, position, length) => {
      const path = handles.get(handle.toString())?.path ?? ''
      server.onRead(path, position)
      if (server.isMute) return
      if (server.diesAfterBytes !== null && server.bytesRead >= server.diesAfterBytes) return void connection.end()
      const body = files.get(path)?.body ?? Buffer.alloc(0)
      const piece = Buffer.isBuffer(body)
        ? body.subarray(position, position + length)
        : Buffer.alloc(Math.max(0, Math.min(length, body.size - position)), 'x')
      server.bytesRead += piece.length
      if (piece.length === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, piece)
    })
    sftp.on('CLOSE', (id, handle) => {
      if (handles.has(handle.toString())) server.handlesOpen -= 1
      sftp.status(id, STATUS_CODE.OK)
    })
    sftp.on('LSTAT', stat)
    sftp.on('STAT', stat)
    sftp.on('RENAME', (id, from, to) => {
      const file = files.get(from)
      if (!file) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
      if (server.refusesMoves || files.has(to)) return sftp.status(id, STATUS_CODE.FAILURE)
      files.delete(from)
      files.set(to, file)
      return sftp.status(id, STATUS_CODE.OK)
    })
    sftp.on('REMOVE', (id, path) => {
      sftp.status(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE)
    })
  }

  // Not the library's own: that waits with small packets.
  const listener = createServer({ noDelay: true }, (socket) => ssh.injectSocket(socket))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  server.port = (listener.address() as AddressInfo).port
  return server
}

export type SftpServer = Awaited<ReturnType<typeof startSftpServer>>

const folderFile: ServedFile = { body: { size: 0 }, modifiedAt: 0, kind: 'folder' }

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1))
}
