import { describe, expect, it } from '@jest/globals'
import { many, numberOf, one } from '../../web/formData.ts'

describe('a submitted form', () => {
  it.each([
    [{ title: 'Prep' }, 'Prep', ['Prep']],
    [{ title: ['Prep', 'Post'] }, 'Prep', ['Prep', 'Post']],
    [{ title: '' }, '', []],
    [{}, '', []],
    [{ title: { nested: 'x' } }, '', []],
    [{ title: 'Pr\0ep' }, 'Prep', ['Prep']],
  ])('%j has one value %j, or many: %j', (form, first, all) => {
    expect(one(form, 'title')).toBe(first)
    expect(many(form, 'title')).toEqual(all)
  })

  it.each([
    ['', null],
    [' 5 ', 5],
    ['five', Number.NaN],
  ])('a number field with %j is %p', (offset, number) => {
    expect(numberOf({ offset }, 'offset')).toBe(number)
  })
})
