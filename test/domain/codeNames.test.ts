import { describe, expect, it } from '@jest/globals'
import type { CodeSystem } from '../../domain/careEvent.ts'
import { nameOfCode, readCodeNames, searchCodes, writeCode } from '../../domain/codeNames.ts'

const icd10 = readCodeNames(
  [
    'E10+\tType 1 diabetes mellitus',
    'E11+\tType 2 diabetes mellitus',
    'E116+\tType 2 diabetes mellitus with other specified complications',
    'E1165\tType 2 diabetes mellitus with hyperglycemia',
    'E119\tType 2 diabetes mellitus without complications',
    'H810+\tMénière’s disease',
    'I10\tEssential (primary) hypertension',
    'S52501+\tUnspecified fracture of the lower end of right radius',
    '',
  ].join('\n'),
)
const icd9 = readCodeNames(
  '25000\tDiabetes mellitus, type II\nE8859\tFall from other slipping\nV700\tRoutine examination\n',
)
const search = (typed: string, limit = 20) =>
  searchCodes(icd10, 'icd10', typed, limit).map(({ pattern, name }) => `${pattern} ${name}`)

describe('code pickers', () => {
  it.each<[typed: string, offered: string[], why: string]>([
    ['hyperg', ['E11.65 Type 2 diabetes mellitus with hyperglycemia'], 'the beginning of a word'],
    ['glycemia', [], 'not the middle of one'],
    ['TYPE 1', ['E10.* Type 1 diabetes mellitus'], 'all words, in any case; what has codes below it as a prefix'],
    ['meniere', ['H81.0* Ménière’s disease'], 'without accents'],
    ['Ménières', ['H81.0* Ménière’s disease'], 'with them, and without the apostrophe'],
    ['primary hypertension', ['I10 Essential (primary) hypertension'], 'past brackets'],
    [
      'e11.6',
      [
        'E11.6* Type 2 diabetes mellitus with other specified complications',
        'E11.65 Type 2 diabetes mellitus with hyperglycemia',
      ],
      'a code, then those below it',
    ],
    ['E119', ['E11.9 Type 2 diabetes mellitus without complications'], 'without its dot'],
    ['E11.*', ['E11.* Type 2 diabetes mellitus'], 'a prefix by its shape'],
    ['E08-E13', ['E08-E13 null'], 'a range by its shape'],
    ['S52.501A', ['S52.501A Unspecified fracture of the lower end of right radius'], 'a seventh character'],
    ['Z99.9', ['Z99.9 null'], 'not listed, but of the right shape: free entry'],
    ['  ', [], 'nothing'],
    ['nothing like it', [], 'no name'],
  ])('%p offers %j (%s)', (typed, offered) => {
    expect(search(typed)).toEqual(offered)
  })

  it('offers the broader code first, names that begin with it before others, and no more than asked for', () => {
    expect(search('diabetes')).toEqual([
      'E10.* Type 1 diabetes mellitus',
      'E11.* Type 2 diabetes mellitus',
      'E11.9 Type 2 diabetes mellitus without complications',
      'E11.6* Type 2 diabetes mellitus with other specified complications',
      'E11.65 Type 2 diabetes mellitus with hyperglycemia',
    ])
    expect(search('diabetes', 2)).toHaveLength(2)
  })

  it('CPT: codes only, by their shape', () => {
    expect(searchCodes([], 'cpt', '99213', 20)).toEqual([
      { system: 'cpt', code: '99213', pattern: '99213', name: null },
    ])
    expect(searchCodes([], 'cpt', '99201-99215', 20)).toMatchObject([{ pattern: '99201-99215' }])
    expect(searchCodes([], 'cpt', 'office visit', 20)).toEqual([])
  })

  it('ICD-9: a category that is not listed itself is offered as a prefix', () => {
    expect(searchCodes(icd9, 'icd9', '250', 20)).toEqual([
      { system: 'icd9', code: '250', pattern: '250.*', name: null },
      { system: 'icd9', code: '250.00', pattern: '250.00', name: 'Diabetes mellitus, type II' },
    ])
  })

  it.each<[CodeSystem, string, string]>([
    ['icd10', 'E119', 'E11.9'],
    ['icd10', 'I10', 'I10'],
    ['icd9', '25000', '250.00'],
    ['icd9', 'E8859', 'E885.9'],
    ['icd9', 'V700', 'V70.0'],
    ['cpt', '99213', '99213'],
  ])('%s %s is written %s', (system, code, written) => {
    expect(writeCode(system, code)).toBe(written)
  })

  it.each<[string, string | null]>([
    ['E11.65', 'Type 2 diabetes mellitus with hyperglycemia'],
    ['e11.*', 'Type 2 diabetes mellitus'],
    ['S52.501A', 'Unspecified fracture of the lower end of right radius'],
    ['E08-E13', null],
    ['Q99', null],
    ['no code', null],
  ])('%s is named %j', (code, name) => {
    expect(nameOfCode(icd10, 'icd10', code)).toBe(name)
  })
})
