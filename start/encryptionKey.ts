import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEncryption, type Encryption, generateEncryptionKey } from '../db/encryption.ts'
import { CannotStart } from '../embedded/cannotStart.ts'

/** The key of the environment, else the data folder's own, which the first start makes. */
export function openEncryption(given: string | undefined, dataDir: string): Encryption {
  const file = join(dataDir, 'encryption.key')
  if (given === undefined && !existsSync(file)) writeFileSync(file, `${generateEncryptionKey('k1')}\n`, { mode: 0o600 })
  try {
    return createEncryption(given ?? readFileSync(file, 'utf8').trim())
  } catch (error) {
    const { message } = error as Error
    throw new CannotStart(`${given === undefined ? file : 'ENCRYPTION_KEY'} cannot be used: ${message}`)
  }
}
