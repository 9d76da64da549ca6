/** English names of languages with two-letter codes, in capitals. */
const byName = new Map<string, string>()
const letters = [...'abcdefghijklmnopqrstuvwxyz']
const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })
for (const first of letters)
  for (const second of letters) {
    const name = english.of(first + second)
    if (name !== undefined && !byName.has(name.toUpperCase())) byName.set(name.toUpperCase(), first + second)
  }

/** BCP 47 from a code of two or three letters (`es`, `spa`, `es-MX`) or an English name; null when it is none. */
export function languageOf(text: string): string | null {
  const named = byName.get(text.trim().toUpperCase())
  if (named !== undefined) return named
  const code = text.trim().replaceAll('_', '-')
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code)) return null
  try {
    return Intl.getCanonicalLocales(code)[0] ?? null
  } catch {
    return null
  }
}
