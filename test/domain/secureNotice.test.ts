import { describe, expect, it } from '@jest/globals'
import { isSpokenCode, preferencesUrl, secureMessageUrl, withoutTokens } from '../../domain/secureLink.ts'
import { type NoticeFacts, secureNotice } from '../../domain/secureNotice.ts'
import { segments } from '../../domain/smsSegments.ts'

const token = 'AbCdEfGhIjKlMnOpQrStUv'
const facts: NoticeFacts = {
  practice: 'Riverside Clinic',
  publicUrl: 'https://msg.example.org',
  token,
  channel: 'sms',
  language: null,
  reader: 'patient',
}
const link = `https://msg.example.org/m/${token}`

describe('the notice of a secure message', () => {
  it.each<[string, Partial<NoticeFacts>, string | null, string]>([
    ['a text', {}, null, `Riverside Clinic has a private message for you. Read it here: ${link}`],
    [
      'a text in Spanish',
      { language: 'es-MX' },
      null,
      `Riverside Clinic tiene un mensaje privado para usted. Puede leerlo en ${link}`,
    ],
    [
      'a language we do not have',
      { language: 'vi' },
      null,
      `Riverside Clinic has a private message for you. Read it here: ${link}`,
    ],
    [
      'a call says where to look, and the code digit by digit',
      { channel: 'voice', token: '012345678901' },
      null,
      'Hello. This is Riverside Clinic. We have a private message for you. To read it, go to msg.example.org/m and enter this code: 0 1 2 3 4 5 6 7 8 9 0 1. Again, the code is 0 1 2 3 4 5 6 7 8 9 0 1.',
    ],
    ['staff', { reader: 'staff' }, null, `Riverside Clinic has a message for you. Sign in to read it: ${link}`],
  ])('%s', (_what, more, subject, body) => {
    expect(secureNotice({ ...facts, ...more })).toEqual({ subject, body })
  })

  it('has a subject as an e-mail, which tells no more', () => {
    const { subject, body } = secureNotice({ ...facts, channel: 'email' })
    expect(subject).toBe('A private message from Riverside Clinic')
    expect(body).toContain(link)
  })

  it.each(['en', 'es'])('fits the plain letters of an SMS in %s', (language) => {
    expect(segments(secureNotice({ ...facts, language }).body)).toMatchObject({ encoding: 'GSM-7', segments: 1 })
  })
})

describe('links', () => {
  it('are shown to the practice without what opens them', () => {
    const shown = withoutTokens(`Read it here: ${secureMessageUrl('https://msg.example.org', token)}. Bye`)
    expect(shown).toBe('Read it here: https://msg.example.org/m/…. Bye')
    expect(withoutTokens(preferencesUrl('https://msg.example.org', token))).toBe('https://msg.example.org/p/…')
    expect(withoutTokens(secureNotice({ ...facts, channel: 'voice', token: '012345678901' }).body)).not.toContain('0 1')
  })

  it.each([
    ['012345678901', true],
    ['01234567890', false],
    [token, false],
  ])('%s is a code that can be said: %s', (text, expected) => {
    expect(isSpokenCode(text)).toBe(expected)
  })
})
