/** GSM 03.38, basic table, in its order; the escape at 0x1B is left out. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** The extension table: an escape and a character, two units. */
const EXTENDED = new Set('\f^{}\\[~]|€')

const SIZES = { 'GSM-7': { single: 160, multi: 153 }, 'UCS-2': { single: 70, multi: 67 } } as const

export interface SmsSize {
  encoding: keyof typeof SIZES
  /** As a reader counts them. */
  characters: number
  /** Septets (GSM-7) or 16-bit units (UCS-2). */
  units: number
  segments: number
  /** Units that fit into each segment of this text. */
  perSegment: number
  /** The characters that force UCS-2, each once. */
  nonGsm: string[]
}

/** How a text travels as SMS. Neither an escaped character nor a surrogate pair is split between two segments. */
export function segments(text: string): SmsSize {
  const characters = [...text]
  const nonGsm = [...new Set(characters.filter((character) => !BASIC.has(character) && !EXTENDED.has(character)))]
  const encoding = nonGsm.length === 0 ? 'GSM-7' : 'UCS-2'
  const sizes = characters.map((character) =>
    encoding === 'UCS-2' ? character.length : EXTENDED.has(character) ? 2 : 1,
  )
  const units = sizes.reduce((sum, size) => sum + size, 0)
  const { single, multi } = SIZES[encoding]
  const count = { characters: characters.length, encoding, units, nonGsm } as const
  if (units <= single) return { ...count, segments: units === 0 ? 0 : 1, perSegment: single }
  return { ...count, segments: filled(sizes, multi), perSegment: multi }
}

function filled(sizes: readonly number[], perSegment: number): number {
  let count = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > perSegment) {
      count += 1
      used = 0
    }
    used += size
  }
  return count
}
