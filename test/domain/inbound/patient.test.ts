import { describe, expect, it } from '@jest/globals'
import { entryOf, outline, patientResource, recordOf } from './fhirSamples.ts'

const content = (fields = {}) => recordOf('patient', patientResource(fields)).content
const phone = (value: string, more = {}) => ({ system: 'phone', value, ...more })

describe('a Patient: names', () => {
  it.each<[object[], (string | null)[], string]>([
    [
      [
        { use: 'usual', family: 'Reed', given: ['Ann'] },
        { use: 'official', family: 'Quill', given: ['Zephyrine', 'May'] },
      ],
      ['Zephyrine', 'Quill', 'Ann'],
      'official in letters, usual as preferred',
    ],
    [
      [
        { use: 'official', family: 'Quill', given: ['Zephyrine'] },
        { use: 'nickname', given: ['Zeph'] },
      ],
      ['Zephyrine', 'Quill', 'Zeph'],
      'a nickname is preferred',
    ],
    [
      [
        { use: 'usual', given: ['Zeph'] },
        { use: 'official', family: 'Quill', given: ['Zephyrine'] },
      ],
      ['Zephyrine', 'Quill', 'Zeph'],
      'the order of the list says nothing',
    ],
    [[{ family: 'Quill', given: ['Zephyrine'] }], ['Zephyrine', 'Quill', null], 'no use at all'],
    [
      [
        { use: 'official', family: 'Old', given: ['A'], period: { end: '2020' } },
        { use: 'usual', family: 'New', given: ['B'] },
      ],
      ['B', 'New', null],
      'a name whose period has ended is none',
    ],
    [
      [
        { use: 'maiden', family: 'Reed', given: ['A'] },
        { use: 'old', family: 'Rush', given: ['B'] },
      ],
      [null, null, null],
      'maiden and old names are not used',
    ],
    [[{ text: 'Zephyrine Anne Quill' }], ['Zephyrine', 'Anne Quill', null], 'only the whole name'],
    [
      [
        { use: 'official', family: 'Quill', given: ['Zephyrine'] },
        { use: 'usual', given: ['Zephyrine'] },
      ],
      ['Zephyrine', 'Quill', null],
      'a preferred name that says nothing new',
    ],
    [
      [{ family: '  Quill\u0000 ', given: ['\tZephyrine '] }],
      ['Zephyrine', 'Quill', null],
      'control characters and spaces around',
    ],
  ])('%j is %j: %s', (name, [firstName, lastName, preferredName]) => {
    expect(content({ name })).toMatchObject({ firstName, lastName, preferredName })
  })
})

describe('a Patient: contact points', () => {
  const points = (telecom: unknown[], more = {}) =>
    content({ telecom, ...more }).contactPoints.map(({ address, channels }) => `${address} ${channels.join('+')}`)

  it.each<[object[], string[], string]>([
    [[phone('+15555550101', { use: 'mobile' })], ['+15555550101 sms+voice'], 'a mobile takes texts and calls'],
    [[phone('(555) 555-0101', { use: 'home' })], ['+15555550101 sms+voice'], 'the only number, whatever its use'],
    [
      [phone('555-555-0102', { use: 'home' }), phone('555-555-0101', { use: 'mobile' })],
      ['+15555550102 voice', '+15555550101 sms+voice'],
      'a landline beside a mobile takes calls',
    ],
    [
      [phone('555-555-0102', { rank: 2 }), phone('555-555-0101', { rank: 1 })],
      ['+15555550101 sms+voice', '+15555550102 sms+voice'],
      'rank before position',
    ],
    [
      [phone('555-555-0102'), phone('555-555-0101', { rank: 3 })],
      ['+15555550101 sms+voice', '+15555550102 sms+voice'],
      'ranked before unranked',
    ],
    [
      [phone('555-555-0101', { use: 'home' }), { system: 'sms', value: '555-555-0101' }],
      ['+15555550101 sms+voice'],
      'one number, listed twice',
    ],
    [
      [phone('555-555-0101', { use: 'old' }), phone('555-555-0102', { period: { end: '2024' } })],
      [],
      'old and ended ones',
    ],
    [
      [
        phone('555-555-0101', { period: { end: '2026-01-31T17:00:00' } }),
        phone('555-555-0102', { period: { end: '2026-05-01T24:00' } }),
      ],
      [],
      'ended at a time without an offset',
    ],
    [[phone('555-555-0101', { period: { start: '2026-06' } })], [], 'not valid yet'],
    [[{ system: 'email', value: 'mailto:Zeph@Example.com' }], ['zeph@example.com email'], 'an address in lower case'],
    [
      [
        { system: 'fax', value: '555-555-0103' },
        { system: 'url', value: 'https://example.com' },
        { value: '555-555-0101' },
      ],
      [],
      'what is no phone and no e-mail',
    ],
    [[phone('555-555-0101 x12')], ['+15555550101 sms+voice'], 'an extension is not dialled'],
  ])('%j are %j: %s', (telecom, expected) => {
    expect(points(telecom)).toEqual(expected)
  })

  it('reads a number without a country in the country of the address', () => {
    expect(points([phone('0612345678', { use: 'mobile' })], { address: [{ country: 'NLD' }] })).toEqual([
      '+31612345678 sms+voice',
    ])
  })

  it.each([
    [phone('2328'), 'too short'],
    [phone('(555) silent'), 'words'],
    [phone('1'.repeat(50)), 'too long'],
    [{ system: 'email', value: 'front desk' }, 'no address'],
    [{ system: 'email', value: 'a@b@example.com' }, 'two signs'],
  ])('leaves out %j and says so: %s', (telecom) => {
    const entry = entryOf(patientResource({ telecom: [telecom] }))
    expect(outline(entry)).toEqual(['warning invalidContactPoint Patient.telecom[0].value'])
    expect(entry.record).toMatchObject({ content: { contactPoints: [] } })
  })
})

describe('a Patient: everything else', () => {
  it.each([
    [{ birthDate: '1980-02-03' }, { birthDate: '1980-02-03', bornIn: null }],
    [{ birthDate: '1980-02' }, { birthDate: null, bornIn: '1980-02' }],
    [{ birthDate: '1980' }, { birthDate: null, bornIn: '1980' }],
    [{ birthDate: '1980-02-03T00:00:00Z' }, { birthDate: '1980-02-03', bornIn: null }],
    [{ birthDate: '1980-13' }, { birthDate: null, bornIn: null }],
    [{ birthDate: '2099-01-01' }, { birthDate: null, bornIn: null }],
    [{ birthDate: '2099' }, { birthDate: null, bornIn: null }],
    [{ birthDate: '1980-02-31' }, { birthDate: null, bornIn: null }],
    [{}, { active: true, deceased: false, mergedInto: null }],
    [{ active: false }, { active: false }],
    [{ deceasedBoolean: true }, { deceased: true }],
    [{ deceasedBoolean: false }, { deceased: false }],
    [{ deceasedDateTime: '2025-01' }, { deceased: true }],
    [
      {
        communication: [
          { language: { coding: [{ code: 'en' }] } },
          { preferred: true, language: { coding: [{ code: 'es' }] } },
        ],
      },
      { language: 'es' },
    ],
    [{ communication: [{ language: { coding: [{ code: 'pt_br' }] } }] }, { language: 'pt-BR' }],
    [
      { communication: [{ language: { coding: [{ code: 'en' }] } }, { language: { coding: [{ code: 'es' }] } }] },
      { language: null },
    ],
    [{ communication: [{ preferred: true, language: { coding: [{ code: '???' }] } }] }, { language: null }],
    [{ identifier: [{ value: 'x' }, { type: { coding: [{ code: 'MR' }] }, value: 'M1' }] }, { mrn: 'M1' }],
    [
      { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/Denver' }] },
      { zone: 'America/Denver' },
    ],
    [
      {
        address: [
          { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/Denver' }] },
        ],
      },
      { zone: 'America/Denver' },
    ],
    [
      { address: [{ state: 'michigan', postalCode: '48104', country: 'usa' }] },
      { address: { state: 'MI', postalCode: '48104', country: 'US' } },
    ],
    [
      {
        address: [
          { use: 'old', state: 'OH' },
          { use: 'work', state: 'IN' },
          { use: 'home', state: 'MI' },
        ],
      },
      { address: { state: 'MI' } },
    ],
    [{ deceasedBoolean: 'true' }, { deceased: true }],
    [{ active: 'False' }, { active: false }],
    [{ link: [{ type: 'replaced-by', other: { reference: 'Patient/p-2' } }] }, { mergedInto: { externalId: 'p-2' } }],
    [
      { link: [{ type: 'replaces', other: { reference: 'Patient/p-2' } }] },
      { mergedInto: null, replaces: [{ externalId: 'p-2' }] },
    ],
    [
      {
        link: [
          { type: 'seealso', other: { reference: 'Patient/p-2' } },
          { type: 'replaced-by', other: { reference: 'Patient/p-1' } },
        ],
      },
      { mergedInto: null, replaces: [] },
    ],
  ])('%j gives %j', (fields, expected) => {
    expect(content(fields)).toMatchObject(expected)
  })

  it('reports a zone that does not exist and leaves it to the fallbacks', () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/timezone'
    for (const valueCode of ['Mars/Olympus', '+05:00', 'GMT+25', 'east']) {
      const entry = entryOf(patientResource({ extension: [{ url, valueCode }] }))
      expect(outline(entry)).toEqual(['warning unknownZone Patient.extension[0].valueCode'])
      expect(entry.record).toMatchObject({ content: { zone: null } })
    }
  })

  it('knows who answers for a child', () => {
    const contact = (code: string, more = {}) => ({
      relationship: [{ coding: [{ code }] }],
      name: { family: 'Quill', given: ['Ada'] },
      telecom: [phone('555-555-0104')],
      ...more,
    })
    expect(
      content({ contact: [contact('MTH'), contact('N'), contact('GUARD', { period: { end: '2020' } })] }).contacts,
    ).toEqual([
      {
        relationships: ['MTH'],
        guardian: true,
        firstName: 'Ada',
        lastName: 'Quill',
        contactPoints: [{ address: '+15555550104', channels: ['sms', 'voice'], use: null, rank: 1 }],
      },
      {
        relationships: ['N'],
        guardian: false,
        firstName: 'Ada',
        lastName: 'Quill',
        contactPoints: [{ address: '+15555550104', channels: ['sms', 'voice'], use: null, rank: 1 }],
      },
    ])
  })
})
