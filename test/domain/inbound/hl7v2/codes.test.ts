import { describe, expect, it } from '@jest/globals'
import { careEventsOf, complaints, pid, read } from './read.ts'

const events = (type: string, ...segments: string[]) => careEventsOf(read(type, [pid, ...segments]))

describe('procedures of HL7 v2', () => {
  it('come from PR1 with their number, day, code and place', () => {
    const all = events(
      'ADT^A04',
      'PV1|1|O|Room^^^East||||9^House^Gil',
      `PR1|1||99213^Visit^C4||20260301${'|'.repeat(14)}PR-1`,
    )
    expect(all).toEqual({
      'PR1/PR-1': expect.objectContaining({
        careEventKind: 'procedure',
        status: 'completed',
        procedureDate: { date: '2026-03-01' },
        codes: [{ system: 'cpt', code: '99213', name: 'Visit' }],
        facility: expect.objectContaining({ externalId: 'East' }),
        providers: [expect.objectContaining({ externalId: '9' })],
      }),
    })
  })

  it('without a number are told apart by patient, day and code', () => {
    expect(Object.keys(events('ADT^A04', 'PR1|1||99213^Visit^C4||20260301', 'PR1|2||99213||20260302'))).toEqual([
      'PR1/CLINIC|4711/2026-03-01/99213',
      'PR1/CLINIC|4711/2026-03-02/99213',
    ])
  })

  const charges: [kind: string, field7: string, field25: string, expected: string[]][] = [
    ['CG', 'LOCAL-1', '99213^Visit^C4', ['completed']],
    ['', '', '99213', ['completed']],
    ['CR', '', '99213', ['enteredInError']],
    ['PY', '', '99213', []],
    ['CG', '99213^Visit^CPT', '', ['completed']],
    ['CG', '626.2', '', []],
  ]
  it.each(charges)('come from charges: FT1-6 %s, FT1-7 %s, FT1-25 %s', (kind, field7, field25, expected) => {
    const all = events('DFT^P03', `FT1|1|T1||20260301||${kind}|${field7}${'|'.repeat(18)}${field25}`)
    expect(Object.values(all).map(({ status }) => status)).toEqual(expected)
  })

  it('are refused without day, code and number', () => {
    expect(complaints(read('ADT^A04', [pid, 'PR1|1||99213']))).toEqual(['E PR1-5'])
  })
})

describe('diagnoses of HL7 v2', () => {
  const codes: [dg1: string, expected: object[], why: string][] = [
    [
      'DG1|1||E11.9^Diabetes^I10||20260301|F',
      [{ system: 'icd10', code: 'E11.9', name: 'Diabetes' }],
      'the system where it belongs',
    ],
    ['DG1|1||I10^E11.9||20260301', [{ system: 'icd10', code: 'E11.9' }], 'the system in front of the code'],
    ['DG1|1|I9|250.00^Diabetes||20260301', [{ system: 'icd9', code: '250.00' }], 'the system in the coding method'],
    ['DG1|1||E11.9||20260301', [{ system: 'icd10', code: 'E11.9' }], 'a bare code'],
    ['DG1|1||250.00||20260301', [{ system: 'icd9', code: '250.00' }], 'a bare code that only the older system has'],
    ['DG1|1||V10.05||20140101', [{ system: 'icd9', code: 'V10.05' }], 'one of both, before the change'],
    ['DG1|1||V10.05||20260301', [{ system: 'icd10', code: 'V10.05' }], 'one of both, after it'],
    ['DG1|1||1^x^SCT^E11.9^Diabetes^ICD10||20260301', [{ system: 'icd10', code: 'E11.9' }], 'the alternate coding'],
    ['DG1|1||64766004^Colitis^SCT||20260301', [], 'none that is compared'],
  ]
  it.each(codes)('%s: %s (%s)', (dg1, expected) => {
    expect(Object.values(events('ADT^A04', dg1))[0]?.codes).toMatchObject(expected)
  })

  const statuses: [field6: string, field21: string, expected: string][] = [
    ['F', '', 'active'],
    ['', '', 'active'],
    ['W', '', 'inactive'],
    ['A', '', 'inactive'],
    ['F', 'D', 'enteredInError'],
  ]
  it.each(statuses)('of type "%s" with the action "%s" are %s', (field6, field21, expected) => {
    const dg1 = `DG1|1||E11.9^^I10||20260301|${field6}${'|'.repeat(14)}D1|${field21}`
    expect(events('ADT^A04', dg1)).toMatchObject({ 'DG1/D1': { status: expected } })
  })

  it('count from their day, else from the message', () => {
    const dates = Object.values(events('ADT^A04', 'DG1|1||E11.9||20260301', 'DG1|2||E10.9')).map(
      (one) => one.diagnosisDate,
    )
    expect(dates).toEqual([{ date: '2026-03-01' }, { at: Date.UTC(2026, 2, 2, 15), byMessage: true }])
  })

  it('come from the problem list', () => {
    const prb = 'PRB|AD|20260301|596.5^Bladder^I9|26744|||20260228||||||ACTIVE|||20260101'
    expect(events('PPR^PC1', prb)).toEqual({
      'PRB/26744': expect.objectContaining({
        status: 'active',
        diagnosisDate: { date: '2026-02-28' },
        onset: { date: '2026-01-01' },
        codes: [{ system: 'icd9', code: '596.5', name: 'Bladder' }],
      }),
    })
    expect(events('PPR^PC3', prb.replace('AD', 'DE'))['PRB/26744']?.status).toBe('enteredInError')
    expect(events('PPR^PC2', prb.replace('ACTIVE', 'Resolved'))['PRB/26744']?.status).toBe('resolved')
  })
})

describe('recalls of HL7 v2', () => {
  const rf1 = 'RF1|A^Accepted||MED^Medical^L|||R-7|20260401||20260301'
  const prds = ['PRD|RP^Referring|Powell^Bob^^^Dr', 'PRD|RT^Referred to|Strange^Ada^^^Dr||^^^East|||N-1']

  it('come from referrals, due when these take effect', () => {
    expect(events('REF^I12', rf1, ...prds)).toEqual({
      'RF1/R-7': expect.objectContaining({
        careEventKind: 'recall',
        status: 'open',
        origin: 'referral',
        dueDate: { date: '2026-04-01' },
        referredBy: 'Dr. Bob Powell',
        providers: [{ externalId: 'N-1', identifier: null, display: 'Dr. Ada Strange' }],
        facility: expect.objectContaining({ externalId: 'East' }),
        appointmentType: { externalId: 'MED', identifier: null, display: 'Medical' },
      }),
    })
  })

  it.each([
    ['I12', 'A^Accepted', 'open', []],
    ['I12', 'P', 'open', []],
    ['I13', '', 'open', []],
    ['I12', 'R', 'cancelled', []],
    ['I12', 'E', 'closed', []],
    ['I14', 'A^Accepted', 'cancelled', []],
    ['I14', 'E', 'cancelled', []],
    ['I13', 'Cancelled by patient', 'cancelled', []],
    ['I13', 'DENIED', 'cancelled', []],
    ['I13', 'Completed', 'closed', []],
    ['I13', 'Closed', 'closed', []],
    ['I13', 'Expired', 'closed', []],
    ['I13', 'Z9', 'open', ['W RF1-1']],
  ])('of a referral by REF^%s with the status "%s" are %s', (trigger, status, expected, said) => {
    const message = read(`REF^${trigger}`, [pid, rf1.replace('A^Accepted', status)])
    expect(careEventsOf(message)['RF1/R-7']?.status).toBe(expected)
    expect(complaints(message)).toEqual(said)
  })

  it('do not where the source says otherwise, nor from other messages that mention one', () => {
    expect(careEventsOf(read('REF^I12', [pid, rf1], { referrals: false }))).toEqual({})
    expect(events('ADT^A04', rf1)).toEqual({})
  })

  const recallSegment = { name: 'ZRC', id: 1, dueDate: 2, type: 3, provider: 4, facility: 5, status: 6 }
  it("come from the source's own segment, in any message", () => {
    const message = read(
      'ADT^A08',
      [pid, 'ZRC|77|20260501|HYG^Hygiene|9^House^Gil|^^^West|OPEN', 'ZRC|78|20260601||||closed'],
      { recallSegment },
    )
    expect(careEventsOf(message)).toEqual({
      'ZRC/77': expect.objectContaining({
        status: 'open',
        origin: 'recall',
        dueDate: { date: '2026-05-01' },
        appointmentType: expect.objectContaining({ externalId: 'HYG' }),
        providers: [expect.objectContaining({ externalId: '9' })],
        facility: expect.objectContaining({ externalId: 'West' }),
      }),
      'ZRC/78': expect.objectContaining({ status: 'closed' }),
    })
    expect(events('ADT^A08', 'ZRC|77|20260501')).toEqual({})
  })

  it('say what is missing', () => {
    expect(complaints(read('ADT^A08', [pid, 'ZRC||soon'], { recallSegment }))).toEqual(['E ZRC-1'])
    expect(complaints(read('ADT^A08', [pid, 'ZRC|1|soon'], { recallSegment }))).toEqual(['W ZRC-2'])
    expect(complaints(read('REF^I12', [pid, 'RF1|A']))).toEqual(['E RF1-6'])
  })
})
