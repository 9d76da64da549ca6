import { describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'

const first = generateEncryptionKey('2026a')
const second = generateEncryptionKey('2026b')

describe('encryption', () => {
  it.each([['Hi María, see you on Monday ☺'], [''], ['x'.repeat(100_000)]])('gives back what it was given', (text) => {
    const { encrypt, decrypt } = createEncryption(first)
    expect(decrypt(encrypt(text))).toBe(text)
  })

  it('gives back bytes as they were', () => {
    const { encrypt, decryptBytes } = createEncryption(first)
    const bytes = Buffer.from([0, 255, 254, 13, 10])
    expect(decryptBytes(encrypt(bytes))).toEqual(bytes)
  })

  it('says the same thing in different bytes each time, and never in plain', () => {
    const { encrypt } = createEncryption(first)
    const stored = encrypt('+15555550101')
    expect(stored.equals(encrypt('+15555550101'))).toBe(false)
    expect(stored.includes('5555550101')).toBe(false)
  })

  it('refuses what was changed in any byte', () => {
    const { encrypt, decrypt } = createEncryption(first)
    const stored = encrypt('sealed')
    for (let place = 0; place < stored.length; place += 1) {
      const changed = Buffer.from(stored)
      changed[place] = (changed[place] ?? 0) ^ 1
      expect(() => decrypt(changed)).toThrow()
    }
    expect(() => decrypt(stored.subarray(0, 20))).toThrow('not one of ours')
  })

  it('reads what an older key wrote after a new one was put in front', () => {
    const before = createEncryption(first)
    const after = createEncryption(`${second},${first}`)
    const old = before.encrypt('kept')
    expect(after.decrypt(old)).toBe('kept')
    expect(() => before.decrypt(after.encrypt('new'))).toThrow('the key "2026b", which is not among the keys given')
  })

  it('finds an address by the index of any key, and tells nothing of it without them', () => {
    const index = createEncryption(first).blindIndex('+15555550101')
    const both = createEncryption(`${second},${first}`)
    expect(both.blindIndexes('+15555550101')).toEqual([both.blindIndex('+15555550101'), index])
    expect(both.blindIndex('+15555550101')).toBe(createEncryption(second).blindIndex('+15555550101'))
    expect(both.blindIndexes('+15555550102')).not.toContain(index)
  })

  it.each([
    ['', 'in base64'],
    ['secret', 'in base64'],
    ['a:c2hvcnQ=', 'in base64'],
    [`${first},${first}`, 'same id'],
  ])('refuses a setting that is none: %j', (keys, sentence) => {
    expect(() => createEncryption(keys)).toThrow(sentence)
  })
})
