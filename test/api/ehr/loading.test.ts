import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { appointment, bundle, type Ehr, openEhr, patient } from './postedEhr.ts'

let ehr: Ehr
const opened: Ehr[] = []
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

const yearsOf = (ids: readonly string[], start: string, status: string) =>
  bundle(
    'collection',
    ids.map((id) => ({ resource: appointment({ id, start, end: undefined, status }) })),
  )

describe('a source that loads its history', () => {
  it('touches only what is still to come', async () => {
    const source = await ehr.addSource('loading')
    await ehr.post(patient(), source)
    const past = Array.from({ length: 50 }, (_, n) => `past-${n}`)
    expect((await ehr.post(yearsOf(past, '2024-05-11T13:00:00Z', 'fulfilled'), source)).status).toBe(200)
    await ehr.post(yearsOf(['coming'], '2026-05-11T13:00:00Z', 'booked'), source)
    expect(await ehr.rows('select count(*) from care_event')).toEqual([{ count: 51 }])
    expect(await ehr.touched()).toEqual(['coming'])
  })

  it('touches what waits, when it turns out to be past', async () => {
    const source = await ehr.addSource('loading')
    await ehr.post(appointment(), source)
    await ehr.rows(`update care_event set wake_at = start_at`)
    await ehr.touched()
    await ehr.post(appointment({ start: '2024-05-11T13:00:00Z', end: undefined }), source)
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it('stores message after message, however many are posted at once, and says no to too many', async () => {
    const source = await ehr.addSource('loading')
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ehr.post(appointment({ id: `a-${n}` }), source)),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  })
})
