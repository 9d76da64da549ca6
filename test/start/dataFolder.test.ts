import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openDataFolder } from '../../start/dataFolder.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('the data folder', () => {
  let parent: string

  beforeEach(async () => {
    parent = await temporaryFolder('data-folder-test-')
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  it('is made where it is missing', () => {
    const folder = openDataFolder(join(parent, 'deep', 'down'))
    expect(folder.path).toBe(join(parent, 'deep', 'down'))
    folder.release()
  })

  it('is refused to a second start, and free again after the first', () => {
    const first = openDataFolder(parent)
    expect(() => openDataFolder(parent)).toThrow(
      `The data folder ${parent} is in use by another start (process ${process.pid}): stop that one, or set DATA_DIR to another folder`,
    )
    first.release()
    openDataFolder(parent).release()
  })

  it('is free again after its holder was killed', async () => {
    const module = new URL('../../start/dataFolder.ts', import.meta.url).href
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { openDataFolder } from '${module}'; openDataFolder('${parent}'); console.log('held'); setInterval(() => {}, 1000)`,
    ])
    await once(holder.stdout, 'data')
    expect(() => openDataFolder(parent)).toThrow(`process ${holder.pid}`)

    holder.kill('SIGKILL')
    await once(holder, 'exit')
    openDataFolder(parent).release()
  })

  it.each([
    ['is a file', 'file'],
    ['lies in a file', 'file/below'],
  ])('is refused when it %s', async (_, name) => {
    await writeFile(join(parent, 'file'), '')
    expect(() => openDataFolder(join(parent, name))).toThrow(
      /is a file.*: set DATA_DIR to a folder that can be written to/,
    )
  })

  it('is refused when it cannot be made', () => {
    expect(() => openDataFolder(join(parent, 'x'.repeat(300)))).toThrow(/cannot be made \(ENAMETOOLONG\): set DATA_DIR/)
  })
})
