import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { heard, type LastWords, patientParts } from '../../../domain/inbound/lastWords.ts'

const nothing: LastWords = { full: null, parts: {} }
const partial = (at: number, ...said: (typeof patientParts)[number][]) => ({ at, said, partial: true })
const full = (at: number) => ({ at, said: patientParts, partial: false })

describe('who has the last word on a part of a patient', () => {
  it('is the newer of two that leave something out, for what both say', () => {
    const { words } = heard(partial(2, 'name', 'telecom'), nothing)
    expect(heard(partial(1, 'name', 'birth'), words)).toEqual({
      taken: ['birth'],
      words: { full: null, parts: { name: 2, telecom: 2, birth: 1 } },
    })
  })

  it('is a full record that was overtaken, for all that nothing newer has said', () => {
    const { words } = heard(partial(3, 'name'), { full: 1, parts: {} })
    const { taken, words: after } = heard(full(2), words)
    expect(taken).toEqual(patientParts.filter((part) => part !== 'name'))
    expect(after).toEqual({ full: 2, parts: { name: 3 } })
  })

  it('is not an older full record, nor the same one again', () => {
    const known = { full: 2, parts: { name: 3 } }
    expect(heard(full(1), known)).toEqual({ taken: [], words: known })
    expect(heard(full(2), known)).toEqual({ taken: [], words: known })
    expect(heard(partial(1, 'birth'), known)).toEqual({ taken: [], words: known })
  })

  it('is the same in whatever order they arrive', () => {
    const record = fc.record({ partial: fc.boolean(), said: fc.subarray([...patientParts]) })
    const several = fc.array(record, { minLength: 2, maxLength: 6 }).chain((records) => {
      const told = records.map(({ partial: short, said }, at) => (short ? { at, said, partial: true } : full(at)))
      return fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length }))
    })
    const ends = (
      told: readonly { at: number; said: readonly (typeof patientParts)[number][]; partial: boolean }[],
    ) => {
      const said: Record<string, number> = {}
      let words = nothing
      for (const each of told) {
        const { taken, words: after } = heard(each, words)
        for (const part of taken) said[part] = each.at
        words = after
      }
      return { said, words }
    }
    fc.assert(fc.property(several, ([right, any]) => expect(ends(any)).toEqual(ends(right))))
  })
})
