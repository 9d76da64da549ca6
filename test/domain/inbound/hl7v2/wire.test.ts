import { describe, expect, it } from '@jest/globals'
import { messagesOf } from '../../../../domain/inbound/hl7v2/batch.ts'
import { decodeMessage } from '../../../../domain/inbound/hl7v2/charset.ts'
import { unescapeText } from '../../../../domain/inbound/hl7v2/escape.ts'
import { dateOf, timeOf } from '../../../../domain/inbound/hl7v2/time.ts'

const delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' }

describe('a time stamp of HL7', () => {
  const cases: [given: string, expected: string | null, why: string][] = [
    ['20260309', '2026-03-09', 'a day alone'],
    ['20260309143015.250-0400', '2026-03-09T18:30:15.250Z', 'its own offset'],
    ['202603091430', '2026-03-09T18:30:00.000Z', 'no offset: the wall time there'],
    ['2026030914', '2026-03-09T18:00:00.000Z', 'hours alone'],
    ['202601091430', '2026-01-09T19:30:00.000Z', 'in winter'],
    ['202603080230', '2026-03-08T07:30:00.000Z', 'skipped by the clock change: moved forward'],
    ['20260309143099', null, 'no such second'],
    ['20260230', null, 'no such day'],
    ['202603', null, 'a month'],
    ['tomorrow', null, 'no time'],
    ['', null, 'nothing'],
  ]
  it.each(cases)('%s is %s: %s', (given, expected) => {
    const time = timeOf(given, 'America/New_York')
    expect(time && ('at' in time ? new Date(time.at).toISOString() : time.date)).toBe(expected)
  })

  it('is the day as written when a day is asked for, whatever the offset', () => {
    expect(dateOf('198808181126+0215')).toBe('1988-08-18')
    expect(dateOf('19880230')).toBeNull()
  })
})

describe('escapes', () => {
  const cases: [given: string, expected: string][] = [
    ['A\\T\\B', 'A&B'],
    ['a\\F\\b\\S\\c\\R\\d\\E\\e', 'a|b^c~d\\e'],
    ['one\\.br\\two', 'one\ntwo'],
    ['M\\XC3BC\\ller', 'Müller'],
    ['line\\X0D0A\\end', 'line end'],
    ['\\H\\loud\\N\\', 'loud'],
    ['\\Zlocal\\x', 'x'],
    ['C:\\new\\files', 'C:\\new\\files'],
    ['lone \\ mark', 'lone \\ mark'],
  ]
  it.each(cases)('%s', (given, expected) => {
    expect(unescapeText(given, delimiters)).toBe(expected)
  })
})

describe('character sets', () => {
  const header = (charset: string) => `MSH|^~\\&|A|B|C|D|20260309||ADT^A08|1|P|2.5||||||${charset}\rPID|||1||`
  const cases: [name: string, bytes: Buffer][] = [
    ['UTF-8 without a word', Buffer.from(`${header('')}Zoë`, 'utf8')],
    ['Windows-1252 without a word', Buffer.from(`${header('')}Zoë`, 'latin1')],
    ['8859/1', Buffer.from(`${header('8859/1')}Zoë`, 'latin1')],
    ['a byte order mark before another word', Buffer.from(`\uFEFF${header('8859/1')}Zoë`)],
    ['UNICODE UTF-8', Buffer.from(`${header('UNICODE UTF-8')}Zoë`, 'utf8')],
    ['declared UTF-8, but Windows-1252', Buffer.from(`${header('UNICODE UTF-8')}Zoë`, 'latin1')],
    ['with a byte order mark', Buffer.from(`\uFEFF${header('')}Zoë`, 'utf8')],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${header('')}Zoë`, 'utf16le')],
  ]
  it.each(cases)('%s', (_, bytes) => {
    expect(decodeMessage(bytes)).toMatch(/Zoë$/)
  })

  it('other parts of Latin by their number', () => {
    const bytes = Buffer.concat([Buffer.from(header('8859/2'), 'latin1'), Buffer.from([0xa3])])
    expect(decodeMessage(bytes)).toMatch(/Ł$/)
  })
})

describe('the messages of a text', () => {
  it('are one whatever its line ends, small letters and blanks', () => {
    for (const end of ['\r', '\n', '\r\n'])
      expect(messagesOf(`\uFEFF  msh|^~\\&|A${end}pid|1${end}${end} PV1|1${end}`)).toEqual({
        messages: ['MSH|^~\\&|A\rpid|1\rPV1|1'],
        isBatch: false,
      })
  })

  it('are many in a batch, whose frame is none of them', () => {
    expect(messagesOf('FHS|^~\\&\rBHS|^~\\&\rMSH|1\rPID|1\rMSH|2\rPID|2\rBTS|2\rFTS|1')).toEqual({
      messages: ['MSH|1\rPID|1', 'MSH|2\rPID|2'],
      isBatch: true,
    })
  })

  it('are none where no segment MSH is', () => {
    expect(messagesOf('hello\rworld').messages).toEqual([])
    expect(messagesOf('').messages).toEqual([])
  })
})
