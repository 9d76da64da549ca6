import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { FrameReader, frameOf } from './frames.ts'

export interface MllpOptions {
  port: number
  host: string
  /** PEM. With `ca`, only clients whose certificate it signed are let in. */
  tls?: { cert: string; key: string; ca?: string }
  maxMessageBytes?: number
  /** A frame that has begun and says nothing for so long (ms) is given up, and its connection with it. */
  frameTimeoutMs?: number
  /** The acknowledgement to a message; null when its sender is not known, and has tried too often. */
  answer: (message: Buffer, sender: Sender) => Promise<string | null>
  /** The acknowledgement to a message that is too long to be read. */
  answerTooLong: () => string
}

/** What is known of a connection's other end; kept as long as the connection. */
export interface Sender {
  failures: number
}

export interface RunningMllp {
  port: number
  /** Lets messages under way be answered, then closes all connections. */
  stop(): Promise<void>
}

const maxConnections = 200

/**
 * Takes HL7 v2 over MLLP: one message after the other of each connection, each answered before the next is read, so that
 * order holds and a fast sender waits. @throws the listening error (EADDRINUSE).
 */
export async function startMllp(options: MllpOptions): Promise<RunningMllp> {
  const connections = new Set<Connection>()
  const open = (socket: Socket) => {
    const connection = connect(socket, options)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  }
  const { tls } = options
  const server: Server = tls
    ? createTlsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined }, open)
    : createServer(open)
  server.maxConnections = maxConnections
  // A handshake that fails is the client's trouble.
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.all([...connections].map((connection) => connection.end()))
      await closed
    },
  }
}

interface Connection {
  end(): Promise<void>
}

function connect(socket: Socket, options: MllpOptions): Connection {
  const { maxMessageBytes = 5 * 1024 * 1024, frameTimeoutMs = 60_000 } = options
  const reader = new FrameReader(maxMessageBytes)
  const sender: Sender = { failures: 0 }
  let ending = false
  let working: Promise<void> = Promise.resolve()

  const work = async (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) {
      if (ending || socket.destroyed) return
      const answer = frame === 'tooLong' ? options.answerTooLong() : await options.answer(frame.bytes, sender)
      if (answer === null) return void socket.destroy()
      if (!socket.destroyed) socket.write(frameOf(answer))
    }
  }
  socket.setKeepAlive(true, 60_000)
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    socket.pause()
    working = work(chunk)
      .catch(() => void socket.destroy())
      .finally(() => {
        // Between frames a connection may rest as long as it likes.
        socket.setTimeout(reader.isOpen ? frameTimeoutMs : 0)
        socket.resume()
      })
  })
  socket.on('timeout', () => socket.destroy())
  // The other end is gone; what it sent was stored, or it will send it again.
  socket.on('error', () => socket.destroy())
  return {
    async end() {
      ending = true
      await working
      socket.destroySoon()
      if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
    },
  }
}
