import { describe, expect, it } from '@jest/globals'
import { newId } from '../../../db/newId.ts'
import { createCustomAction } from '../../../db/queries/customActions.ts'
import { applyRecords } from '../../../db/queries/inbound/apply.ts'
import { findInboundSource } from '../../../db/queries/inbound/source.ts'
import { actionDefinitionSchema } from '../../../domain/action.ts'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import { defaultSourceSettings } from '../../../domain/inbound/sourceSettings.ts'
import { settled } from '../../support/settled.ts'
import { appointment, bundle, type Ehr, openBeforeEach, patient } from './postedEhr.ts'

const procedureAction = actionDefinitionSchema.parse({
  type: 'procedure',
  title: 'After the procedure',
  recipients: { kind: 'patient' },
  message: { body: 'How are you?' },
  timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'procedureDate' },
})

let ehr: Ehr
openBeforeEach((opened) => {
  ehr = opened
})

const phone = (value: string, more = {}) => ({ system: 'phone', value, ...more })
const points = async (externalId = 'p-1') =>
  (
    await ehr.rows<{ line: string }>(
      `select c.rank || ' ' || c.channel || ' ' || c.address as line from contact_point c join patient p on p.id = c.patient_id
        where p.external_id = $1 order by c.rank`,
      [externalId],
    )
  ).map((row) => row.line)
const row = async (externalId = 'p-1') =>
  (await ehr.rows('select * from patient where external_id = $1', [externalId]))[0]
const idOf = async (externalId: string) => String((await row(externalId))?.id)

describe('a patient', () => {
  it('arrives with names, zone, address and numbers', async () => {
    const answer = await ehr.post(
      patient({
        identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'M-1' }],
        address: [{ line: ['1 Main St'], city: 'Albany', state: 'NY', postalCode: '12207', country: 'US' }],
        communication: [{ preferred: true, language: { coding: [{ code: 'es' }] } }],
        telecom: [phone('+15555550101', { use: 'mobile' }), { system: 'email', value: 'zephyrine@example.com' }],
      }),
    )
    expect(answer.status).toBe(201)
    expect(await row()).toMatchObject({
      mrn: 'M-1',
      first_name: 'Zephyrine',
      last_name: 'Quill',
      birth_date: '1980-02-03',
      language: 'es',
      address_line: '1 Main St',
      city: 'Albany',
      address_state: 'NY',
      postal_code: '12207',
      country: 'US',
      active: true,
      stub: false,
    })
    expect(await points()).toEqual(['1 sms +15555550101', '2 voice +15555550101', '3 email zephyrine@example.com'])
  })

  it('is kept by the year of birth where no day of it is said', async () => {
    await ehr.post(patient({ birthDate: '2015' }))
    expect(await row()).toMatchObject({ birth_date: null, born_in: '2015' })
    await ehr.post(patient({ birthDate: '2015-06-14', meta: { lastUpdated: '2030-01-01T00:00:00Z' } }))
    expect(await row()).toMatchObject({ birth_date: '2015-06-14', born_in: null })
  })

  it('is a stub while only an appointment mentions them, and is filled later, which plans the appointment anew', async () => {
    await ehr.post(appointment())
    expect(await row()).toMatchObject({ stub: true, first_name: null })
    await ehr.touched()
    await ehr.post(patient())
    expect(await row()).toMatchObject({ stub: false, first_name: 'Zephyrine' })
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it('loses numbers that the EHR no longer has, and keeps what the practice added and what is known to be invalid', async () => {
    await ehr.post(patient({ telecom: [phone('+15555550101'), phone('+15555550102')] }))
    await ehr.rows(`update contact_point set invalid_since = created_at where address = '+15555550102'`)
    await ehr.rows(
      `insert into contact_point (organization_id, id, patient_id, channel, address, rank, origin, created_at, updated_at)
       select organization_id, $1, id, 'email', 'own@example.com', 9, 'practice', created_at, created_at from patient`,
      [newId()],
    )
    await ehr.post(patient({ telecom: [phone('+15555550102', { rank: 1 }), phone('+15555550103', { rank: 2 })] }))
    expect(await points()).toEqual([
      '1 sms +15555550102',
      '2 voice +15555550102',
      '3 sms +15555550103',
      '4 voice +15555550103',
      '9 email own@example.com',
    ])
    expect(await ehr.rows(`select distinct address from contact_point where invalid_since is not null`)).toEqual([
      { address: '+15555550102' },
    ])
  })

  it.each([
    ['dies', { deceasedBoolean: true }, { deceased: true }],
    ['is no longer active', { active: false }, { active: false }],
    [
      'moves to another zone',
      { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/Denver' }] },
      { time_zone: 'America/Denver' },
    ],
  ])('who %s has their appointments planned anew', async (_what, fields, expected) => {
    await ehr.post(patient())
    await ehr.post(appointment())
    await ehr.touched()
    await ehr.post(patient(fields))
    expect(await row()).toMatchObject(expected)
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it('whom the source deletes gets nothing more', async () => {
    await ehr.post(patient())
    await ehr.post(appointment())
    await ehr.touched()
    await ehr.post(bundle('batch', [{ request: { method: 'DELETE', url: 'Patient/p-1' } }]))
    expect(await row()).toMatchObject({ active: false })
    expect(await ehr.touched()).toEqual(['a-1'])
  })

  it('is found by their record number where an appointment gives only that', async () => {
    await ehr.post(patient({ identifier: [{ type: { coding: [{ code: 'MR' }] }, system: 'urn:mrn', value: 'M-1' }] }))
    await ehr.post(
      appointment({ participant: [{ actor: { type: 'Patient', identifier: { system: 'urn:mrn', value: 'M-1' } } }] }),
    )
    expect(await ehr.rows('select p.external_id from care_event c join patient p on p.id = c.patient_id')).toEqual([
      { external_id: 'p-1' },
    ])
  })

  it('has those who answer for them, who come and go', async () => {
    const contact = (code: string, value: string) => ({
      relationship: [{ coding: [{ code }] }],
      name: { given: ['Ada'] },
      telecom: [phone(value)],
    })
    const contacts = () =>
      ehr.rows(`select k.role, k.first_name, count(c.*) as points from patient_contact k
        left join contact_point c on c.patient_contact_id = k.id group by k.id, k.role, k.first_name order by k.role`)
    await ehr.post(patient({ contact: [contact('MTH', '+15555550104'), contact('N', '+15555550105')] }))
    expect(await contacts()).toEqual([
      { role: 'guardian', first_name: 'Ada', points: 2 },
      { role: 'other', first_name: 'Ada', points: 2 },
    ])
    await ehr.post(patient({ contact: [contact('MTH', '+15555550106')] }))
    expect(await contacts()).toEqual([{ role: 'guardian', first_name: 'Ada', points: 2 }])
    await ehr.post(patient())
    expect(await contacts()).toEqual([])
  })
})

describe('a merge', () => {
  const link = (type: string, id: string) => ({ link: [{ type, other: { reference: `Patient/${id}` } }] })
  const owner = async (id: string) =>
    (
      await ehr.rows<{ external_id: string }>(
        'select p.external_id from care_event c join patient p on p.id = c.patient_id where c.external_id = $1',
        [id],
      )
    )[0]?.external_id

  it('moves care events to the survivor, plans them anew, and sends later ones there too', async () => {
    await ehr.post(patient())
    await ehr.post(patient({ id: 'p-2' }))
    await ehr.post(appointment())
    await ehr.touched()
    await ehr.post(patient({ active: false, ...link('replaced-by', 'p-2') }))
    expect(await owner('a-1')).toBe('p-2')
    expect(await ehr.touched()).toContain('a-1')
    await ehr.post(appointment({ id: 'a-2' }))
    expect(await owner('a-2')).toBe('p-2')
  })

  it('is understood from either side, and before the survivor has arrived', async () => {
    await ehr.post(patient())
    await ehr.post(appointment())
    await ehr.post(patient({ id: 'p-2', ...link('replaces', 'p-1') }))
    expect(await owner('a-1')).toBe('p-2')
    await ehr.post(patient({ id: 'p-2', active: false, ...link('replaced-by', 'p-3') }))
    expect(await owner('a-1')).toBe('p-3')
    expect((await row())?.merged_into).toBe(await idOf('p-3'))
  })

  it.each([
    ['a visit', appointment({ id: 'late' })],
    [
      'a procedure',
      {
        ...{ resourceType: 'Procedure', id: 'late', status: 'completed', subject: { reference: 'Patient/p-1' } },
        performedDateTime: '2026-05-04',
      },
    ],
    [
      'one who answers for them',
      {
        ...{ resourceType: 'RelatedPerson', id: 'late', patient: { reference: 'Patient/p-1' } },
        relationship: [{ coding: [{ code: 'MTH' }] }],
      },
    ],
  ])('%s that arrives while it is under way is the survivor’s as well', async (_, resource) => {
    await ehr.post(patient())
    const merging = patient({ id: 'p-2', ...link('replaces', 'p-1') })
    const { entries } = parseFhir(merging, { now: ehr.clock(), region: 'US', settings: defaultSourceSettings })
    const source = await findInboundSource(ehr.database, ehr.encryption, ehr.source.id)
    if (!source || !entries[0]?.record) throw new Error('no source, or no merge')
    const applying = { source, now: ehr.clock(), made: new Set<string>() }
    const records = [entries[0].record]
    let arrived: Promise<unknown> = Promise.resolve()
    await ehr.database.inOrganization(ehr.organizationId, async (tx) => {
      await applyRecords({ ...applying, tx }, records, { ordered: false, again: undefined })
      let isDone = false
      arrived = ehr.post(resource).then(() => {
        isDone = true
      })
      const waits = `select 1 from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`
      await settled(async () => isDone || (await ehr.rows(waits)).length > 0)
    })
    await arrived
    const owners = await ehr.rows<{ owner: string }>(
      `select p.external_id as owner from patient p join (select patient_id from care_event where external_id = 'late'
         union all select patient_id from patient_contact where external_id = 'late') of on of.patient_id = p.id`,
    )
    expect(owners).toEqual([{ owner: 'p-2' }])
  })

  const born = async (id: string) => {
    const { birth_date, born_in } = (await row(id)) ?? {}
    return birth_date ?? born_in
  }

  it.each([
    ['a day', { birthDate: '2015-06-14' }],
    ['a year', { birthDate: '2015' }],
  ])('leaves nobody of age for want of a birth date that the retired record has: %s', async (_, child) => {
    await ehr.post(patient({ ...child, ...link('replaced-by', 'p-2') }))
    expect(await born('p-2')).toBe(child.birthDate)
    await ehr.post(patient({ id: 'p-2', birthDate: undefined }))
    expect(await born('p-2')).toBe(child.birthDate)
    await ehr.post(patient({ id: 'p-2', birthDate: '2014-06-14' }))
    expect(await born('p-2')).toBe('2014-06-14')
  })

  it('takes the birth date from the retired record whenever that comes, and not over the survivor’s own', async () => {
    await ehr.post(patient({ id: 'p-2', birthDate: undefined, ...link('replaces', 'p-1') }))
    await ehr.post(patient({ id: 'p-3', birthDate: '2014', ...link('replaces', 'p-4') }))
    for (const id of ['p-1', 'p-4']) await ehr.post(patient({ id, birthDate: '2015-06-14' }))
    expect([await born('p-2'), await born('p-3')]).toEqual(['2015-06-14', '2014'])
    const { birth_date } = (await row('p-3')) ?? {}
    expect(birth_date).toBeNull()
  })

  it('unlocks no secure messages that wrong birth dates have locked', async () => {
    await ehr.post(patient())
    await ehr.post(patient({ id: 'p-2' }))
    const lockedAt = new Date('2026-05-04T09:00:00Z')
    await ehr.rows(`update patient set secure_tries = 5, secure_locked_at = $1 where external_id = 'p-1'`, [lockedAt])
    await ehr.post(patient(link('replaced-by', 'p-2')))
    expect(await row('p-2')).toMatchObject({ secure_tries: 5, secure_locked_at: lockedAt })
  })

  it('that closes a circle ends with the record that was named last', async () => {
    await ehr.post(patient(link('replaced-by', 'p-2')))
    await ehr.post(patient({ id: 'p-2', ...link('replaced-by', 'p-1') }))
    expect(
      [(await row('p-1'))?.merged_into, (await row('p-2'))?.merged_into].filter((into) => into === null),
    ).toHaveLength(1)
  })

  it('keeps numbers of both, the survivor’s first', async () => {
    await ehr.post(patient({ telecom: [phone('+15555550101'), phone('+15555550102')] }))
    await ehr.post(
      patient({ id: 'p-2', telecom: [phone('+15555550102', { use: 'mobile' })], ...link('replaces', 'p-1') }),
    )
    expect(await points('p-2')).toEqual([
      '1 sms +15555550102',
      '2 voice +15555550102',
      '3 sms +15555550101',
      '4 voice +15555550101',
    ])
  })

  it('lets the most restrictive consent win', async () => {
    await ehr.post(patient())
    await ehr.post(patient({ id: 'p-2' }))
    const say = async (id: string, state: string, at: string) =>
      ehr.rows(
        `insert into consent (organization_id, id, address, channel, category, state, source, patient_id, at)
         select organization_id, $1, '+15555550101', 'sms', 'care', $2, 'staff', id, $3 from patient where external_id = $4`,
        [newId(), state, new Date(at), id],
      )
    await say('p-1', 'denied', '2026-01-01')
    await say('p-2', 'granted', '2026-02-01')
    await ehr.post(patient(link('replaced-by', 'p-2')))
    expect(await ehr.rows('select state, source from consent order by at desc, id desc limit 1')).toEqual([
      { state: 'denied', source: 'merge' },
    ])
  })

  it('counts what was sent to the retired record as sent to the survivor', async () => {
    await ehr.post(patient())
    await ehr.post(patient({ id: 'p-2' }))
    await ehr.post(appointment())
    const [retired, survivor] = [await idOf('p-1'), await idOf('p-2')]
    const action = await ehr.database.inOrganization(ehr.organizationId, (tx) =>
      createCustomAction(tx, procedureAction, { now: ehr.clock(), who: { userId: null, apiKeyId: null } }),
    )
    const sent = (patientId: string, key: string) =>
      ehr.rows(
        `insert into delivery (organization_id, id, action_id, action_version, care_event_id, patient_id, occurrence_key, recipient,
           status, created_at, updated_at)
         select organization_id, $1, $2, 1, id, $3, $4, 'patient', 'sent', created_at, created_at from care_event`,
        [newId(), action.id, patientId, key],
      )
    await sent(retired, `${retired}/procedure/2026-05-01`)
    await sent(retired, `${retired}/procedure/2026-05-02`)
    await sent(survivor, `${survivor}/procedure/2026-05-02`)
    await ehr.rows(`update delivery set covers = array[occurrence_key, 'x/start'] where occurrence_key = $1`, [
      `${retired}/procedure/2026-05-01`,
    ])
    await ehr.post(patient(link('replaced-by', 'p-2')))
    expect(
      await ehr.rows(
        'select occurrence_key as key from delivery where patient_id = $1 order by occurrence_key collate "C"',
        [survivor],
      ),
    ).toEqual(
      [`${survivor}/procedure/2026-05-01`, `${survivor}/procedure/2026-05-02`, `${retired}/procedure/2026-05-02`]
        .sort()
        .map((key) => ({ key })),
    )
    expect(await ehr.rows('select covers from delivery where covers is not null')).toEqual([
      { covers: [`${survivor}/procedure/2026-05-01`, 'x/start'] },
    ])
  })
})
