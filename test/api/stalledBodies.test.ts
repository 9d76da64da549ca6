import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { endStalledBodies } from '../../api/stalledBodies.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

describe('a body that comes slowly', () => {
  it('is answered 408 in a sentence when it stops', async () => {
    const started = createServer((req) => void req.on('error', () => undefined).resume())
    server = started
    endStalledBodies(started, { everyMs: 400, leastBytes: 1_000 })
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
    const { port } = started.address() as AddressInfo
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST' }, async (res: IncomingMessage) => {
        let text = ''
        for await (const chunk of res) text += String(chunk)
        resolve({ status: res.statusCode ?? 0, text })
      })
      call.on('error', reject)
      call.write(Buffer.alloc(20_000, 'a'))
    })
    expect(status).toBe(408)
    expect(JSON.parse(text).detail).toBe(
      'The body stopped coming: next to nothing of it in 0.4 s. Nothing was kept: send it again.',
    )
  })

  it('has no limit of Node’s own beside it', () => {
    server = createServer()
    endStalledBodies(server)
    expect(server.requestTimeout).toBe(0)
    expect(server.headersTimeout).toBeGreaterThan(0)
  })
})
