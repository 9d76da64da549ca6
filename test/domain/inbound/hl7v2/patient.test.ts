import { describe, expect, it } from '@jest/globals'
import { complaints, patientOf, read } from './read.ts'

const patient = (pid: string, ...more: string[]) => patientOf(read('ADT^A08', [pid, ...more]))

describe('a patient of HL7 v2', () => {
  it('has number, name, birth date, language and address', () => {
    const pid =
      'PID|1||4711^^^CLINIC^MR~999^^^^SS||Quill^Ada^B^^Ms^^L~Adi^^^^^^N||198002291200|F|||1 Elm St^Apt 2^Boston^Massachusetts^02101^USA^H||||spa'
    const message = read('ADT^A08', [pid])
    expect(message.entries[0]?.record).toMatchObject({ kind: 'patient', externalId: 'CLINIC|4711' })
    expect(patientOf(message)).toMatchObject({
      mrn: '4711',
      firstName: 'Ada',
      lastName: 'Quill',
      preferredName: 'Adi',
      birthDate: '1980-02-29',
      language: 'es',
      address: { lines: ['1 Elm St', 'Apt 2'], city: 'Boston', state: 'MA', postalCode: '02101', country: 'US' },
      active: true,
      deceased: false,
    })
    expect(complaints(message)).toEqual([])
  })

  const names: [field: string, first: string | null, last: string | null, why: string][] = [
    ['Quill^Ada^^^^^L', 'Ada', 'Quill', 'the legal name'],
    ['Show^Addie^^^^^D~Quill^Ada^^^^^L', 'Ada', 'Quill', 'the legal name before the displayed one'],
    ['Quill^Ada^^^^^D~Ada^^^^^^L', 'Ada', 'Quill', 'a whole name before half of one'],
    ['Maiden^Ada^^^^^M~Quill^Ada', 'Ada', 'Quill', 'never the maiden name'],
    ['Quill&van&Quill^Ada', 'Ada', 'Quill', 'the family name is its first part'],
    ['""^Ada', 'Ada', null, 'deleted by the sender'],
  ]
  it.each(names)('is called %s: %s %s (%s)', (field, firstName, lastName) => {
    expect(patient(`PID|1||1||${field}`)).toMatchObject({ firstName, lastName })
  })

  const ids: [field: string, expected: string, why: string][] = [
    ['1^^^A^MR~2^^^B^PI', 'A|1', 'the record number first'],
    ['9^^^^SS~2^^^&1.2.3&ISO^PI', '1.2.3|2', 'never the social security number; an authority may be an OID'],
    ['7', '7', 'a bare number'],
    ['5^^^^WEST^MR', '5', 'an unknown type is better than none'],
  ]
  it.each(ids)('known by %s is %s: %s', (field, expected) => {
    expect(read('ADT^A08', [`PID|1||${field}||Q^A`]).entries[0]?.record).toMatchObject({ externalId: expected })
  })

  const phones: [why: string, fields: string, expected: object[]][] = [
    [
      'a mobile takes texts, the others calls',
      '5555550101^PRN^PH~5555550102^PRN^CP~a@example.org^NET^Internet|5555550103^WPN^PH',
      [
        { address: '+15555550101', channels: ['voice'], use: 'home', rank: 1 },
        { address: '+15555550102', channels: ['sms', 'voice'], use: 'mobile', rank: 2 },
        { address: 'a@example.org', channels: ['email'], rank: 3 },
        { address: '+15555550103', channels: ['voice'], use: 'work', rank: 4 },
      ],
    ],
    ['the only number there is takes texts', '(555) 555-0101^PRN^PH', [{ channels: ['sms', 'voice'] }]],
    ['in pieces', '^PRN^PH^^1^555^5550101', [{ address: '+15555550101' }]],
    ['unformatted', '^PRN^CP^^^^^^^^^5555550101', [{ address: '+15555550101' }]],
    ['an address in its own component', '^NET^Internet^Ada@Example.org', [{ address: 'ada@example.org' }]],
    ['a fax reads no message', '5555550101^WPN^FX', []],
    ['the same number once', '5555550101^PRN^CP~555-555-0101^ORN^PH', [{ address: '+15555550101' }]],
  ]
  it.each(phones)('is reached: %s', (_, fields, expected) => {
    const points = patient(`PID|1||1||Q^A||||||||${fields}`).contactPoints
    expect(points).toHaveLength(expected.length)
    expect(points).toMatchObject(expected)
  })

  it.each([
    ['20150614', '2015-06-14', null],
    ['201506', null, '2015-06'],
    ['20150600', null, '2015-06'],
    ['2015', null, '2015'],
    ['201500', null, '2015'],
    ['20150000', null, '2015'],
    ['20151300', null, null],
    ['2099', null, null],
    ['00000000', null, null],
    ['20150631', null, null],
  ])('born %s: on %s, or in %s', (text, birthDate, bornIn) => {
    expect(patient(`PID|1||1||Q^A||${text}`)).toMatchObject({ birthDate, bornIn })
  })

  it('keeps what is right where something is wrong', () => {
    const message = read('ADT^A08', ['PID|1||1||Q^A||20990101||||||12^PRN^PH~5555550101^PRN^CP'])
    expect(patientOf(message)).toMatchObject({ birthDate: null, contactPoints: [{ address: '+15555550101' }] })
    expect(complaints(message)).toEqual(expect.arrayContaining(['W PID-7', 'W PID-13']))
  })

  it('has guardians from NK1, and a guarantor who is none by that alone', () => {
    const { contacts } = patient(
      'PID|1||1||Q^A',
      'NK1|1|Quill^Mia|MTH^Mother||5555550104^PRN^CP',
      'NK1|2|Quill^Bo|BRO^Brother',
      'GT1|1||Quill^Gus|||5555550105|||||GRD',
    )
    expect(contacts).toMatchObject([
      { firstName: 'Mia', guardian: true, relationships: ['MTH'], contactPoints: [{ address: '+15555550104' }] },
      { firstName: 'Bo', guardian: false },
      { firstName: 'Gus', guardian: false, relationships: ['GUARANTOR', 'GRD'] },
    ])
  })

  it('is deceased by PID-30 or PID-29', () => {
    expect(patient(`PID|1||1||Q^A${'|'.repeat(25)}Y`).deceased).toBe(true)
    expect(patient(`PID|1||1||Q^A${'|'.repeat(24)}20260101`).deceased).toBe(true)
    expect(patient(`PID|1||1||Q^A${'|'.repeat(25)}N`).deceased).toBe(false)
  })

  describe('after a merge', () => {
    it.each(['A40', 'A18', 'A34', 'A47'])('ADT^%s replaces the retired number', (trigger) => {
      const message = read(`ADT^${trigger}`, ['PID|1||1^^^X^MR||Q^A', 'MRG|2^^^X^MR'])
      expect(patientOf(message).replaces).toEqual([{ externalId: 'X|2', identifier: '2', display: null }])
    })

    it('replaces several, each with its own survivor', () => {
      const message = read('ADT^A40', ['PID|1||1||Q^A', 'MRG|2', 'PID|2||3||Q^B', 'MRG|4'])
      expect(
        message.entries.map(({ record }) => record?.kind === 'patient' && !record.deleted && record.content.replaces),
      ).toEqual([[expect.objectContaining({ externalId: '2' })], [expect.objectContaining({ externalId: '4' })]])
    })

    it('is not merged into itself, nor by a mere update', () => {
      expect(patientOf(read('ADT^A40', ['PID|1||1||Q^A', 'MRG|1'])).replaces).toEqual([])
      expect(patient('PID|1||1||Q^A', 'MRG|2').replaces).toEqual([])
    })
  })
})
