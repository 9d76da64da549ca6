import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { updateResource } from '../../../db/queries/practiceResources.ts'
import { appointment, type Ehr, location, openEhr, participants, practitioner } from './postedEhr.ts'

let ehr: Ehr
const opened: Ehr[] = []
beforeEach(async () => {
  ehr = await openEhr()
  opened.push(ehr)
})
afterAll(async () => {
  for (const each of opened) await each.drop()
})

const facility = async (id = 'l-1') => (await ehr.rows('select * from facility where external_id = $1', [id]))[0]
const zone = (valueCode: string) => ({
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode }],
})

describe('practice resources', () => {
  it('arrive with what the EHR says', async () => {
    await ehr.post(location({ address: { line: ['1 Main St'], city: 'Albany', state: 'NY', postalCode: '12207' } }))
    expect(await facility()).toMatchObject({
      name: 'Riverside Clinic',
      time_zone: 'America/New_York',
      phone: '+15555550199',
      address: '1 Main St, Albany, NY 12207',
      state: 'NY',
      enabled: true,
      stub: false,
    })
  })

  it('arrive disabled where the organization wants to enable them one by one', async () => {
    await ehr.rows('update organization set enable_new_resources = false')
    await ehr.post(location())
    await ehr.post(appointment({ id: 'a-2', ...participants('Patient/p-1', 'Practitioner/d-9', 'Location/l-9') }))
    expect(
      await ehr.rows(
        'select enabled from facility union select enabled from provider union select enabled from appointment_type',
      ),
    ).toEqual([{ enabled: false }])
  })

  it('keep what the practice set, whatever a sync says', async () => {
    await ehr.post(location())
    const id = String((await facility())?.id)
    const edit = { publicName: 'Riverside', sensitive: true, enabled: false, timeZone: 'America/Denver' }
    await ehr.database.inOrganization(ehr.organizationId, (tx) =>
      updateResource(tx, 'facility', id, edit, { now: ehr.clock(), who: { userId: null, apiKeyId: null } }),
    )
    await ehr.post(location({ name: 'Riverside Clinic (new)', ...zone('America/Chicago'), telecom: [] }))
    expect(await facility()).toMatchObject({
      name: 'Riverside Clinic (new)',
      public_name: 'Riverside',
      sensitive: true,
      enabled: false,
      time_zone: 'America/Denver',
      phone: null,
    })
  })

  it('that an appointment mentions first are stubs, named as it calls them, and filled later', async () => {
    const participant = [
      { actor: { reference: 'Patient/p-1' } },
      { actor: { reference: 'Location/l-1', display: 'South wing' } },
    ]
    await ehr.post(appointment({ participant }))
    expect(await facility()).toMatchObject({ name: 'South wing', stub: true, time_zone: null, enabled: true })
    await ehr.touched()
    await ehr.post(location())
    expect(await facility()).toMatchObject({ name: 'Riverside Clinic', stub: false, time_zone: 'America/New_York' })
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it('that the source deletes stay listed', async () => {
    await ehr.post(location())
    await ehr.post({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'DELETE', url: 'Location/l-1' } }],
    })
    expect(await facility()).toMatchObject({ deleted: true, name: 'Riverside Clinic' })
  })

  it('an older version never wins', async () => {
    await ehr.post(location({ name: 'New', meta: { lastUpdated: '2026-05-02T00:00:00Z' } }))
    await ehr.post(location({ name: 'Old', meta: { lastUpdated: '2026-05-01T00:00:00Z' } }))
    expect(await facility()).toMatchObject({ name: 'New' })
  })
})

describe('roles', () => {
  const role = {
    resourceType: 'PractitionerRole',
    id: 'r-1',
    practitioner: { reference: 'Practitioner/d-1', display: 'Dr. Ada Strange' },
  }
  const providers = () =>
    ehr.rows(`select p.external_id from care_event c join provider p on p.id = any(c.provider_ids) order by 1`)

  it('known before the appointment, mean the person who holds them', async () => {
    await ehr.post(practitioner())
    await ehr.post(role)
    await ehr.post(appointment(participants('Patient/p-1', 'PractitionerRole/r-1')))
    expect(await providers()).toEqual([{ external_id: 'd-1' }])
  })

  it('known after it, do so from then on, and it is planned anew', async () => {
    await ehr.post(appointment(participants('Patient/p-1', 'PractitionerRole/r-1', 'Practitioner/d-1')))
    expect(await providers()).toEqual([{ external_id: 'PractitionerRole/r-1' }, { external_id: 'd-1' }])
    await ehr.touched()
    await ehr.post(role)
    expect(await providers()).toEqual([{ external_id: 'd-1' }])
    expect(await ehr.touched()).toContain('a-1')
  })

  it('known after it, leave the providers in their order: texts name the first', async () => {
    await ehr.post(practitioner({ id: 'd-2' }))
    await ehr.post(appointment(participants('Patient/p-1', 'PractitionerRole/r-1', 'Practitioner/d-2')))
    await ehr.post(practitioner())
    await ehr.post(role)
    const inOrder = await ehr.rows(
      `select p.external_id from care_event c, unnest(c.provider_ids) with ordinality as of(id, place)
         join provider p on p.id = of.id order by of.place`,
    )
    expect(inOrder).toEqual([{ external_id: 'd-1' }, { external_id: 'd-2' }])
  })
})
