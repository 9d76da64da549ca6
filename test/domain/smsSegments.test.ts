import { describe, expect, it } from '@jest/globals'
import { segments } from '../../domain/smsSegments.ts'

describe('how a text travels as SMS', () => {
  it.each<[string, string, object]>([
    ['nothing', '', { encoding: 'GSM-7', units: 0, segments: 0, perSegment: 160 }],
    ['160 plain characters', 'a'.repeat(160), { encoding: 'GSM-7', units: 160, segments: 1, perSegment: 160 }],
    ['161 plain characters', 'a'.repeat(161), { units: 161, segments: 2, perSegment: 153 }],
    ['306 plain characters', 'a'.repeat(306), { segments: 2 }],
    ['307 plain characters', 'a'.repeat(307), { segments: 3 }],
    ['accents of the basic table', 'ñ é à ü ¿¡', { encoding: 'GSM-7', units: 10 }],
    ['accents outside it', 'á í ó ú', { encoding: 'UCS-2', nonGsm: ['á', 'í', 'ó', 'ú'] }],
    ['two units for the extension table', '€[]{}', { encoding: 'GSM-7', characters: 5, units: 10 }],
    ['80 euros fit', '€'.repeat(80), { units: 160, segments: 1 }],
    ['81 euros do not', '€'.repeat(81), { units: 162, segments: 2 }],
    ['an escaped character is not split', `${'a'.repeat(152)}€${'a'.repeat(152)}`, { units: 306, segments: 3 }],
    ['a typographic apostrophe', 'you’re', { encoding: 'UCS-2', segments: 1, perSegment: 70, nonGsm: ['’'] }],
    ['70 units of UCS-2', `’${'a'.repeat(69)}`, { units: 70, segments: 1 }],
    ['71 units of UCS-2', `’${'a'.repeat(70)}`, { units: 71, segments: 2, perSegment: 67 }],
    ['an emoji is one character of two units', '😀', { encoding: 'UCS-2', characters: 1, units: 2 }],
    ['a pair is not split', `${'’'.repeat(66)}😀${'’'.repeat(66)}`, { units: 134, segments: 3 }],
    ['a new line', 'a\nb', { encoding: 'GSM-7', units: 3 }],
    ['a tab', 'a\tb', { encoding: 'UCS-2', nonGsm: ['\t'] }],
    ['each foreign character once', '“a” “b”', { nonGsm: ['“', '”'] }],
  ])('%s', (_why, text, expected) => {
    expect(segments(text)).toMatchObject(expected)
  })
})
