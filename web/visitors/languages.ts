import { ourLanguage } from '../../domain/secureNotice.ts'
import { english } from './english.ts'
import { spanish } from './spanish.ts'
import type { Words } from './words.ts'

const all = { en: english, es: spanish }

/** The words for a reader's language, and which language they are in. */
export function wordsFor(language: string | null): { lang: 'en' | 'es'; words: Words } {
  const lang = ourLanguage(language)
  return { lang, words: all[lang] }
}

/** January to December. */
export function monthsOf(lang: 'en' | 'es'): { value: string; name: string }[] {
  const format = new Intl.DateTimeFormat(lang, { month: 'long', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1),
    name: format.format(Date.UTC(2026, month, 1)),
  }))
}
