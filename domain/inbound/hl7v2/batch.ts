/**
 * The messages of a text: one, or the many of a batch (FHS, BHS … BTS, FTS). Line ends may be CR, LF or both, names of
 * segments in small letters or indented; a byte order mark and what comes before the first MSH is no message.
 */
export function messagesOf(text: string): { messages: string[]; isBatch: boolean } {
  const lines = text
    .replaceAll('\u0000', '')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^[\s\uFEFF]+/, ''))
    .filter((line) => line.trim() !== '')
  const messages: string[][] = []
  let isBatch = false
  for (const line of lines) {
    const name = line.slice(0, 3).toUpperCase()
    if (name === 'FHS' || name === 'BHS' || name === 'BTS' || name === 'FTS') isBatch = true
    else if (name === 'MSH') messages.push([`MSH${line.slice(3)}`])
    else messages.at(-1)?.push(line)
  }
  return { messages: messages.map((message) => message.join('\r')), isBatch: isBatch || messages.length > 1 }
}
