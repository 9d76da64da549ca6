import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { appointment, bundle, type Ehr, location, openEhr, participants, patient, practitioner } from './postedEhr.ts'

let ehr: Ehr
const opened: Ehr[] = []
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

interface Row {
  id: string
  status: string
  start_at: Date | null
  deleted: boolean
  confirmation: string
  created_at_source: Date | null
  updated_anchor_at: Date | null
  previous_start_at: Date | null
}
const careEvent = async (id = 'a-1') =>
  (await ehr.rows<Row>('select * from care_event where external_id = $1', [id]))[0]
const version = (lastUpdated: string, versionId = '1') => ({ meta: { lastUpdated, versionId } })
const t1 = version('2026-05-01T00:00:00Z', '1')
const t2 = version('2026-05-02T00:00:00Z', '2')
const t3 = version('2026-05-03T00:00:00Z', '3')
const sayings = async (...posts: object[]) => {
  const said: string[] = []
  for (const post of posts) said.push((await ehr.post(post)).body.issue[0].details.text.replace(/^\S+ /, ''))
  return said
}
const changed = { start: '2026-05-12T13:00:00Z', end: '2026-05-12T13:30:00Z' }

describe('order of versions', () => {
  it('an older version never wins, whenever it arrives', async () => {
    expect(await sayings(appointment({ ...t2, ...changed }), appointment(t1))).toEqual([
      'stored as new',
      'older than what is stored: nothing changed',
    ])
    expect((await careEvent())?.start_at).toEqual(new Date(changed.start))
  })

  it('an unchanged newer version moves the order on and wakes nobody', async () => {
    await ehr.post(appointment(t1))
    await ehr.touched()
    expect(await sayings(appointment(t3), appointment({ ...t2, ...changed }))).toEqual([
      'known already: nothing changed',
      'older than what is stored: nothing changed',
    ])
    expect(await ehr.touched()).toEqual([])
  })

  it('without versions, A → B → A is three changes', async () => {
    expect(await sayings(appointment(), appointment({ status: 'cancelled' }), appointment())).toEqual([
      'stored as new',
      'stored',
      'stored',
    ])
    expect((await careEvent())?.status).toBe('booked')
    expect(await ehr.touched()).toEqual(['a-1', 'a-1', 'a-1'])
  })

  it('a nightly re-export touches nothing', async () => {
    const export_ = bundle(
      'collection',
      [location(), practitioner(), patient(), appointment()].map((resource) => ({ resource })),
    )
    await ehr.post(export_)
    await ehr.touched()
    const [before] = await ehr.rows('select config_revision from organization')
    const { body } = await ehr.post(export_)
    expect(
      body.entry.map(
        (entry: { response: { outcome: { issue: { details: { text: string } }[] } } }) =>
          entry.response.outcome.issue[0]?.details.text,
      ),
    ).toEqual([
      'Location/l-1: known already: nothing changed',
      'Practitioner/d-1: known already: nothing changed',
      'Patient/p-1: known already: nothing changed',
      'Appointment/a-1: known already: nothing changed',
    ])
    expect(await ehr.touched()).toEqual([])
    expect(await ehr.rows('select config_revision from organization')).toEqual([before])
  })

  it('two versions posted at the same time: the newest wins, and one of them is new', async () => {
    await ehr.post(patient())
    const starts = Array.from({ length: 12 }, (_, index) => `2026-05-${10 + index}T13:00:00Z`)
    const versions = starts.map((start, index) =>
      appointment({ start, end: start, meta: { lastUpdated: `2026-05-01T00:00:${10 + index}Z` } }),
    )
    const mixed = [
      ...versions.filter((_, index) => index % 3 === 0).reverse(),
      ...versions.filter((_, index) => index % 3 !== 0),
    ]
    const answers = await Promise.all(mixed.map((one) => ehr.post(one)))
    expect(answers.map((answer) => answer.status).filter((status) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 201]))
    expect(await ehr.rows('select start_at from care_event')).toEqual([{ start_at: new Date(starts.at(-1) as string) }])
  })

  it('many appointments that mention the same unknown resources at once make one stub of each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        ehr.post(
          bundle('batch', [
            {
              resource: appointment({
                id: `x-${index}`,
                ...participants(
                  ...(index % 2
                    ? ['Patient/1', 'Patient/2', 'Practitioner/1', 'Practitioner/2', 'Location/1']
                    : ['Patient/2', 'Practitioner/2', 'Practitioner/1', 'Location/1']),
                ),
              }),
            },
            {
              resource: appointment({ id: `y-${index}`, ...participants(`Patient/${1 + (index % 2)}`, 'Location/2') }),
            },
          ]),
        ),
      ),
    )
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    expect(await ehr.rows('select external_id, stub from patient order by 1')).toEqual([
      { external_id: '1', stub: true },
      { external_id: '2', stub: true },
    ])
    expect(await ehr.rows('select count(*) from care_event')).toEqual([{ count: 32 }])
  })
})

describe('what was called off', () => {
  const remove = bundle('batch', [{ request: { method: 'DELETE', url: 'Appointment/a-1' } }])

  it.each([
    ['an older booking', t1, 'cancelled'],
    ['a booking as old as the cancel', t2, 'cancelled'],
    ['a newer booking', t3, 'booked'],
  ])('%s after a cancel leaves it %#', async (_what, booking, expected) => {
    await ehr.post(appointment({ ...t2, status: 'cancelled' }))
    await ehr.post(appointment(booking))
    expect((await careEvent())?.status).toBe(expected)
  })

  it('a deleted appointment keeps what it said, is touched, and comes back only by something newer', async () => {
    await ehr.post(appointment(t1))
    await ehr.touched()
    await ehr.post(remove)
    expect(await careEvent()).toMatchObject({
      deleted: true,
      status: 'booked',
      start_at: new Date('2026-05-11T13:00:00Z'),
    })
    expect(await ehr.touched()).toEqual(['a-1'])
    await ehr.post(appointment(t3))
    expect((await careEvent())?.deleted).toBe(true)
    await ehr.post(appointment(version('2026-05-04T12:00:01Z')))
    expect((await careEvent())?.deleted).toBe(false)
  })

  it('a delete that overtakes its booking is remembered', async () => {
    await ehr.post(remove)
    await ehr.post(appointment(t3))
    expect(await careEvent()).toBeUndefined()
    await ehr.post(appointment(version('2026-05-04T12:00:01Z')))
    expect(await careEvent()).toMatchObject({ deleted: false, status: 'booked' })
  })

  it('a history Bundle is read from its end: the newest version is the first', async () => {
    await ehr.post(bundle('history', [{ resource: appointment({ status: 'cancelled' }) }, { resource: appointment() }]))
    expect((await careEvent())?.status).toBe('cancelled')
  })

  it('a cancel that says nothing of the visit leaves it as it was known', async () => {
    await ehr.post(appointment())
    await ehr.post(
      appointment({
        status: 'cancelled',
        start: undefined,
        end: undefined,
        appointmentType: undefined,
        ...participants('Patient/p-1'),
      }),
    )
    const row = await careEvent()
    expect(row).toMatchObject({ status: 'cancelled', start_at: new Date('2026-05-11T13:00:00Z') })
    expect(
      await ehr.rows('select 1 from care_event where facility_id is not null and appointment_type_id is not null'),
    ).toHaveLength(1)
  })
})

describe('anchors and confirmations', () => {
  it('`updated` moves with start, status, facility, provider and type, and with nothing else', async () => {
    await ehr.post(appointment())
    expect((await careEvent())?.updated_anchor_at).toBeNull()
    ehr.at('2026-05-04T13:00:00Z')
    await ehr.post(appointment({ patientInstruction: 'Bring your card' }))
    expect((await careEvent())?.updated_anchor_at).toBeNull()
    await ehr.post(appointment(changed))
    expect(await careEvent()).toMatchObject({
      updated_anchor_at: new Date('2026-05-04T13:00:00Z'),
      anchor_known_since: new Date('2026-05-04T13:00:00Z'),
      previous_start_at: new Date('2026-05-11T13:00:00Z'),
    })
  })

  it('a confirmation survives updates and is cleared when the start moves', async () => {
    await ehr.post(appointment())
    await ehr.rows(
      `update care_event set confirmation = 'confirmed', confirmed_by = 'reply', confirmed_at = created_at`,
    )
    await ehr.post(appointment({ patientInstruction: 'Bring your card' }))
    expect(await careEvent()).toMatchObject({ confirmation: 'confirmed', confirmed_by: 'reply' })
    await ehr.post(appointment(changed))
    expect(await careEvent()).toMatchObject({ confirmation: 'none', confirmed_by: null, confirmed_at: null })
  })

  it.each([
    ['the EHR says so', { created: '2026-04-01T10:00:00Z' }, 'active', '2026-04-01T10:00:00.000Z'],
    ['nothing is said: its arrival', {}, 'active', '2026-05-04T12:00:00.000Z'],
    ['the source is loading its history', { created: '2026-04-01T10:00:00Z' }, 'loading', null],
  ] as const)('`created`, when %s', async (_when, fields, status, expected) => {
    const source = await ehr.addSource(status)
    await ehr.post(appointment(fields), source)
    expect((await careEvent())?.created_at_source?.toISOString() ?? null).toBe(expected)
  })
})
