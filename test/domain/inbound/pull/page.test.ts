import { describe, expect, it } from '@jest/globals'
import { firstPageUrl, nextPageUrl, partsOf, readPage, secondLookUrl } from '../../../../domain/inbound/pull/page.ts'
import { type PullSettings, pullSettingsSchema } from '../../../../domain/inbound/pull/settings.ts'

const settings = (more: Partial<PullSettings> = {}): PullSettings => ({
  ...pullSettingsSchema.parse({ baseUrl: 'https://ehr.example.org/fhir/', sorted: false }),
  ...more,
})
const noon = Date.UTC(2026, 4, 4, 12)
const match = { resource: { resourceType: 'Patient', id: 'p-1' }, search: { mode: 'match' } }
const outcome = { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } }

describe('the first page of a round', () => {
  it.each<[string, Partial<PullSettings>, number | null, string]>([
    ['the first of all', {}, null, 'Patient?_count=100'],
    ['the first, the oldest first', { sorted: true }, null, 'Patient?_count=100&_sort=_lastUpdated'],
    ['the first since a day', { startDate: '2026-01-31' }, null, 'Patient?_count=100&_lastUpdated=ge2026-01-31'],
    [
      'a later one, with all that the last asked for',
      {},
      noon,
      'Patient?_count=100&_lastUpdated=ge2026-05-04T11%3A40%3A00.000Z',
    ],
    [
      'one with an overlap of its own',
      { overlapMinutes: 5 },
      noon,
      'Patient?_count=100&_lastUpdated=ge2026-05-04T11%3A55%3A00.000Z',
    ],
    [
      'one without overlap',
      { overlapMinutes: 0, pageSize: 9 },
      noon,
      'Patient?_count=9&_lastUpdated=ge2026-05-04T12%3A00%3A00.000Z',
    ],
    ['the first of a history', { changesBy: 'history' }, null, 'Patient?_count=100'],
    [
      'a later one of a history',
      { changesBy: 'history' },
      noon,
      'Patient/_history?_count=100&_since=2026-05-04T11%3A40%3A00.000Z',
    ],
  ])('%s', (_which, more, since, expected) => {
    expect(firstPageUrl(settings(more), 'Patient', since)).toBe(`https://ehr.example.org/fhir/${expected}`)
  })
})

describe('the second look of the first round', () => {
  it.each<[string, Partial<PullSettings>, string]>([
    ['at all', { sorted: true }, 'Patient?_count=100&_sort=_lastUpdated&_lastUpdated=lt2026-05-04T12%3A00%3A00.000Z'],
    [
      'from a day on',
      { startDate: '2026-01-31', changesBy: 'history' },
      'Patient?_count=100&_lastUpdated=ge2026-01-31&_lastUpdated=lt2026-05-04T12%3A00%3A00.000Z',
    ],
  ])('%s', (_which, more, expected) => {
    expect(secondLookUrl(settings(more), 'Patient', noon)).toBe(`https://ehr.example.org/fhir/${expected}`)
  })
})

describe('the next page', () => {
  const current = 'https://ehr.example.org/fhir/Patient?_count=100'
  it.each<[string, string | null]>([
    ['https://ehr.example.org/fhir?_getpages=1', 'https://ehr.example.org/fhir?_getpages=1'],
    ['/Patient?_offset=100', 'https://ehr.example.org/Patient?_offset=100'],
    ['Patient?page=2', 'https://ehr.example.org/fhir/Patient?page=2'],
    ['http://ehr.example.org/fhir?_getpages=1', null],
    ['https://ehr.example.org:8443/fhir?page=2', null],
    ['https://elsewhere.example.org/fhir?page=2', null],
    ['file:///etc/passwd', null],
  ])('%s', (next, expected) => {
    expect(nextPageUrl(settings(), current, next)).toBe(expected)
  })
})

describe('a page', () => {
  it('has its entries, without words about the search, and where it goes on', () => {
    const link = [
      { relation: 'self', url: 'a' },
      { relation: 'next', url: 'b' },
    ]
    expect(readPage({ resourceType: 'Bundle', type: 'searchset', link, entry: [match, outcome] })).toEqual({
      type: 'searchset',
      entries: [match],
      isAllEntries: false,
      next: 'b',
    })
  })

  it.each([null, 'text', [], {}, { resourceType: 'OperationOutcome' }, { resourceType: 'Bundle', type: 'batch' }])(
    'is none in %j',
    (json) => expect(readPage(json)).toBeNull(),
  )

  it.each([
    [{ type: 'searchset' }, []],
    [{ type: 'history', entry: 'none', link: [null, { relation: 'next' }] }, []],
  ])('may be empty or odd: %j', (more, entries) => {
    expect(readPage({ resourceType: 'Bundle', ...more })).toMatchObject({ entries, next: null })
  })

  it('is stored as it came, or in parts that a message may have', () => {
    const page = (count: number, isAllEntries = true) => ({
      ...{ type: 'searchset' as const, next: null, isAllEntries },
      entries: Array.from({ length: count }, () => match),
    })
    const sizes = (count: number, isAll = true) =>
      partsOf(page(count, isAll), 10)?.map((part) => (part as { entry: unknown[] }).entry.length)
    expect([sizes(10), sizes(11), sizes(25), sizes(3, false)]).toEqual([undefined, [10, 1], [10, 10, 5], [3]])
  })
})
