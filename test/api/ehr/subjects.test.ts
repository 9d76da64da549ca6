import { describe, expect, it } from '@jest/globals'
import { appointment, bundle, type Ehr, location, openBeforeEach, patient, practitioner } from './postedEhr.ts'

let ehr: Ehr
openBeforeEach((each) => {
  ehr = each
})

const put = (resource: Record<string, unknown>) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
})
const deletion = { request: { method: 'DELETE', url: 'Appointment/a-1' } }
const encounter = { resourceType: 'Encounter', id: 'e-1', status: 'finished', class: { code: 'AMB' } }
const ofEncounter = { subject: { reference: 'Patient/p-1' }, period: { start: '2026-05-01T12:00:00Z' } }
const all = [patient(), location(), practitioner(), appointment(), { ...encounter, ...ofEncounter }]

/** What each record of the newest message is here, by the table's own id. */
const subjects = () =>
  ehr.rows<{ kind: string | null; outcome: string; same: boolean | null }>(
    `with rows as (
       select 'patient' as kind, id from patient union all select 'facility', id from facility
       union all select 'provider', id from provider union all select 'encounter', id from encounter
       union all select kind, id from care_event)
     select r.kind, r.outcome, (select r.subject_id = rows.id from rows where rows.kind = r.kind) as same
     from inbound_record r where r.message_id = (select id from inbound_message order by received_at desc, id desc limit 1)
     order by r.position`,
  )

describe('the feed knows which row each record of a message is', () => {
  it.each(['made by it', 'known before it'])('%s', async (which) => {
    if (which === 'known before it') for (const resource of all) await ehr.post(resource).expect(201)
    ehr.at('2026-05-05T12:00:00Z')
    await ehr.post(bundle('batch', all.map(put))).expect(200)
    const outcome = which === 'made by it' ? 'created' : 'unchanged'
    expect(await subjects()).toEqual(
      ['patient', 'facility', 'provider', 'appointment', 'encounter'].map((kind) => ({ kind, outcome, same: true })),
    )
  })

  it('also where a transaction with a broken entry leaves all of it as it was', async () => {
    await ehr.post(appointment()).expect(201)
    ehr.at('2026-05-05T12:00:00Z')
    const broken = put({ ...appointment({ id: 'a-2' }), start: 'soon' })
    await ehr.post(bundle('transaction', [put(appointment()), broken])).expect(422)
    expect(await subjects()).toEqual([
      { kind: 'appointment', outcome: 'refused', same: true },
      { kind: null, outcome: 'refused', same: null },
    ])
  })

  it('also of a deletion whose record the same message makes', async () => {
    await ehr.post(bundle('history', [put(appointment()), deletion])).expect(200)
    expect(await subjects()).toMatchObject([{ same: true }, { same: true }])
  })

  it('none where there is none', async () => {
    await ehr.post(bundle('history', [deletion])).expect(200)
    expect(await subjects()).toEqual([{ kind: 'appointment', outcome: 'updated', same: null }])
  })
})
