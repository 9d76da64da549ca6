import { describe, expect, it } from '@jest/globals'
import { titlecase } from '../../domain/titlecase.ts'

describe('titlecase', () => {
  it.each([
    ['MARIA', 'Maria'],
    ['maria', 'Maria'],
    ["O'BRIEN", "O'Brien"],
    ['O’BRIEN', 'O’Brien'],
    ["D'ANGELO", "D'Angelo"],
    ['MCDONALD', 'McDonald'],
    ['MACK', 'Mack'],
    ['SMITH-JONES', 'Smith-Jones'],
    ['MARIA DE LA CRUZ', 'Maria de la Cruz'],
    ['DE LA CRUZ', 'De la Cruz'],
    ['LUDWIG VAN DER BERG', 'Ludwig van der Berg'],
    ['JOHN SMITH III', 'John Smith III'],
    ['STRANGE, ADA MD', 'Strange, Ada MD'],
    ['CLINIC OF THE NORTH', 'Clinic of the North'],
    ["CHILDREN'S HOSPITAL", "Children's Hospital"],
    ['12 MAIN ST NW', '12 Main St NW'],
    ['1ST AVENUE', '1st Avenue'],
    ['JOSÉ ÁNGEL NÚÑEZ', 'José Ángel Núñez'],
    ['DeShawn', 'DeShawn'],
    ['van Gogh', 'van Gogh'],
    ['MC', 'Mc'],
    ['', ''],
    ['李小龍', '李小龍'],
  ])('%s becomes %s', (given, expected) => {
    expect(titlecase(given, 'en-US')).toBe(expected)
  })

  it("follows the message's language", () => {
    expect(titlecase('IRMAK', 'tr')).toBe('Irmak')
    expect(titlecase('İLKER', 'tr')).toBe('İlker')
  })
})
