import { describe, expect, it } from '@jest/globals'
import { matchesPattern } from '../../../domain/inbound/namePattern.ts'

describe('a pattern of file names', () => {
  it.each<[pattern: string, name: string, matches: boolean]>([
    ['*.csv', 'visits.csv', true],
    ['*.csv', 'VISITS.CSV', true],
    ['*.CSV', 'visits.csv', true],
    ['*.csv', '.csv', true],
    ['*.csv', 'visits.csv.part', false],
    ['*.csv', 'visitscsv', false],
    ['visits-????.csv', 'visits-2026.csv', true],
    ['visits-????.csv', 'visits-026.csv', false],
    ['visits-????.csv', 'visits-12026.csv', false],
    ['visits.csv', 'visits.csv', true],
    ['visits.csv', 'visitsxcsv', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['?', '', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*-x*', 'a-x-y', true],
    ['[ab].csv', 'a.csv', false],
    ['[ab].csv', '[ab].csv', true],
    ['(x+)$', '(x+)$', true],
    ['donn?es.csv', 'donn\u00e9es.csv', true],
    ['donn\u00e9es.csv', 'donne\u0301es.csv', true],
    ['?.csv', '🗓.csv', true],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(matchesPattern(name, pattern)).toBe(matches)
  })

  it('is answered at once where a careless one would take years', () => {
    expect(matchesPattern('a'.repeat(255), `${'*a'.repeat(99)}b`)).toBe(false)
  })
})
