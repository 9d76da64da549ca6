import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { anyFreePort } from '../../embedded/ports.ts'
import { startPostgres } from '../../embedded/postgres.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('the embedded Postgres', () => {
  let made: string
  let dataDir: string
  const blockers: Server[] = []

  // One cluster, copied for each test: making one takes longer than all of the rest.
  beforeAll(async () => {
    made = await temporaryFolder('embedded-postgres-test-')
    const server = await startPostgres({ dataDir: made, port: 0, durable: false, log: () => undefined })
    await server.stop()
    await rm(join(made, 'ports.json'))
  })

  afterAll(() => rm(made, { recursive: true, force: true }))

  beforeEach(async () => {
    // As mkdtemp makes it: a folder that only its owner may enter.
    dataDir = await temporaryFolder('embedded-postgres-test-')
    execFileSync('cp', ['-a', `${made}/.`, dataDir])
  })

  afterEach(async () => {
    for (const blocker of blockers.splice(0)) blocker.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const start = (port = 0) => startPostgres({ dataDir, port, durable: false, log: () => undefined })

  async function query(url: string, text: string): Promise<unknown[]> {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  it('keeps its data and its port over a restart', async () => {
    const first = await start()
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()

    const second = await start()
    try {
      expect(second.url).toBe(first.url)
      expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    } finally {
      await second.stop()
    }
  })

  it('starts although a crash left a process id that now belongs to another program', async () => {
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`)

    const again = await start()
    await again.stop()
  })

  it('lets nobody in without its password', async () => {
    const server = await start()
    try {
      const stranger = server.url.replace(/:[^:@]+@/, ':guess@')
      await expect(query(stranger, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    } finally {
      await server.stop()
    }
  })

  it('keeps the values of a refused row out of its log', async () => {
    const server = await start()
    try {
      await query(server.url, 'create table phone (number text primary key)')
      const insert = `insert into phone values ('+15555550123'), ('+15555550123')`
      await expect(query(server.url, insert)).rejects.toMatchObject({ code: '23505' })
    } finally {
      await server.stop()
    }
    const log = await readFile(join(dataDir, 'logs', 'postgres.log'), 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toContain('5555550123')
  })

  describe('says in one sentence', () => {
    it('that its port is in use, and how to choose another', async () => {
      const port = await anyFreePort()
      await new Promise<void>((resolve) => {
        blockers.push(createServer().listen(port, '127.0.0.1', resolve))
      })
      await expect(start(port)).rejects.toMatchObject({
        name: 'CannotStart',
        message: `Port ${port} is in use by another program: end that one, or set POSTGRES_PORT to another port (0 = any free)`,
      })
    })

    const damages: [what: string, damage: (folder: string) => Promise<void>, sentence: RegExp][] = [
      [
        'is no data folder',
        (at) => rm(join(at, 'PG_VERSION')),
        /is not a whole Postgres data folder: put back a copy .*, or delete/,
      ],
      [
        'is of another version',
        (at) => writeFile(join(at, 'PG_VERSION'), '14\n'),
        /was made by Postgres 14, the embedded one is 18: put back/,
      ],
      [
        'lost its settings',
        (at) => rm(join(at, 'postgresql.conf')),
        /does not start on .*postgresql\.conf.*: see .*postgres\.log, put back/,
      ],
      [
        'lost its control file',
        (at) => rm(join(at, 'global', 'pg_control')),
        /does not start on .*database system.*: see .*postgres\.log, put back/,
      ],
      [
        'lost its password',
        (at) => rm(join(at, '..', 'postgres.password')),
        /postgres\.password, the password of .*, is missing: put back/,
      ],
    ]
    it.each(damages)('that its folder %s, and what to do', async (_, damage, sentence) => {
      await damage(join(dataDir, 'postgres'))
      await expect(start()).rejects.toMatchObject({ name: 'CannotStart', message: expect.stringMatching(sentence) })
    })

    it('that a folder was never a cluster of ours', async () => {
      await rm(join(dataDir, 'postgres'), { recursive: true })
      await mkdir(join(dataDir, 'postgres'))
      await expect(start()).rejects.toMatchObject({
        message: expect.stringContaining('is not a whole Postgres data folder'),
      })
    })
  })
})
