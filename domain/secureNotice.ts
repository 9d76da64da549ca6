import type { TextChannel } from './action.ts'
import { isSpoken, secureMessageUrl } from './secureLink.ts'

export interface NoticeFacts {
  practice: string
  publicUrl: string
  token: string
  channel: TextChannel
  /** BCP 47; the notice is in English where we have no other. */
  language: string | null
  /** Staff sign in; patients give the birth date. */
  reader: 'patient' | 'staff'
}

export interface Notice {
  /** E-mail only. */
  subject: string | null
  body: string
}

interface Words {
  subject: string
  sms: string
  email: string
  staff: string
  voice: string
}

// An SMS keeps to the letters of GSM-7 (no í, no á): one more would halve what fits into a segment.
const words: Record<'en' | 'es', Words> = {
  en: {
    subject: 'A private message from {practice}',
    sms: '{practice} has a private message for you. Read it here: {link}',
    email:
      '{practice} has a private message for you.\n\nRead it here: {link}\n\nFor your privacy, the page first asks for the date of birth. The link works for 30 days.',
    staff: '{practice} has a message for you. Sign in to read it: {link}',
    voice:
      'Hello. This is {practice}. We have a private message for you. To read it, go to {place} and enter this code: {code}. Again, the code is {code}.',
  },
  es: {
    subject: 'Un mensaje privado de {practice}',
    sms: '{practice} tiene un mensaje privado para usted. Puede leerlo en {link}',
    email:
      '{practice} tiene un mensaje privado para usted.\n\nPuede leerlo aquí: {link}\n\nPara proteger su privacidad, la página primero pide la fecha de nacimiento. El enlace funciona durante 30 días.',
    staff: '{practice} tiene un mensaje para usted. Inicie una sesión para leerlo: {link}',
    voice:
      'Hola. Le llama {practice}. Tenemos un mensaje privado para usted. Para leerlo, vaya a {place} e ingrese este código: {code}. Otra vez, el código es {code}.',
  },
}

/** The language of what we say ourselves to somebody: theirs where we have it, else English. */
export function ourLanguage(language: string | null): 'en' | 'es' {
  return language?.toLowerCase().split('-')[0] === 'es' ? 'es' : 'en'
}

/**
 * What goes out instead of a secure message's content (PHI): who it is from and where it opens, and nothing of what it
 * is about. No facility, provider or type is named, whether it is sensitive or not.
 */
export function secureNotice({ practice, publicUrl, token, channel, language, reader }: NoticeFacts): Notice {
  const said = words[ourLanguage(language)]
  const values: Record<string, string> = {
    practice,
    link: secureMessageUrl(publicUrl, token),
    place: `${publicUrl.replace(/^https?:\/\//, '')}/m`,
    code: [...token].join(' '),
  }
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  if (isSpoken(channel)) return { subject: null, body: fill(said.voice) }
  if (reader === 'staff') return { subject: channel === 'email' ? fill(said.subject) : null, body: fill(said.staff) }
  return channel === 'email'
    ? { subject: fill(said.subject), body: fill(said.email) }
    : { subject: null, body: fill(said.sms) }
}
