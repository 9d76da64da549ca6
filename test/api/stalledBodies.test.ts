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

  it('is taken to its end while each interval brings something, however many there are', async () => {
    const ticks: (() => void)[] = []
    let taken = 0
    let heard: () => void = () => undefined
    const started = createServer(async (req, res) => {
      heard()
      for await (const chunk of req) {
        taken += (chunk as Buffer).length
        heard()
      }
      res.end(String(taken))
    })
    server = started
    endStalledBodies(started, {
      leastBytes: 1_000,
      every: (work) => {
        ticks.push(work)
        return () => undefined
      },
    })
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
    /** What the server has taken of the body has grown to so many bytes. */
    const until = (bytes: number) =>
      new Promise<void>((resolve) => {
        heard = () => void (taken >= bytes && resolve())
        heard()
      })
    const { port } = started.address() as AddressInfo
    const answer = Promise.withResolvers<{ status: number; text: string }>()
    const call = request({ port, host: '127.0.0.1', method: 'POST' }, async (res: IncomingMessage) => {
      let text = ''
      for await (const chunk of res) text += String(chunk)
      answer.resolve({ status: res.statusCode ?? 0, text })
    })
    call.on('error', answer.reject)
    const begun = Promise.withResolvers<void>()
    heard = begun.resolve
    call.flushHeaders()
    await begun.promise
    for (let minute = 1; minute <= 5; minute += 1) {
      call.write(Buffer.alloc(1_000, 'a'))
      await until(minute * 1_000)
      ticks[0]?.()
    }
    call.end()
    expect(await answer.promise).toEqual({ status: 200, text: '5000' })
    expect(ticks).toHaveLength(1)
  })

  it('has no limit of Node’s own beside it', () => {
    server = createServer()
    endStalledBodies(server)
    expect(server.requestTimeout).toBe(0)
    expect(server.headersTimeout).toBeGreaterThan(0)
  })
})
