import { describe, expect, it } from '@jest/globals'
import { phiIn } from '../../domain/phiScan.ts'
import { exampleContext } from '../../domain/renderExample.ts'

describe('PHI in a text that is not secure', () => {
  it.each([
    ['how are you after your colonoscopy?', ['procedure.name']],
    ['your procedure (45378), on Monday', ['procedure.code']],
    ['Chart M-1001, born 1980-02-03.', ['patient.mrn', 'patient.birthDate']],
    ['see you on Monday at Riverside Clinic', []],
    ['pre-colonoscopyx', []],
    ['call 555-453780', []],
  ])('%s: %j', (text, expected) => {
    expect(phiIn(text, exampleContext('procedure'))).toEqual(expected)
  })

  it('does not take a value of one or two characters for a finding', () => {
    expect(
      phiIn('at 10 on Monday', { ...exampleContext('diagnosis'), diagnosis: { date: null, name: null, code: '10' } }),
    ).toEqual([])
  })
})
