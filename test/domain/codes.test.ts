import { describe, expect, it } from '@jest/globals'
import type { Code, CodeSystem } from '../../domain/careEvent.ts'
import { codeMatches, normalizeCode, parseCodePattern } from '../../domain/codes.ts'

const code = (system: CodeSystem, text: string): Code => ({ system, code: text })

describe('Who matches: codes', () => {
  it.each<[string, string, string, boolean, string]>([
    ['icd10', 'E11.9', 'E11.9', true, 'the same'],
    ['icd10', 'E11.9', 'E119', true, 'without its dot, as HL7 feeds write it'],
    ['icd10', 'e11.9', ' E11.9 ', true, 'case and blanks'],
    ['icd10', 'E11.9', 'E11.90', false, 'a longer one is another'],
    ['icd10', 'E11.*', 'E11.65', true, 'all that begin alike'],
    ['icd10', 'E11.*', 'E11', true, 'the category itself'],
    ['icd10', 'E11.*', 'E10.9', false, 'another category'],
    ['icd10', 'E1*', 'E13.9', true, 'a shorter beginning'],
    ['icd10', 'E08-E13', 'E08.0', true, 'the first of a range'],
    ['icd10', 'E08-E13', 'E13.9', true, 'the last of a range, with what belongs to it'],
    ['icd10', 'E08-E13', 'E14.1', false, 'past a range'],
    ['icd10', 'E08-E13', 'D99', false, 'before a range'],
    ['icd10', 'QA0.*', 'QA00.101', true, 'a category of two letters'],
    ['icd10', 'S52.501*', 'S52.501A', true, 'a seventh character'],
    ['icd10', 'T36.0X1A', 't360x1a', true, 'a placeholder'],
    ['icd10', 'E11-E11', 'E11.9', true, 'a range of one category'],
    ['icd10', 'E11.0-E11.6', 'E11.65', true, 'a range within a category'],
    ['icd10', 'E11.0-E11.6', 'E11.9', false, 'past it'],
    ['icd10', 'E*', 'E66.01', true, 'a whole letter'],
    ['icd9', '250-259', '250.00', true, 'ICD-9, a range of categories'],
    ['icd9', '250-259', '260', false, 'ICD-9, past it'],
    ['icd9', 'E885-E888', 'E885.9', true, 'ICD-9, external causes'],
    ['icd9', 'V70.*', 'V72.0', false, 'ICD-9, another V code'],
    ['icd9', '250.*', '250.00', true, 'ICD-9'],
    ['icd9', 'V70.0', 'V700', true, 'ICD-9, V codes'],
    ['cpt', '99213', '99213-25', true, 'a modifier does not change the code'],
    ['cpt', '99201-99215', '99213', true, 'within a range'],
    ['cpt', '99201-99215', '99215', true, 'the last of a range'],
    ['cpt', '99201-99215', '99216', false, 'past a range'],
    ['cpt', '0001F-0015F', '0007F', true, 'a range of a series with a letter'],
    ['cpt', '0001F-0015F', '0007T', false, 'another series'],
    ['cpt', '00100-00200', '0015F', false, 'a series within numbers'],
    ['cpt', '992*', '99213', true, 'all that begin alike'],
  ])('%s %s asked for, %s given: %p (%s)', (system, wanted, given, expected) => {
    expect(codeMatches(code(system as CodeSystem, wanted), code(system as CodeSystem, given))).toBe(expected)
  })

  it('systems are never mixed', () => {
    expect(codeMatches(code('icd9', '250.00'), code('icd10', '250.00'))).toBe(false)
  })

  it.each<[CodeSystem, string, string]>([
    ['cpt', '9921', "'9921' is not a code of CPT: write it like 99213, 992* or 99201-99215"],
    ['cpt', '*', "'*' is not a code of CPT: write it like 99213, 992* or 99201-99215"],
    ['cpt', '99215-99201', "'99215-99201' ends before it begins: write 99201-99215"],
    ['icd10', 'diabetes', "'diabetes' is not a code of ICD10: write it like E11.9, E11.* or E08-E13"],
    ['icd10', 'ASTHMA', "'ASTHMA' is not a code of ICD10: write it like E11.9, E11.* or E08-E13"],
    ['icd10', 'E13-E08', "'E13-E08' ends before it begins: write E08-E13"],
    ['icd10', '*', "'*' is not a code of ICD10: write it like E11.9, E11.* or E08-E13"],
    ['icd10', 'E11.*9', "'E11.*9' is not a code of ICD10: write it like E11.9, E11.* or E08-E13"],
    ['icd9', 'E11.9x', "'E11.9x' is not a code of ICD9: write it like 250.00, 250.* or 250-259"],
  ])('%s %p is refused: %s', (system, text, sentence) => {
    expect(parseCodePattern(code(system, text))).toBe(sentence)
    expect(codeMatches(code(system, text), code(system, text))).toBe(false)
  })

  it('normalizes to one spelling', () => {
    expect(normalizeCode('icd10', ' e11.9 ')).toBe('E119')
    expect(normalizeCode('cpt', '99213-25')).toBe('99213')
  })
})
