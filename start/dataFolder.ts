import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CannotStart } from '../embedded/cannotStart.ts'

export interface DataFolder {
  /** Absolute. */
  path: string
  /** Lets another start have the folder. */
  release(): void
}

// Garbage collection would close, and so unlock, what nobody refers to.
const held = new Set<DatabaseSync>()

/**
 * Makes the data folder if need be and takes it for this process alone.
 * @throws CannotStart when it is no folder, not writable, or another start has it.
 */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder)
  makeUsable(path)
  const lock = takeLock(path)
  held.add(lock)
  const release = () => {
    held.delete(lock)
    lock.close()
  }
  return { path, release }
}

function makeUsable(path: string): void {
  const refuse = (problem: string) =>
    new CannotStart(`The data folder ${path} ${problem}: set DATA_DIR to a folder that can be written to`)
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw refuse(code === 'EEXIST' || code === 'ENOTDIR' ? 'is a file, or lies in one' : `cannot be made (${code})`)
  }
  if (!statSync(path).isDirectory()) throw refuse('is a file')
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch {
    throw refuse('cannot be written to')
  }
}

// An SQLite database that stays empty: its exclusive lock is the operating system's, so it goes with the process,
// however that ends, and a number in a file that now belongs to another process cannot fool anyone.
function takeLock(path: string): DatabaseSync {
  const holderFile = join(path, 'lock.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(path, 'lock.db'), { timeout: 0 })
    lock.exec('begin exclusive')
    writeFileSync(holderFile, `${process.pid}\n`)
    return lock
  } catch (error) {
    lock?.close()
    const { code, errcode, message } = error as { code?: string; errcode?: number; message: string }
    if (errcode === 5) {
      const holder = readFileSync(holderFile, 'utf8').trim()
      throw new CannotStart(
        `The data folder ${path} is in use by another start (process ${holder}): stop that one, or set DATA_DIR to another folder`,
      )
    }
    throw new CannotStart(
      `The data folder ${path} cannot be used (${code ?? message}): set DATA_DIR to a folder that can be written to`,
    )
  }
}
