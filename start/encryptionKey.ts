import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEncryption, type Encryption, generateEncryptionKey } from '../db/encryption.ts'
import { CannotStart } from '../embedded/cannotStart.ts'

const fileIn = (dataDir: string) => join(dataDir, 'encryption.key')

/** The key of the environment, else the data folder's own, which the first start makes. */
export function openEncryption(given: string | undefined, dataDir: string): Encryption {
  const file = fileIn(dataDir)
  if (given === undefined && !existsSync(file)) writeFileSync(file, `${generateEncryptionKey('k1')}\n`, { mode: 0o600 })
  return usable(given ?? readFileSync(file, 'utf8').trim(), given === undefined ? file : 'ENCRYPTION_KEY')
}

/**
 * Puts a new key in front of the data folder's own, unless an earlier rotation that was stopped already has. The old one
 * stays until `keepNewestKey`. Throws CannotStart when there is no key to change.
 */
export function addNewKey(dataDir: string): Encryption {
  const file = fileIn(dataDir)
  if (!existsSync(file)) throw new CannotStart(`${file} is missing: nothing was encrypted here yet`)
  const keys = readFileSync(file, 'utf8').trim()
  const before = usable(keys, file)
  if (before.olderKeys.length > 0) return before
  const number = Number(/^k(\d{1,9}):/.exec(keys)?.[1] ?? 0) + 1
  const both = `${generateEncryptionKey(`k${number}`)},${keys}`
  replace(file, both)
  return usable(both, file)
}

/** Forgets the older keys of the data folder: what they encrypted must have been encrypted anew. */
export function keepNewestKey(dataDir: string): void {
  const file = fileIn(dataDir)
  const [newest = ''] = readFileSync(file, 'utf8').trim().split(',')
  replace(file, newest)
}

/** A file that is half written would lose the keys. */
function replace(file: string, keys: string): void {
  writeFileSync(`${file}.new`, `${keys}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

function usable(keys: string, name: string): Encryption {
  try {
    return createEncryption(keys)
  } catch (error) {
    const { message } = error as Error
    throw new CannotStart(`${name} cannot be used: ${message}`)
  }
}
