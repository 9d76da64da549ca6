import { describe, expect, it } from '@jest/globals'
import { messageSchema, type TextChannel } from '../../domain/action.ts'
import { languageFor, textFor } from '../../domain/messageText.ts'

const message = messageSchema.parse({
  subject: 'Your visit',
  body: 'Hello',
  channels: { voice: { body: 'Good day' }, email: { subject: 'Dear patient', body: 'Hello by email' } },
  translations: {
    es: { body: 'Hola', channels: { voice: { body: 'Buenos días' } } },
    'pt-BR': { subject: 'Sua consulta', body: 'Olá' },
    'zh-Hans': { body: '您好' },
  },
})

describe('the text for a channel and a language', () => {
  const cases: [channel: TextChannel, language: string | null, body: string, written: string | null, why: string][] = [
    ['sms', null, 'Hello', null, 'no language is known: the default'],
    ['sms', 'en', 'Hello', null, 'no translation: the default'],
    ['voice', 'fr', 'Good day', null, "no translation: the channel's own text"],
    ['sms', 'es', 'Hola', 'es', 'exact'],
    ['sms', 'ES', 'Hola', 'es', 'exact, however it is written'],
    ['sms', 'es-MX', 'Hola', 'es', 'the base language'],
    ['voice', 'es-419', 'Buenos días', 'es', "the channel's own text in the language"],
    ['email', 'es', 'Hola', 'es', "the language goes before another language's own text of the channel"],
    ['sms', 'pt-BR', 'Olá', 'pt-BR', 'exact, with a region'],
    ['sms', 'pt', 'Hello', null, 'a region is not what its base asked for'],
    ['sms', 'zh-Hans-CN', '您好', 'zh-Hans', 'script before region'],
    ['sms', 'zh-Hant-TW', 'Hello', null, 'another script'],
  ]
  it.each(cases)('%s in %s: %s', (channel, language, body, written) => {
    const text = textFor(message, channel, language)
    expect([text.body, text.language]).toEqual([body, written])
  })

  it('is the default when nothing is translated, and when the language is nonsense', () => {
    expect(languageFor([], 'es')).toBeNull()
    expect(languageFor(['es'], '')).toBeNull()
    expect(languageFor(['es'], '-')).toBeNull()
  })
})

describe('the subject', () => {
  const subjects: [subject: string | null, given: object, language: string | null, why: string][] = [
    ['Dear patient', message, null, "the email's own"],
    ['Dear patient', message, 'es', 'an untranslated one is better than none'],
    ['Sua consulta', message, 'pt-BR', 'translated'],
    ['Your visit', { ...message, channels: {} }, null, "the message's"],
    ['A message from {{ practice.name }}', { ...message, subject: null, channels: {} }, null, 'nobody wrote one'],
    ['Un mensaje de {{ practice.name }}', { ...message, subject: '', channels: {} }, 'es', 'nobody wrote one, Spanish'],
    ['{{ practice.name }}', { ...message, subject: null, channels: {} }, 'zh-Hans', 'nobody wrote one, in any words'],
  ]
  it.each(subjects)('of an email is %s', (subject, given, language) => {
    expect(textFor({ ...message, ...given }, 'email', language).subject).toBe(subject)
  })

  it('is none of an SMS or a call', () => {
    expect(textFor(message, 'sms', null).subject).toBeNull()
    expect(textFor(message, 'voice', 'es').subject).toBeNull()
  })
})
