const names = new Intl.DisplayNames('en-US', { type: 'language', fallback: 'code' })

/** "es" → "Spanish", "pt-BR" → "Brazilian Portuguese"; what is no known language stays as it is. */
export function languageWord(tag: string): string {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}

/** The languages that US practices write to most, to choose from; the API takes any. */
export const offeredLanguages: readonly string[] = [
  ...['es', 'zh', 'vi', 'tl', 'ar', 'ko', 'ru', 'ht', 'fr', 'pt', 'de', 'it', 'pl', 'ja', 'hi', 'ur', 'bn', 'gu', 'pa'],
  ...['fa', 'uk', 'am', 'so', 'sw', 'ne', 'th', 'lo', 'km', 'hmn', 'my', 'he', 'el', 'hy', 'ro', 'tr', 'id'],
].sort((a, b) => languageWord(a).localeCompare(languageWord(b), 'en'))
