import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { codeNames } from '../../db/codeNames.ts'
import { parseCodePattern } from '../../domain/codes.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

const search = async (query: string) => (await api.call('get', `/api/codes?${query}`).expect(200)).body.items

describe('codes with names', () => {
  it.each([
    ['system=icd10&q=diab&limit=3', { code: 'E10', pattern: 'E10.*', name: 'Type 1 diabetes mellitus' }],
    ['system=icd10&q=E11.65', { code: 'E11.65', name: 'Type 2 diabetes mellitus with hyperglycemia' }],
    ['system=icd10&q=type+2+without+compl', { code: 'E11.9', pattern: 'E11.9' }],
    ['system=icd9&q=routine+medical', { code: 'V70.0', pattern: 'V70.0' }],
    ['system=cpt&q=99213', { code: '99213', name: null }],
  ])('%s', async (query, expected) => {
    expect(await search(query)).toContainEqual(expect.objectContaining(expected))
  })

  it.each([
    [
      '/api/codes/icd10/e1165',
      { system: 'icd10', code: 'E11.65', name: 'Type 2 diabetes mellitus with hyperglycemia' },
    ],
    ['/api/codes/icd10/E11.*', { system: 'icd10', code: 'E11.*', name: 'Type 2 diabetes mellitus' }],
    ['/api/codes/icd9/25000', { system: 'icd9', code: '250.00', name: expect.stringContaining('Diabetes mellitus') }],
    ['/api/codes/cpt/99213', { system: 'cpt', code: '99213', name: null }],
  ])('%s', async (path, expected) => {
    expect((await api.call('get', path).expect(200)).body).toEqual(expected)
  })

  it.each([
    ['/api/codes?system=snomed&q=x', 400],
    ['/api/codes?system=icd10', 400],
    ['/api/codes?system=icd10&q=x&limit=500', 400],
    ['/api/codes/snomed/x', 404],
    ['/api/codes/icd10/diabetes', 422],
  ])('refuses %s: %i', async (path, status) => {
    await api.call('get', path).expect(status)
  })
})

it.each(['icd9', 'icd10'] as const)('every code of the list of %s is one that a filter takes', async (system) => {
  const list = await codeNames(system)
  expect(list.length).toBeGreaterThan(14_000)
  const wrong = list.filter(({ code, name }) => name === '' || typeof parseCodePattern({ system, code }) === 'string')
  expect(wrong.map(({ code }) => code)).toEqual([])
  expect(list.map(({ code }) => code)).toEqual([...list.map(({ code }) => code)].sort())
})
