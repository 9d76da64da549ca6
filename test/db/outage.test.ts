import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Database, openDatabase } from '../../db/orm.ts'
import { type FreshDatabase, freshDatabase } from '../support/database.ts'

/** Codes by which the relay knows that the database is away, and no row at fault. */
const away = /^(08|57P|ECONN|EPIPE|ETIMEDOUT)/

let fresh: FreshDatabase
let database: Database
let line: Awaited<ReturnType<typeof lineTo>>
const losses: string[] = []

/** A line to the database that can be cut. */
async function lineTo(url: string) {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const open = (at: number) =>
    new Promise<Server>((resolve) => {
      const server = createServer((socket) => {
        const onward = connect(Number(port), hostname)
        socket.pipe(onward).pipe(socket)
        for (const end of [socket, onward]) {
          sockets.add(end)
          end.on('error', () => undefined)
        }
      })
      server.listen(at, '127.0.0.1', () => resolve(server))
    })
  let server = await open(0)
  const own = new URL(url)
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: own.href,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      sockets.clear()
      await closed
    },
    async mend() {
      server = await open(Number(own.port))
    },
  }
}

beforeAll(async () => {
  fresh = await freshDatabase()
  line = await lineTo(fresh.url)
  database = await openDatabase({ url: line.url, clock: Date.now, log: ({ code }) => losses.push(code) })
})
afterAll(async () => {
  await database?.close()
  await line?.cut()
  await fresh?.drop()
})

describe('while the database is away', () => {
  it('work fails with a code that says so, idle connections go, and it works again afterwards', async () => {
    const { organizationId } = fresh
    const read = () => database.inOrganization(organizationId, (tx) => tx.query('select id from organization'))
    expect(await read()).toHaveLength(1)

    const cutOff = database.inOrganization(organizationId, async (tx) => {
      await line.cut()
      return tx.query('select id from organization')
    })
    await expect(cutOff).rejects.toMatchObject({ code: expect.stringMatching(away) })
    await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(away) })
    await expect(database.lookup.organizations()).rejects.toMatchObject({ code: expect.stringMatching(away) })
    expect(losses.every((code) => away.test(code))).toBe(true)

    await line.mend()
    expect(await read()).toHaveLength(1)
    expect(await database.lookup.organizations()).toEqual([organizationId])
  })
})
