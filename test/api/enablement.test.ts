import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { replan } from '../../db/replan.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'

/** Two visits: Adams alone at Harbor, and Adams with Baker at Hill. */
let api: ApiUnderTest
let harbor: Awaited<ReturnType<typeof seedVisit>>
let hill: Awaited<ReturnType<typeof seedVisit>>
let everyone: string
let bakersOnly: string
beforeAll(async () => {
  api = await apiUnderTest()
  harbor = await seedVisit(api)
  hill = await seedVisit(api, { phone: '+15555550102' })
  await rows('update care_event set provider_ids = array[$1::uuid, $2::uuid] where id = $3', [
    harbor.provider,
    hill.provider,
    hill.careEvent,
  ])
  everyone = (await api.call('post', '/api/custom-actions', reminder).expect(201)).body.id
  const filters = { providerIds: [hill.provider] }
  bakersOnly = (await api.call('post', '/api/custom-actions', { ...reminder, filters }).expect(201)).body.id
  await settle()
})
afterAll(() => api.drop())

const rows = <T extends object>(sql: string, params: unknown[] = []) =>
  api.database.inOrganization(api.organizationId, (tx) => tx.query<T>(sql, params))
/** Plans what was touched, as the relay does, and tells what waits: per action, its visits. */
const settle = async () => {
  const touched = await api.touched()
  const cache = createConfigurationCache()
  for (const id of new Set(touched))
    await api.database.inOrganization(api.organizationId, (tx) => replan(tx, cache, id, api.clock.now))
  return new Set(touched)
}
const waits = async () => (await rows<{ n: number }>(`select count(*)::int as n from planned_message`))[0]?.n
const verdicts = async (careEventId: string) => {
  const { body } = await api.call('get', `/api/care-events/${careEventId}/plan`).expect(200)
  return body.items.map(({ verdict, reason }: { verdict: string; reason: string }) => `${verdict} ${reason}`)
}
const dropped = async () => (await api.call('get', '/api/organization/waiting').expect(200)).body
const one = (path: string, id: string, enabled: boolean) =>
  api.call('patch', `/api/${path}/${id}`, { enabled }).expect(200)
const organization = (edit: object) => api.call('patch', '/api/organization', edit).expect(200)

beforeEach(async () => expect(await waits()).toBe(3))

describe('what switching off would drop is what it drops', () => {
  type ById = { id: string; waiting: number }[]
  type Waiting = Record<'facilities' | 'providers' | 'appointmentTypes', ById> & {
    resourceKinds: { kind: string; waiting: number }[]
    actionTypes: { type: string; waiting: number }[]
  }
  type Switch = [name: string, off: () => Promise<unknown>, on: () => Promise<unknown>, told: (all: Waiting) => number]
  const ofId = (list: ById, id: string) => list.find((row) => row.id === id)?.waiting ?? 0
  const kinds = ['facility', 'provider', 'appointmentType']
  const cases: [...Switch, left: number, reason: string][] = [
    [
      'a facility',
      () => one('facilities', harbor.facility, false),
      () => one('facilities', harbor.facility, true),
      (all) => ofId(all.facilities, harbor.facility),
      2,
      'skipped facilityDisabled',
    ],
    [
      'a provider who is not the only one',
      () => one('providers', harbor.provider, false),
      () => one('providers', harbor.provider, true),
      (all) => ofId(all.providers, harbor.provider),
      2,
      'skipped providerDisabled',
    ],
    [
      'an appointment type',
      () => one('appointment-types', harbor.type, false),
      () => one('appointment-types', harbor.type, true),
      (all) => ofId(all.appointmentTypes, harbor.type),
      2,
      'skipped appointmentTypeDisabled',
    ],
    ...kinds.map((kind): (typeof cases)[number] => [
      `the kind ${kind}`,
      () => organization({ enabledResourceKinds: kinds.filter((each) => each !== kind) }),
      () => organization({ enabledResourceKinds: kinds }),
      (all) => all.resourceKinds.find((row) => row.kind === kind)?.waiting ?? 0,
      0,
      'skipped resourceKindDisabled',
    ]),
    [
      'the type of action',
      () => organization({ enabledActionTypes: ['recall', 'procedure', 'diagnosis', 'extraReminder'] }),
      () => organization({ enabledActionTypes: ['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'] }),
      (all) => all.actionTypes.find(({ type }) => type === 'appointment')?.waiting ?? 0,
      0,
      'skipped typeDisabled',
    ],
  ]
  it.each(cases)('%s', async (_name, off, on, told, left, reason) => {
    expect(told(await dropped())).toBe(3 - left)
    await off()
    await settle()
    expect(await waits()).toBe(left)
    expect(await verdicts(harbor.careEvent)).toContain(reason)
    expect(told(await dropped())).toBe(0)
    await on()
    await settle()
    expect(await verdicts(harbor.careEvent)).toContain('planned null')
  })

  it('the provider whom an action names, though another one is there', async () => {
    expect((await dropped()).providers).toEqual(
      expect.arrayContaining([
        { id: harbor.provider, waiting: 1 },
        { id: hill.provider, waiting: 1 },
      ]),
    )
    await one('providers', hill.provider, false)
    await settle()
    const { body } = await api.call('get', `/api/care-events/${hill.careEvent}/plan`).expect(200)
    const of = (actionId: string) => body.items.find((item: { actionId: string }) => item.actionId === actionId)
    expect(of(bakersOnly)).toMatchObject({ verdict: 'skipped', reason: 'providerDisabled' })
    expect(of(everyone)).toMatchObject({ verdict: 'planned' })
    await one('providers', hill.provider, true)
    await settle()
  })
})

it('an edit that changes nothing touches nothing', async () => {
  const { body } = await organization({})
  expect((await organization({ deliveryRules: body.deliveryRules })).body).toEqual(body)
  expect(await api.touched()).toEqual([])
})

describe('many at once', () => {
  const bulk = (path: string, body: object) => api.call('post', `/api/${path}/bulk`, body)

  it('are switched off, and on again, each with its outcome and with what is dropped', async () => {
    const ids = [harbor.provider, newId(), hill.provider]
    const { body } = await bulk('providers', { ids, enabled: false }).expect(200)
    expect(body).toEqual({
      items: [
        { id: ids[0], outcome: 'changed' },
        { id: ids[1], outcome: 'notFound' },
        { id: ids[2], outcome: 'changed' },
      ],
      dropped: 3,
    })
    expect(await settle()).toEqual(new Set([harbor.careEvent, hill.careEvent]))
    expect(await waits()).toBe(0)
    const again = await bulk('providers', { ids: [harbor.provider], enabled: false }).expect(200)
    expect(again.body).toEqual({ items: [{ id: harbor.provider, outcome: 'unchanged' }], dropped: 0 })
    expect(await api.touched()).toEqual([])
    await bulk('providers', { ids, enabled: true }).expect(200)
    await settle()
  })

  it.each<[string, object, string]>([
    ['nobody', { ids: [], enabled: false }, 'ids'],
    ['nothing to change', { ids: [newId()] }, ''],
    ['a name for all', { ids: [newId()], enabled: true, publicName: 'Same' }, 'publicName'],
    ['what is no id', { ids: ['harbor'], enabled: true }, 'ids.0'],
  ])('refuses %s', async (_name, body, path) => {
    const answer = await bulk('facilities', body).expect(422)
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path])
  })

  it('is for admins', async () => {
    const body = { ids: [harbor.facility], enabled: false }
    await api.call('post', '/api/facilities/bulk', body, {}, 'manager').expect(403)
  })
})

it('a type of action that is switched touches the care events of its kind alone', async () => {
  await rows(
    `insert into care_event (organization_id, id, external_id, kind, patient_id, status, due_date, anchor_known_since, first_seen_at, created_at, updated_at)
     values ($1, $2, 'recall-1', 'recall', $3, 'open', '2026-12-01', $4, $4, $4, $4)`,
    [api.organizationId, newId(), harbor.patient, new Date(api.clock.now)],
  )
  await organization({ enabledActionTypes: ['appointment', 'procedure', 'diagnosis', 'extraReminder'] })
  expect((await api.touched()).length).toBe(1)
  await organization({ enabledActionTypes: ['appointment', 'procedure', 'diagnosis'] })
  expect(new Set(await api.touched())).toEqual(new Set([harbor.careEvent, hill.careEvent]))
  await organization({ enabledActionTypes: ['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'] })
  await settle()
})

it('lists by the practice’s own name, too', async () => {
  await api.call('patch', `/api/facilities/${hill.facility}`, { publicName: 'The Hill' }).expect(200)
  const { body } = await api.call('get', '/api/facilities?q=the+hill').expect(200)
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([hill.facility])
})
