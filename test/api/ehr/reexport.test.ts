import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { appointment, bundle, type Ehr, location, openEhr, patient, practitioner } from './postedEhr.ts'

let ehr: Ehr
beforeAll(async () => {
  ehr = await openEhr()
})
afterAll(() => ehr.drop())

const appointments = 500
/** Everything, as an EHR exports it in that night: newer versions of what nobody changed. */
function exported(night: number, changed: number | null = null) {
  const meta = { lastUpdated: `2026-05-0${night}T02:00:00Z`, versionId: String(night) }
  const visits = Array.from({ length: appointments }, (_, n) =>
    appointment({
      ...{ id: `a-${n}`, meta, start: `2026-06-${10 + (n % 20)}T13:00:00Z` },
      end: `2026-06-${10 + (n % 20)}T${n === changed ? '14:00' : '13:30'}:00Z`,
      ...(n === changed ? { start: `2026-06-${10 + (n % 20)}T13:45:00Z` } : {}),
    }),
  )
  const all = [location({ meta }), practitioner({ meta }), patient({ meta }), ...visits]
  return bundle(
    'batch',
    all.map((resource) => ({ resource })),
  )
}

describe('a nightly export of everything', () => {
  it('touches no care event that is as it was, and those that are not', async () => {
    expect((await ehr.post(exported(1))).status).toBe(200)
    expect(await ehr.touched()).toHaveLength(appointments)
    expect((await ehr.post(exported(2))).status).toBe(200)
    expect(await ehr.touched()).toEqual([])
    expect((await ehr.post(exported(3, 7))).status).toBe(200)
    expect(await ehr.touched()).toEqual(['a-7'])
    const outcomes = await ehr.rows('select outcome from inbound_message order by received_at, id')
    expect(outcomes).toEqual([{ outcome: 'applied' }, { outcome: 'unchanged' }, { outcome: 'applied' }])
  })
})
