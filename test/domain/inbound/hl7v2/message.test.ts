import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { acknowledge, escapeText } from '../../../../domain/inbound/hl7v2/acknowledgement.ts'
import { messagesOf } from '../../../../domain/inbound/hl7v2/batch.ts'
import { openMessage } from '../../../../domain/inbound/hl7v2/header.ts'
import { patientOf, pid, read, readText } from './read.ts'

const header = 'MSH|^~\\&|EHR|Clinic|CA|Practice|20260302100000||ADT^A08|m1|P|2.3'

describe('a message of HL7 v2', () => {
  it('may separate with other characters', () => {
    const text = 'MSH#*%!@#EHR#C#CA#P#20260302##ADT*A08#m1#P#2.5\rPID#1##4711***C@1.2@ISO*MR##O!T!Brien*Ada%Nick******N'
    expect(patientOf(readText(text))).toMatchObject({ firstName: 'Ada', lastName: 'O@Brien' })
  })

  it('may have short names in small letters, blanks at ends, and no minor separators', () => {
    const { messages } = messagesOf(`${header.replace('^~\\&', '^')} \npid|1||4711||Quill^Ada |\n`)
    expect(patientOf(readText(messages[0] as string))).toMatchObject({ firstName: 'Ada' })
  })

  const broken: [why: string, text: string, path: string, says: RegExp][] = [
    ['no message', 'hello', 'MSH', /begin with the segment MSH/],
    ['nothing', '', 'MSH', /begin with the segment MSH/],
    ['letters as separators', 'MSHa^~\\&aEHR', 'MSH', /field separator/],
    ['no separators', 'MSH|', 'MSH', /usable separators/],
    ['one separator for two things', 'MSH|^^\\&|EHR', 'MSH', /four different/],
    ['another type', header.replace('ADT^A08', 'ORU^R01'), 'MSH-9', /SIU S12/],
    ['another event', header.replace('A08', 'A03'), 'MSH-9', /ADT A01/],
    ['no type', header.replace('ADT^A08', ''), 'MSH-9', /SIU S12/],
  ]
  it.each(broken)('is never taken: %s', (_, text, path, says) => {
    expect(readText(text)).toMatchObject({
      refused: true,
      entries: [],
      reasons: [{ severity: 'error', path, message: expect.stringMatching(says) }],
    })
  })

  // On 1 November 2026 New York has the hour from 1:00 to 2:00 twice, from 5:00 and from 6:00 UTC.
  it.each([
    ['0150', '05:50:02', '05:50', 'in the first of the two hours'],
    ['0110', '06:10:02', '06:10', 'in the second: after all of the first'],
    ['0110', '06:08:00', '06:10', 'by a clock that is two minutes ahead'],
    ['0030', '06:10:00', '04:30', 'before them, and late'],
  ])('that was sent at %s while clocks are set back, and came at %s, is of %s: %s', (sent, came, said) => {
    const at = (time: string) => Date.parse(`2026-11-01T${time}Z`)
    const text = [`MSH|^~\\&|EHR|Clinic|CA|Practice|20261101${sent}||ADT^A08|m1|P|2.5`, pid].join('\r')
    const { entries } = readText(text, {}, at(came))
    expect(entries[0]?.record?.sourceVersion.lastUpdated).toBe(at(`${said}:00`))
  })

  it('is ordered by MSH-7, in the zone of the practice where it names no offset', () => {
    expect(readText(`${header}\r${pid}`).entries[0]?.record?.sourceVersion).toEqual({
      lastUpdated: Date.UTC(2026, 2, 2, 15),
      versionId: null,
    })
    const undated = readText(`${header.replace('20260302100000', 'now')}\r${pid}`)
    expect(undated.entries[0]?.record?.sourceVersion).toEqual({ lastUpdated: null, versionId: null })
    expect(undated.reasons).toMatchObject([{ severity: 'warning', path: 'MSH-7' }])
  })

  it('loses no good record to a bad one', () => {
    const message = read('ADT^A04', [pid, 'PR1|1||99213', 'DG1|1||E11.9||20260301'])
    expect(message.entries.map(({ segment, record }) => [segment, record !== null])).toEqual([
      ['PID', true],
      ['PR1', false],
      ['DG1', true],
    ])
  })

  it('never throws, and never takes what it reports as wrong', () => {
    const parts = fc.constantFrom('MSH|^~\\&|', 'PID|', 'SCH|', 'AIS|', 'DG1|', 'PR1|', 'FT1|', 'RF1|', 'MRG|', 'ZRC|')
    const fields = fc.array(
      fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom('20260309', '1^^^A^MR', 'SIU^S12', 'ADT^A40', '\\X', '~~^^&&', '""', '99213'),
      ),
      { maxLength: 26 },
    )
    const segment = fc.tuple(parts, fields).map(([name, list]) => name + list.join('|'))
    const text = fc.array(segment, { maxLength: 8 }).map((list) => [header, ...list].join('\r'))
    const settings = { recallSegment: { name: 'ZRC', id: 1, dueDate: 2 } }
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (given) => {
        for (const each of [given, ...messagesOf(given).messages])
          for (const { record, reasons } of readText(each, settings).entries)
            if (reasons.some(({ severity }) => severity === 'error')) expect(record).toBeNull()
      }),
      { numRuns: 500 },
    )
  })
})

describe('an acknowledgement', () => {
  const now = Date.UTC(2026, 2, 2, 15)
  const opened = openMessage(`${header.replace('m1', 'm\\F\\1')}\r${pid}`, [])!.header

  it('goes back to the sender with its control id, and nothing else when all is well', () => {
    expect(acknowledge(opened, 'AA', 'ack-1', now)).toBe(
      'MSH|^~\\&|CA|Practice|EHR|Clinic|20260302150000+0000||ACK^A08^ACK|ack-1|P|2.3\rMSA|AA|m\\F\\1\r',
    )
  })

  it('says what was wrong and where', () => {
    const reason = { severity: 'error', code: 'missing', path: 'DG1(2)-3', message: 'has to | say' } as const
    const lines = acknowledge(opened, 'AE', 'ack-1', now, [reason]).split('\r')
    expect(lines[1]).toBe('MSA|AE|m\\F\\1|has to \\F\\ say')
    expect(lines[2]).toBe('ERR||DG1^2^3|101|E||||has to \\F\\ say')
  })

  it('can be given to a message that could not be read', () => {
    expect(acknowledge(null, 'AR', 'ack-1', now)).toContain('MSA|AR|\r')
  })

  it('escapes what would end a field', () => {
    expect(escapeText('a|b^c&d~e\\f\rg')).toBe('a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f g')
  })
})
