/** HL7's table 0211 in the names of the Encoding Standard; what is not listed is read as UTF-8, else as Windows-1252. */
const encodings = new Map([
  ['UNICODE UTF-8', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['UNICODE', 'utf-8'],
  ['UNICODE UTF-16', 'utf-16be'],
  ['ISO IR6', 'utf-8'],
  ['ASCII', 'utf-8'],
  ['ISO IR14', 'shift_jis'],
  ['ISO IR87', 'iso-2022-jp'],
  ['GB 18030-2000', 'gb18030'],
  ['KS X 1001', 'euc-kr'],
  ['BIG-5', 'big5'],
  ['WINDOWS-1252', 'windows-1252'],
  ...Array.from({ length: 9 }, (_, n): [string, string] => [`8859/${n + 1}`, `iso-8859-${n + 1}`]),
  ['8859/15', 'iso-8859-15'],
])

/**
 * The text of a message's bytes: by its byte order mark, else by MSH-18, else UTF-8 where it is that. Old feeds without a
 * word about it are Windows-1252, in which every byte is a character: a name is never lost for its accents.
 */
export function decodeMessage(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const encoding = isMarked ? 'utf-8' : encodings.get(declaredCharset(bytes))
  if (encoding !== undefined && encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** MSH-18, first repetition. The header is ASCII in every encoding that a feed declares there. */
function declaredCharset(bytes: Uint8Array): string {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 2_000))
  const start = head.search(/MSH/i)
  if (start < 0) return ''
  const [line = ''] = head.slice(start).split(/[\r\n]/, 1)
  // MSH-1 is the separator itself, so that MSH-18 is the eighteenth part counted from the name.
  const field = line.split(line[3] ?? '|')[17] ?? ''
  return (field.split(line[5] ?? '~')[0] ?? '').trim().toUpperCase()
}
