import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { addNewKey, keepNewestKey, openEncryption } from '../../start/encryptionKey.ts'
import { asAdmin, freshDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { runProgram } from './program.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder('key-test-')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = () => join(folder, 'encryption.key')
const idsOf = async () =>
  (await readFile(file(), 'utf8'))
    .trim()
    .split(',')
    .map((entry) => entry.split(':')[0])

describe("the data folder's own key", () => {
  it('is changed by putting a new one in front, which happens once however often it is asked for', async () => {
    const stored = openEncryption(undefined, folder).encrypt('kept')
    expect(await idsOf()).toEqual(['k1'])
    expect(addNewKey(folder).decrypt(stored)).toBe('kept')
    expect(addNewKey(folder).olderKeys).toEqual(['k1'])
    expect(await idsOf()).toEqual(['k2', 'k1'])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    const anew = openEncryption(undefined, folder).encrypt('kept')
    keepNewestKey(folder)
    expect(await idsOf()).toEqual(['k2'])
    expect(openEncryption(undefined, folder).decrypt(anew)).toBe('kept')
  })

  it('cannot be changed before there is one', () => {
    expect(() => addNewKey(folder)).toThrow('nothing was encrypted here yet')
  })

  it('that is none is told by the name of its file', async () => {
    await writeFile(file(), 'nonsense')
    expect(() => openEncryption(undefined, folder)).toThrow(`${file()} cannot be used`)
  })
})

describe('npm run rotate-keys', () => {
  it('encrypts a database of one’s own anew, and says when the old key can go', async () => {
    const fresh = await freshDatabase()
    const [before, after] = [generateEncryptionKey('k1'), generateEncryptionKey('k2')]
    try {
      const secret = createEncryption(before).encrypt('a secret')
      await asAdmin(fresh.url, (client) =>
        client.query(
          `insert into ehr_source (organization_id, id, name, kind, secret_encrypted, status, version, created_at, updated_at)
           values ($1, gen_random_uuid(), 'EHR', 'fhir', $2, 'active', 1, now(), now())`,
          [fresh.organizationId, secret],
        ),
      )
      const run = (keys: string) =>
        runProgram('start/rotateKeys/main.ts', { DATABASE_URL: fresh.url, ENCRYPTION_KEY: keys, DATA_DIR: folder })
      const alone = run(before)
      expect([await alone.ended, alone.err()]).toEqual([1, expect.stringContaining('put the new one in front of it')])
      const program = run(`${after},${before}`)
      expect([await program.ended, program.err()]).toEqual([0, ''])
      expect(program.out()).toContain('1 rows were encrypted anew\nNothing hangs on k1 any more')
      const { rows } = await asAdmin(fresh.url, (client) =>
        client.query<{ secret: Buffer }>('select secret_encrypted as secret from ehr_source'),
      )
      expect(createEncryption(after).decrypt(rows[0]?.secret ?? Buffer.of())).toBe('a secret')
    } finally {
      await fresh.drop()
    }
  })
})
