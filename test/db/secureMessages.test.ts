import { describe, expect, it } from '@jest/globals'
import { newSecureToken, secureTokenHash } from '../../db/secureMessages.ts'

describe('what opens a secure message', () => {
  it('is 128 random bits in a link, and twelve digits on the phone', () => {
    expect(newSecureToken('sms')).toMatch(/^[\w-]{22}$/)
    expect(newSecureToken('email')).toMatch(/^[\w-]{22}$/)
    for (let i = 0; i < 50; i++) expect(newSecureToken('voice')).toMatch(/^\d{12}$/)
    expect(new Set(Array.from({ length: 200 }, () => newSecureToken('sms'))).size).toBe(200)
  })

  it('is kept as a hash, the same for the same token', async () => {
    for (const token of ['AbCdEfGhIjKlMnOpQrStUv', '012345678901']) {
      const hash = await secureTokenHash(token)
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      expect(await secureTokenHash(token)).toBe(hash)
      expect(await secureTokenHash(`${token.slice(0, -1)}9`)).not.toBe(hash)
    }
  })
})
