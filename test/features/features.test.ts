import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type ActionType, actionTypes, typeTraits } from '../../domain/action.ts'
import { usual } from './cells.ts'
import { table } from './table.ts'
import { eventOf, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.drop())

let made: string[] = []
const make = async (definition: object) => {
  const answer = await world.http.call('post', '/api/custom-actions', definition)
  if (answer.status === 201) made.push(answer.body.id)
  return answer
}
afterEach(async () => {
  for (const id of made) await world.http.ok('delete', `/api/custom-actions/${id}`)
  made = []
})

const cells = table.flatMap(({ cells, settings, ...row }) =>
  actionTypes.map((type) => ({
    ...row,
    type,
    settings: typeof settings === 'function' ? settings(type) : settings,
    cell: cells[type],
  })),
)

describe('every cell of the feature list', () => {
  it.each(cells)('$feature, $type: $setting', async ({ type, settings, cell }) => {
    const definition = world.definition(type, settings)
    const { status, body } = await make(definition)
    if ('refused' in cell) {
      expect({ status, paths: body.errors?.map((error: { path: string }) => error.path) }).toEqual({
        status: 422,
        paths: cell.refused,
      })
      for (const { message } of body.errors) expect(message).toMatch(/\w{3}/)
      return
    }
    expect({ status, errors: body.errors }).toEqual({ status: 201 })
    const event = eventOf(type)
    expect(await world.plan(body.id, event)).toEqual(cell.plan)
    if (cell.other) expect(await world.plan(body.id, `${event}-other`)).toEqual(cell.other)
    if (cell.later) expect(await world.plan(body.id, `${event}-later`)).toEqual(cell.later)
    if (cell.texts) expect(await world.texts(type, definition)).toEqual(cell.texts)
  })
})

describe('T1, E2: what is switched off stops every type that hangs on it, and goes on when it is on again', () => {
  const organization = (edit: object) => world.http.ok('patch', '/api/organization', edit)
  const resource = (path: string, name: string, enabled: boolean) =>
    world.http.ok('patch', `/api/${path}/${world.ids[name]}`, { enabled })
  const kinds = ['facility', 'provider', 'appointmentType']
  type Turn = (on: boolean, type: ActionType) => Promise<unknown>
  const kind = (name: string): Turn => {
    return (on) => organization({ enabledResourceKinds: on ? kinds : kinds.filter((each) => each !== name) })
  }
  const hasPlace = (type: ActionType) => type !== 'diagnosis'
  const hasType = (type: ActionType) => type !== 'diagnosis' && type !== 'procedure'
  const switches: [string, Turn, reason: string, hangsOn: (type: ActionType) => boolean][] = [
    [
      'the type',
      (on, type) => organization({ enabledActionTypes: actionTypes.filter((each) => on || each !== type) }),
      'typeDisabled',
      () => true,
    ],
    ['everything, by a pause', (on) => organization({ paused: !on }), 'organizationPaused', () => true],
    ['the facility', (on) => resource('facilities', 'main', on), 'facilityDisabled', hasPlace],
    ['the provider', (on) => resource('providers', 'strange', on), 'providerDisabled', () => true],
    [
      'the appointment type',
      (on, type) => resource('appointment-types', type === 'recall' ? 'followUpLater' : 'followUp', on),
      'appointmentTypeDisabled',
      hasType,
    ],
    ['all facilities', kind('facility'), 'resourceKindDisabled', hasPlace],
    ['all providers', kind('provider'), 'resourceKindDisabled', () => true],
    ['all appointment types', kind('appointmentType'), 'resourceKindDisabled', hasType],
  ]
  const rows = switches.flatMap(([what, turn, reason, hangsOn]) =>
    actionTypes.map((type) => ({ what, turn, type, seen: hangsOn(type) ? [`skipped ${reason}`] : [usual] })),
  )
  it.each(rows)('$type: $what', async ({ turn, type, seen }) => {
    const { body } = await make(world.definition(type, {}))
    await turn(false, type)
    expect(await world.plan(body.id, eventOf(type))).toEqual(seen)
    await turn(true, type)
    expect(await world.plan(body.id, eventOf(type))).toEqual([usual])
  })
})

describe('preview of the reach', () => {
  it.each(actionTypes)('%s: who would get it, by day, and how many new ones a week', async (type) => {
    const definition = world.definition(type, {})
    const reach = await world.http.ok<Reach>('post', '/api/custom-actions/reach', definition)
    const careEvents = typeTraits[type].careEventKind === 'appointment' ? 3 : 2
    expect(reach).toMatchObject({ careEvents, patients: 2, deliverable: careEvents, undeliverable: [] })
    expect(reach.byDay).toEqual([{ date: '2026-02-11', count: careEvents }])
    // New ones are guessed only for what nobody plans ahead.
    const isRecorded = type === 'procedure' || type === 'diagnosis'
    expect(reach.estimatedPerWeek).toEqual(isRecorded ? expect.any(Number) : null)
  })
  interface Reach {
    byDay: object[]
    estimatedPerWeek: unknown
  }
})
