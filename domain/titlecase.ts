/** Small words of names in the languages met here; lower case unless they begin the name. */
const PARTICLES = new Set(
  'al and bin da das de del della den der di do dos du e el el for ibn la las le los of the van von y zu'.split(' '),
)
/** Read as letters, never as words. */
const LETTERS = new Set('ii iii iv md rn np dds dmd dpm nw ne sw se'.split(' '))

/**
 * A name that arrived in capitals (or all small) as people write it: O'Brien, McDonald, Smith-Jones, Maria de la Cruz.
 * A name that mixes both is left as it is, because somebody wrote it with care. `locale` is BCP 47.
 */
export function titlecase(text: string, locale: string): string {
  const lower = text.toLocaleLowerCase(locale)
  if (text !== lower && text !== text.toLocaleUpperCase(locale)) return text
  let first = true
  return lower.replace(/[\p{L}\p{M}\p{N}'’]+/gu, (word) => {
    const begins = first
    first = false
    if (LETTERS.has(word) && !begins) return word.toLocaleUpperCase(locale)
    if (PARTICLES.has(word) && !begins) return word
    return capitalize(word, locale)
  })
}

function capitalize(word: string, locale: string): string {
  const upper = (match: string): string => match.toLocaleUpperCase(locale)
  if (word.startsWith('mc') && word.length > 3) return `Mc${upper(word.charAt(2))}${word.slice(3)}`
  // O'Brien and D'Angelo, but not Mary's: a letter or two before the apostrophe, more than one after it.
  const apostrophe = /^(\p{L}{1,2})(['’])(\p{L})(\p{L}.*)$/u.exec(word)
  if (apostrophe) {
    const [, before = '', mark = '', letter = '', rest = ''] = apostrophe
    return upper(before.charAt(0)) + before.slice(1) + mark + upper(letter) + rest
  }
  return word.replace(/^\p{L}/u, upper)
}
