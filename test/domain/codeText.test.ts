import { describe, expect, it } from '@jest/globals'
import type { Code } from '../../domain/careEvent.ts'
import { codeText } from '../../domain/codeText.ts'

describe('a code as people write it', () => {
  const cases: [Code['system'], string, string][] = [
    ['icd10', 'E119', 'E11.9'],
    ['icd10', 'E11.9', 'E11.9'],
    ['icd10', 'I10', 'I10'],
    ['icd10', 'S72001A', 'S72.001A'],
    ['icd9', '25000', '250.00'],
    ['icd9', 'V700', 'V70.0'],
    ['icd9', 'E8120', 'E812.0'],
    ['icd9', 'E812', 'E812'],
    ['cpt', '45378', '45378'],
  ]
  it.each(cases)('%s %s reads %s', (system, code, text) => {
    expect(codeText({ system, code })).toBe(text)
  })
})
