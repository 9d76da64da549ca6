import { describe, expect, it } from '@jest/globals'
import { afterTry, type LinkFacts, linkState, typedDate } from '../../domain/secureOpening.ts'

const now = Date.UTC(2026, 2, 4, 15)
const link: LinkFacts = {
  expiresAt: now + 1,
  invalidatedAt: null,
  reader: 'patient',
  lockedAt: null,
  birthDate: '1980-02-03',
}

describe('what a link to a secure message does', () => {
  it.each<[string, Partial<LinkFacts>, string]>([
    ['asks for the birth date', {}, 'opens'],
    ['has expired in the millisecond it says', { expiresAt: now }, 'expired'],
    ['is locked', { lockedAt: now - 1 }, 'locked'],
    ['cannot be opened without a birth date to compare with', { birthDate: null }, 'locked'],
    ['was replaced', { invalidatedAt: now - 1 }, 'replaced'],
    ['was replaced, whatever else became of it', { invalidatedAt: now - 1, expiresAt: 0, lockedAt: now }, 'replaced'],
    ['has expired, locked or not', { expiresAt: 0, lockedAt: now - 1 }, 'expired'],
    ['asks staff to sign in, who have no birth date here', { reader: 'staff', birthDate: null }, 'opens'],
    ['is not locked for staff', { reader: 'staff', lockedAt: now - 1 }, 'opens'],
    ['expires for staff too', { reader: 'staff', expiresAt: now }, 'expired'],
  ])('%s', (_what, more, expected) => {
    expect(linkState({ ...link, ...more }, now)).toBe(expected)
  })
})

describe('tries', () => {
  it.each([
    [0, false, { tries: 1, locked: false }],
    [3, false, { tries: 4, locked: false }],
    [4, false, { tries: 5, locked: true }],
    [5, false, { tries: 6, locked: true }],
    [4, true, { tries: 0, locked: false }],
  ])('after %i wrong ones, right: %s', (tries, isRight, expected) => {
    expect(afterTry(tries, isRight)).toEqual(expected)
  })
})

describe('a birth date as it is typed', () => {
  it.each([
    ['1980', '2', '3', '1980-02-03'],
    [' 1980 ', '02', '03', '1980-02-03'],
    ['1980', '12', '31', '1980-12-31'],
    ['2000', '2', '29', '2000-02-29'],
    ['1900', '2', '29', null],
    ['1980', '2', '30', null],
    ['1980', '13', '1', null],
    ['1980', '0', '1', null],
    ['80', '2', '3', null],
    ['', '2', '3', null],
    ['1980', '', '3', null],
    ['1980', '2', '', null],
    ['1980', 'Feb', '3', null],
    ['١٩٨٠', '2', '3', null],
    ['-198', '2', '3', null],
  ])('year "%s", month "%s", day "%s": %s', (year, month, day, expected) => {
    expect(typedDate({ year, month, day })).toBe(expected)
  })
})
