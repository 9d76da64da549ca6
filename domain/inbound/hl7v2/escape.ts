import type { Delimiters } from './delimiters.ts'

/**
 * A text with HL7's escapes resolved: delimiters, line breaks, bytes. Escapes that nobody knows, and highlighting, are
 * left out; a lone escape character stays, because real feeds write Windows paths.
 */
export function unescapeText(text: string, delimiters: Delimiters): string {
  const mark = delimiters.escape
  if (mark === '' || !text.includes(mark)) return text
  const parts = text.split(mark)
  let result = parts[0] as string
  for (let at = 1; at < parts.length; at++) {
    const inside = parts[at] as string
    const closed = at + 1 < parts.length
    const meaning = closed ? meaningOf(inside, delimiters) : null
    if (meaning === null) {
      result += mark + inside
      continue
    }
    result += meaning + parts[at + 1]
    at += 1
  }
  return result
}

function meaningOf(inside: string, delimiters: Delimiters): string | null {
  switch (inside) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subcomponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case 'H':
    case 'N':
      return ''
  }
  if (/^X([0-9A-F]{2})+$/i.test(inside)) return bytesOf(inside.slice(1))
  if (/^\.(br|sp|ce)/i.test(inside)) return '\n'
  // Other commands (formatting, character sets, local ones) are short and all capitals or begin with a dot.
  return /^(\.[a-z]{2}.{0,6}|[CMZ][0-9A-Z]{0,12}|P)$/i.test(inside) ? '' : null
}

function bytesOf(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  // Line ends and other controls say no more than a blank.
  return new TextDecoder().decode(bytes).replaceAll(/\p{Cc}+/gu, ' ')
}
