import { decodeMessage } from './hl7v2/charset.ts'

/** The text of a message as it came: HL7 v2 in its own character set, all else in UTF-8. */
export function rawText(contentType: string, body: Uint8Array): string {
  return /hl7/i.test(contentType) ? decodeMessage(body) : new TextDecoder().decode(body)
}

/** The same for people: JSON with its lines broken and indented, HL7 v2 with a line for each segment. */
export function readableText(contentType: string, body: Uint8Array): string {
  const text = rawText(contentType, body)
  if (/hl7/i.test(contentType)) return text.replaceAll(/\r\n?/g, '\n').trim()
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // It may be in quarantine for just that.
    return text
  }
}
