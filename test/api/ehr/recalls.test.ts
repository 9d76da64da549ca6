import { beforeEach, describe, expect, it } from '@jest/globals'
import { appointment, bundle, type Ehr, location, openBeforeEach, participants, patient } from './postedEhr.ts'

let ehr: Ehr
openBeforeEach((opened) => {
  ehr = opened
})

type Json = Record<string, unknown>
const type = (code: string) => ({ coding: [{ code }] })
const version = (second: number) => ({ meta: { lastUpdated: `2026-05-02T00:00:${10 + second}Z` } })
/** Due on 1 June; now is 4 May. */
const recall = (fields: Json = {}): Json => ({
  resourceType: 'ServiceRequest',
  id: 's-1',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/p-1' },
  code: type('FOLLOWUP'),
  occurrenceDateTime: '2026-06-01',
  ...fields,
})
const moved = { start: '2026-05-12T13:00:00Z', end: '2026-05-12T13:30:00Z' }
const remove = (url: string) => bundle('batch', [{ request: { method: 'DELETE', url } }])

const fulfilledBy = async (id = 's-1') => {
  const [row] = await ehr.rows<{ by: string | null }>(
    `select (select a.external_id from care_event a where a.id = r.fulfilled_by_id) as by
       from care_event r where r.kind = 'recall' and r.external_id = $1`,
    [id],
  )
  return row?.by
}
async function post(...resources: unknown[]): Promise<void> {
  for (const resource of resources) {
    const { status, body } = await ehr.post(resource)
    if (status >= 300) throw new Error(JSON.stringify(body))
  }
}

describe('a recall is fulfilled', () => {
  it.each<[string, Json[]]>([
    ['by an appointment of its type that comes after it', [recall(), appointment()]],
    ['by one that was there before it', [appointment(), recall()]],
    [
      'in one Bundle',
      [
        bundle(
          'batch',
          [appointment(), recall()].map((resource) => ({ resource })),
        ),
      ],
    ],
    [
      'by one that was kept lately',
      [recall(), appointment({ status: 'fulfilled', start: '2026-04-01T13:00:00Z', end: undefined })],
    ],
  ])('%s', async (_how, posts) => {
    await post(...posts)
    expect(await fulfilledBy()).toBe('a-1')
  })

  it.each<[string, Json[]]>([
    ['by one of another type', [recall(), appointment({ appointmentType: type('SURGERY') })]],
    ['by another patient’s', [recall(), appointment(participants('Patient/p-2'))]],
    ['by one that is only proposed', [recall(), appointment({ status: 'proposed' })]],
    ['by one that was missed', [recall(), appointment({ status: 'noshow' })]],
    [
      'by one that was kept long before',
      [recall(), appointment({ status: 'fulfilled', start: '2026-03-02T13:00:00Z', end: undefined })],
    ],
  ])('not %s', async (_how, posts) => {
    await post(...posts)
    expect(await fulfilledBy()).toBeNull()
  })

  it('and is touched with it, in the same transaction', async () => {
    await post(recall())
    await ehr.touched()
    await post(appointment())
    expect(await ehr.touched()).toEqual(['a-1', 's-1'])
    await post(appointment({ patientInstruction: 'Bring your card' }))
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it.each([
    ['first', [appointment({ id: 'a-2', ...moved }), appointment()]],
    ['last', [appointment(), appointment({ id: 'a-2', ...moved })]],
  ])('by the earliest appointment of those that do: the later one is stored %s', async (_when, visits) => {
    await post(recall(), ...visits)
    expect(await fulfilledBy()).toBe('a-1')
    await ehr.touched()
    await post(appointment({ status: 'cancelled' }))
    expect(await fulfilledBy()).toBe('a-2')
    expect(await ehr.touched()).toEqual(['a-1'])
  })
})

describe('a fulfilled recall is open again', () => {
  beforeEach(async () => {
    await post(recall(), appointment())
    await ehr.touched()
  })
  it.each<[string, () => Promise<void>]>([
    ['cancelled', () => post(appointment({ status: 'cancelled' }))],
    ['missed', () => post(appointment({ status: 'noshow' }))],
    ['deleted', () => post(remove('Appointment/a-1'))],
    ['made one of another type', () => post(appointment({ appointmentType: type('SURGERY') }))],
    ['given to another patient', () => post(appointment(participants('Patient/p-2')))],
  ])('when the appointment is %s', async (_what, happen) => {
    await happen()
    expect(await fulfilledBy()).toBeNull()
    expect(await ehr.touched()).toContain('s-1')
  })

  it.each<[string, Json]>([
    ['type', { code: type('SURGERY') }],
    ['patient', { subject: { reference: 'Patient/p-2' } }],
  ])('when its own %s changes', async (_what, change) => {
    await post(recall(change))
    expect(await fulfilledBy()).toBeNull()
  })

  it('and closed by the next one, however late that is booked', async () => {
    await post(
      appointment({ status: 'cancelled' }),
      appointment({ id: 'a-2', start: '2026-09-01T13:00:00Z', end: undefined }),
    )
    expect(await fulfilledBy()).toBe('a-2')
  })

  it('when its due date moves so far that the visit was long before it', async () => {
    await post(appointment({ status: 'fulfilled' }))
    expect(await fulfilledBy()).toBe('a-1')
    await post(recall({ occurrenceDateTime: '2027-06-01' }))
    expect(await fulfilledBy()).toBeNull()
    await post(recall({ occurrenceDateTime: '2026-06-02' }))
    expect(await fulfilledBy()).toBe('a-1')
  })
})

describe('merged patients', () => {
  it('have each other’s recalls fulfilled', async () => {
    await post(patient(), patient({ id: 'p-2' }), recall(), appointment(participants('Patient/p-2')))
    expect(await fulfilledBy()).toBeNull()
    await ehr.touched()
    await post(patient({ id: 'p-2', link: [{ other: { reference: 'Patient/p-1' }, type: 'replaced-by' }] }))
    expect(await fulfilledBy()).toBe('a-1')
    expect(await ehr.touched()).toContain('s-1')
  })
})

describe('appointments and recalls of one patient that arrive together', () => {
  it('find each other, whichever is stored first', async () => {
    await post(patient(), location())
    for (const round of Array.from({ length: 12 }, (_, index) => index)) {
      const who = participants(`Patient/q-${round}`)
      await Promise.all([
        post(appointment({ id: `a-${round}`, ...who })),
        post(recall({ id: `s-${round}`, subject: { reference: `Patient/q-${round}` } })),
      ])
      expect([round, await fulfilledBy(`s-${round}`)]).toEqual([round, `a-${round}`])
    }
  })
})

describe('an Appointment that was proposed', () => {
  const proposed = (fields: Json = {}) =>
    appointment({
      status: 'proposed',
      start: undefined,
      end: undefined,
      requestedPeriod: [{ start: '2026-06-01' }],
      ...fields,
    })
  const states = async () =>
    Object.fromEntries(
      (await ehr.rows<{ kind: string; status: string }>('select kind, status from care_event')).map((row) => [
        row.kind,
        row.status,
      ]),
    )

  it('is a recall, and done when it is booked', async () => {
    await post(proposed(version(1)))
    expect(await states()).toEqual({ recall: 'open' })
    await ehr.touched()
    await post(appointment(version(2)))
    expect(await states()).toEqual({ recall: 'closed', appointment: 'booked' })
    expect(await ehr.touched()).toContain('Appointment/a-1')
  })

  it.each([
    ['cancelled', (v: number) => appointment({ ...version(v), status: 'cancelled', start: undefined, end: undefined })],
    ['deleted', () => remove('Appointment/a-1')],
  ])('and then %s asks for nothing any more', async (_what, later) => {
    await post(proposed(version(1)), later(2))
    expect((await states()).recall).toBe('cancelled')
  })

  it('stays booked when the proposal comes late, and is a recall again when it is newer', async () => {
    await post(appointment(version(2)), proposed(version(1)))
    expect(await states()).toEqual({ appointment: 'booked' })
    await post(proposed(version(3)))
    expect(await states()).toEqual({ appointment: 'proposed', recall: 'open' })
    await post(appointment(version(4)))
    expect(await states()).toEqual({ appointment: 'booked', recall: 'closed' })
  })
})

describe('what is no recall by the settings of its source', () => {
  it('is answered so, and leaves no trace', async () => {
    const { status, body } = await ehr.post(recall({ intent: 'order' }))
    expect([status, body.issue[0].details.text]).toEqual([
      200,
      'ServiceRequest/s-1: by the settings of this source nothing that is kept here: not stored',
    ])
    expect(await ehr.rows('select 1 from care_event union all select 1 from tombstone')).toEqual([])
  })

  it('goes when it was one before', async () => {
    await post(recall(version(1)))
    await ehr.touched()
    await post(recall({ ...version(2), intent: 'order' }))
    expect(await ehr.rows('select deleted from care_event')).toEqual([{ deleted: true }])
    expect(await ehr.touched()).toEqual(['s-1'])
  })
})
