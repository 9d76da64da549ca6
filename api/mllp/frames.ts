const startBlock = 0x0b
const endBlock = 0x1c
const carriageReturn = 0x0d

/** A message between its block characters; `tooLong` as soon as it is, whatever follows of it. */
export type Frame = { bytes: Buffer } | 'tooLong'

/**
 * Reads the frames of one connection (MLLP: VT, message, FS, CR) from chunks of any size. What lies between frames is
 * left out. A frame that begins inside another one starts anew: its sender gave up on the first, which nobody
 * acknowledged.
 */
export class FrameReader {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #size = 0
  #state: 'between' | 'inside' | 'skipping' = 'between'

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether a frame has begun and not ended. */
  get isOpen(): boolean {
    return this.#state !== 'between'
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = []
    let from = 0
    while (from < chunk.length) {
      if (this.#state === 'between') {
        const start = chunk.indexOf(startBlock, from)
        if (start < 0) break
        this.#begin()
        from = start + 1
        continue
      }
      const { at, isStart } = nextMark(chunk, from)
      this.#keep(chunk.subarray(from, at), frames)
      if (at === chunk.length) break
      if (isStart) this.#begin()
      else this.#end(frames)
      from = at + 1
    }
    return frames
  }

  #begin(): void {
    this.#state = 'inside'
    this.#parts = []
    this.#size = 0
  }

  #keep(part: Buffer, frames: Frame[]): void {
    if (this.#state !== 'inside' || part.length === 0) return
    this.#size += part.length
    if (this.#size > this.#maxBytes) {
      this.#state = 'skipping'
      this.#parts = []
      frames.push('tooLong')
      return
    }
    // A copy: a small part would keep the whole chunk in memory until the frame ends.
    this.#parts.push(Buffer.from(part))
  }

  #end(frames: Frame[]): void {
    if (this.#state === 'inside') frames.push({ bytes: Buffer.concat(this.#parts) })
    this.#state = 'between'
    this.#parts = []
  }
}

/** Where the next start or end is; an FS followed by anything but CR or VT belongs to the message. */
function nextMark(chunk: Buffer, from: number): { at: number; isStart: boolean } {
  const start = chunk.indexOf(startBlock, from)
  for (let end = chunk.indexOf(endBlock, from); end >= 0; end = chunk.indexOf(endBlock, end + 1)) {
    if (start >= 0 && start < end) break
    const next = chunk[end + 1]
    if (next === undefined || next === carriageReturn || next === startBlock) return { at: end, isStart: false }
  }
  return start < 0 ? { at: chunk.length, isStart: false } : { at: start, isStart: true }
}

/** A message as it goes back over the wire. */
export function frameOf(message: string): Buffer {
  return Buffer.concat([Buffer.of(startBlock), Buffer.from(message), Buffer.of(endBlock, carriageReturn)])
}
