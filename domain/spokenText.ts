export interface CarriedText {
  text: string
  /** Links that were left out, as they were written. */
  leftOut: string[]
}

/** Why there is nothing to say in a call. */
export const onlyLinks = 'a call leaves links out, and the text says nothing else'

/** Said to who writes the text. */
export const leftOutSentence =
  'A call leaves links out. If they matter, give the voice call a text of its own that says what to do instead.'

const link = /(?:https?:\/\/|www\.)[^\s<>"']+/gi

/**
 * A text as it is heard in a call, or read as it is. A call leaves links out: nobody notes one down by ear, and read aloud it drowns the
 * rest. What led up to one ("Confirm here: …") ends there as a sentence. '' when nothing else was said.
 */
export function carriedText(text: string, isHeard: boolean): CarriedText {
  if (!isHeard) return { text, leftOut: [] }
  const leftOut: string[] = []
  const said = text.replace(link, (found) => {
    const written = found.replace(/[.,;:!?)\]]+$/, '')
    leftOut.push(written)
    return gap + found.slice(written.length)
  })
  if (leftOut.length === 0) return { text, leftOut }
  const sentences = said
    // "(see …)" and "[…]" around nothing.
    .replace(new RegExp(`[([]\\s*${gap}\\s*[)\\]]`, 'g'), gap)
    .replace(new RegExp(`[ \\t]*[:,–—-]?[ \\t]*${gap}([.!?])`, 'g'), '$1')
    .replace(new RegExp(`[ \\t]*[:,–—-][ \\t]*${gap}`, 'g'), '.')
    .replace(new RegExp(`[ \\t]*${gap}[ \\t]*(?=\\n|$)`, 'g'), '.')
    .replace(new RegExp(`[ \\t]*${gap}`, 'g'), '')
    .replace(/([.!?])\s*\.(?=\s|$)/g, '$1')
    .trim()
  return { text: /[\p{L}\p{N}]/u.test(sentences) ? sentences : '', leftOut }
}

/** Stands where a link was; no message holds one, since rendered texts have no control characters of their own. */
const gap = '\u0000'
