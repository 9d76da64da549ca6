import { describe, expect, it } from '@jest/globals'
import { reviseFulfilments } from '../../activities/reviseFulfilments.ts'
import { appointment, bundle, type Ehr, openBeforeEach, participants } from '../api/ehr/postedEhr.ts'

let ehr: Ehr
openBeforeEach((opened) => {
  ehr = opened
})

type Json = Record<string, unknown>
/** Now is 4 May; the visit is on 11 May. */
const recall = (due: string | undefined, id = 's-1', patient = 'Patient/p-1'): Json => ({
  resourceType: 'ServiceRequest',
  id,
  status: 'active',
  intent: 'plan',
  subject: { reference: patient },
  code: { coding: [{ code: 'FOLLOWUP' }] },
  ...(due && { occurrenceDateTime: due }),
})
const turn = () => reviseFulfilments(ehr, () => {})
const open = async () =>
  (
    await ehr.rows<{ id: string }>(
      `select external_id as id from care_event where kind = 'recall' and fulfilled_by_id is null order by 1`,
    )
  ).map(({ id }) => id)

describe('a recall that a visit closed while it was to come', () => {
  it.each<[string, string | undefined, string[]]>([
    ['is open again when the visit is past and was 91 days before', '2026-08-10', ['s-1']],
    ['stays closed when it was 90 days before', '2026-08-09', []],
    ['is open again when nobody says when it is due', undefined, ['s-1']],
    ['stays closed when the visit came after it', '2026-05-01', []],
  ])('%s', async (_what, due, expected) => {
    await ehr.post(recall(due))
    await ehr.post(appointment()).expect(201)
    await ehr.touched()
    await turn()
    expect([await open(), await ehr.touched()]).toEqual([[], []])
    ehr.at('2026-05-12T12:00:00Z')
    await turn()
    expect(await open()).toEqual(expected)
    expect(await ehr.touched()).toEqual(expected)
    await turn()
    expect(await ehr.touched()).toEqual([])
  })

  it('is closed by the next visit that is booked, where there is one', async () => {
    await ehr.post(recall('2027-05-01'))
    await ehr.post(appointment())
    await ehr.post(appointment({ id: 'a-2', start: '2026-06-11T13:00:00Z', end: undefined }))
    await ehr.touched()
    ehr.at('2026-05-12T12:00:00Z')
    await turn()
    expect([await open(), await ehr.touched()]).toEqual([[], []])
    ehr.at('2026-06-12T12:00:00Z')
    await turn()
    expect([await open(), await ehr.touched()]).toEqual([['s-1'], ['s-1']])
  })

  it('is found among many patients', async () => {
    const resources = Array.from({ length: 60 }, (_, n) => [
      recall('2027-05-01', `s-${n}`, `Patient/p-${n}`),
      appointment({ id: `a-${n}`, ...participants(`Patient/p-${n}`) }),
    ]).flat()
    await ehr.post(
      bundle(
        'batch',
        resources.map((resource) => ({ resource })),
      ),
    )
    expect(await open()).toEqual([])
    ehr.at('2026-05-12T12:00:00Z')
    await turn()
    expect(await open()).toHaveLength(60)
  })

  it('that is being changed at this moment is left to the next turn', async () => {
    await ehr.post(recall('2027-05-01'))
    await ehr.post(appointment())
    ehr.at('2026-05-12T12:00:00Z')
    await ehr.database.inOrganization(ehr.organizationId, async (tx) => {
      await tx.query("select 1 from care_event where kind = 'appointment' for no key update")
      await turn()
      expect(await open()).toEqual([])
    })
    await turn()
    expect(await open()).toEqual(['s-1'])
  })
})
