import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Frame, FrameReader, frameOf } from '../../../api/mllp/frames.ts'

/** Everything that a reader finds in the bytes, fed in chunks that end at the given places. */
function read(bytes: Buffer, cuts: readonly number[] = [], maxBytes = 100): string[] {
  const reader = new FrameReader(maxBytes)
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const chunks = [...ends, bytes.length].map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end))
  return chunks.flatMap((chunk) => reader.push(chunk)).map(textOf)
}
const textOf = (frame: Frame) => (frame === 'tooLong' ? 'tooLong' : frame.bytes.toString('latin1'))
const wire = (text: string) => Buffer.from(text.replaceAll('<', '\x0b').replaceAll('>', '\x1c\r'), 'latin1')

describe('frames of MLLP', () => {
  const cases: [given: string, expected: string[], why: string][] = [
    ['<one>', ['one'], 'one'],
    ['<one><two>', ['one', 'two'], 'one after the other'],
    ['\r\n<one>\n<two>junk', ['one', 'two'], 'what lies between is left out'],
    ['<trunc<whole>', ['whole'], 'one that begins anew was given up'],
    ['<one', [], 'one that never ends'],
    ['one>', [], 'an end without a start'],
    ['<>', [''], 'nothing, framed'],
    ['<a\x1cb>', ['a\x1cb'], 'a separator that ends nothing'],
    ['<one\x1c<two>', ['one', 'two'], 'without the last carriage return'],
    [`<${'x'.repeat(101)}><two>`, ['tooLong', 'two'], 'too long: said once, and the next is read'],
    [`<${'x'.repeat(500)}<two>`, ['tooLong', 'two'], 'too long and never ended'],
    [`<${'x'.repeat(100)}>`, ['x'.repeat(100)], 'just as long as may be'],
  ]
  it.each(cases)('%j holds %j: %s', (given, expected) => {
    expect(read(wire(given))).toEqual(expected)
  })

  it('are the same however the network cuts them', () => {
    const messages = fc.array(
      fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[^ -~]/g, '.')),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (list, cuts) => {
        expect(read(Buffer.concat(list.map(frameOf)), cuts)).toEqual(list)
      }),
    )
  })
})
