/** A part of a text; `href` where it is a web address. */
export interface TextPart {
  text: string
  href: string | null
}

/** Splits a text at its web addresses, so that they can be tapped. The dot that ends a sentence is none of the address. */
export function linkedText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const href = found.replace(/[.,;:!?)\]]+$/, '')
    if (index > end) parts.push({ text: text.slice(end, index), href: null })
    parts.push({ text: href, href })
    end = index + href.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null })
  return parts
}
