import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../../db/encryption.ts'
import { decideFile, type FileDecision } from '../../../db/queries/inbound/files/decide.ts'
import type { CsvLayoutInput } from '../../../domain/inbound/csv/settings.ts'
import {
  type AppointmentCells,
  appointmentFile,
  appointmentLayout,
  appointmentLine,
  csvSource,
} from '../../support/csvFiles.ts'
import { type FreshDatabase, freshDatabase } from '../../support/database.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
const clock = { now: Date.UTC(2026, 10, 9, 15, 0) }
const encryption = createEncryption(generateEncryptionKey('test'))
let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => clock.now })
})
afterAll(() => fresh?.drop())
beforeEach(() => {
  clock.now = Date.UTC(2026, 10, 9, 15, 0)
})

const snapshotLayout = (
  snapshot: CsvLayoutInput['snapshot'],
  fields: CsvLayoutInput['fields'] = {},
): CsvLayoutInput => ({
  ...appointmentLayout,
  fields: { ...appointmentLayout.fields, ...fields },
  snapshot: snapshot ?? {},
})
const open = (layout: CsvLayoutInput) => csvSource({ ...fresh, encryption, clock: () => clock.now }, [layout])
type Source = Awaited<ReturnType<typeof open>>

/** Sends a file an hour after the last one, and works until nothing is due. */
async function send(source: Source, lines: readonly [string, AppointmentCells?][]) {
  clock.now += 3_600_000
  const { fileId } = await source.store(appointmentFile(lines.map(([id, cells]) => appointmentLine(id, cells))))
  await source.work()
  return source.file(fileId)
}
const statuses = async (source: Source) =>
  Object.fromEntries(Object.entries(await source.events()).map(([id, event]) => [id, event.split(' ')[0]]))

describe('a snapshot', () => {
  it('cancels what it no longer has, inside its window only, and brings back what is there again', async () => {
    const source = await open(snapshotLayout({ days: 3 }))
    await send(
      source,
      [['today'], ['later', { Date: '11/20/2026' }], ['kept']].map(([id, cells], n) => [
        id as string,
        (cells as AppointmentCells | undefined) ?? { Date: n === 0 ? '11/9/2026' : '11/10/2026', Time: '4:00 PM' },
      ]),
    )
    expect(await send(source, [['kept', { Date: '11/10/2026', Time: '4:00 PM' }]])).toMatchObject({
      state: 'done',
      absent: 1,
      unchanged: 1,
    })
    expect(await statuses(source)).toEqual({ today: 'cancelled', later: 'booked', kept: 'booked' })
    await send(source, [
      ['kept', { Date: '11/10/2026', Time: '4:00 PM' }],
      ['today', { Date: '11/9/2026', Time: '4:00 PM' }],
    ])
    expect(await statuses(source)).toEqual({ today: 'booked', later: 'booked', kept: 'booked' })
  })

  it('has a window from midnight to midnight where the facility is', async () => {
    const layout = snapshotLayout({ fromDays: 1, days: 1 }, { facilityZone: { columns: ['Zone'] } })
    const source = await open(layout)
    // In Los Angeles it is still the 9th when the day of New York has ended: tomorrow is another day there.
    clock.now = Date.UTC(2026, 10, 10, 5, 30)
    const visit = (id: string, date: string, time: string, place: string, zone: string) =>
      `${appointmentLine(id, { Date: date, Time: time, Location: place })},${zone}`
    const file = (...lines: string[]) => appointmentFile(lines).replace('Cell\r\n', 'Cell,Zone\r\n')
    const east = (id: string, date: string, time: string) => visit(id, date, time, 'east', 'America/New_York')
    const west = (id: string, date: string, time: string) => visit(id, date, time, 'west', 'America/Los_Angeles')
    const kept = [east('east', '11/11/2026', '9:00 AM'), west('west', '11/10/2026', '9:00 AM')]
    await source.store(
      file(
        ...kept,
        ...[east('e-before', '11/10/2026', '11:59 PM'), east('e-first', '11/11/2026', '12:00 AM')],
        ...[east('e-last', '11/11/2026', '11:59 PM'), east('e-after', '11/12/2026', '12:00 AM')],
        ...[west('w-before', '11/9/2026', '11:59 PM'), west('w-first', '11/10/2026', '12:00 AM')],
        ...[west('w-last', '11/10/2026', '11:59 PM'), west('w-after', '11/11/2026', '12:00 AM')],
      ),
    )
    await source.work()
    clock.now += 60_000
    await source.store(file(...kept))
    await source.work()
    expect(await statuses(source)).toEqual({
      ...{ east: 'booked', 'e-before': 'booked', 'e-first': 'cancelled', 'e-last': 'cancelled', 'e-after': 'booked' },
      ...{ west: 'booked', 'w-before': 'booked', 'w-first': 'cancelled', 'w-last': 'cancelled', 'w-after': 'booked' },
    })
  })

  it('says nothing of facilities that it has no rows of, unless it is everybody’s', async () => {
    const both: [string, AppointmentCells][] = [
      ['main-1', {}],
      ['hill-1', { Location: 'hill' }],
    ]
    const own = await open(snapshotLayout({}))
    await send(own, both)
    expect(await send(own, [['main-1']])).toMatchObject({ absent: 0 })
    const all = await open(snapshotLayout({ facilities: 'all' }))
    await send(all, both)
    expect(await send(all, [['main-1']])).toMatchObject({ absent: 1 })
    expect(await statuses(all)).toEqual({ 'main-1': 'booked', 'hill-1': 'cancelled' })
  })

  it('never cancels what another source has', async () => {
    const one = await open(snapshotLayout({}))
    const other = await open(snapshotLayout({}))
    await send(one, [['a-1']])
    await send(other, [['b-1'], ['b-2']])
    await send(other, [['b-1']])
    expect(await statuses(one)).toEqual({ 'a-1': 'booked' })
    expect(await statuses(other)).toEqual({ 'b-1': 'booked', 'b-2': 'cancelled' })
  })

  it('never cancels the appointment of a row that is broken', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, [['a-1'], ['a-2']])
    expect(await send(source, [['a-1'], ['a-2', { Date: 'soon' }]])).toMatchObject({
      state: 'done',
      rejected: 1,
      absent: 0,
    })
    expect(await statuses(source)).toEqual({ 'a-1': 'booked', 'a-2': 'booked' })
  })

  it('cancels nothing at all when a row’s id can’t be read: it may be any of them', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, [['a-1'], ['a-2']])
    const file = await send(source, [['a-1'], ['']])
    expect(file).toMatchObject({ state: 'done', absent: 0 })
    expect(file?.reasons[0]?.message).toContain('nothing was cancelled')
    expect(await statuses(source)).toEqual({ 'a-1': 'booked', 'a-2': 'booked' })
  })

  it('leaves what has begun when it was written: an export of what is to come lacks it', async () => {
    const begun: [string, AppointmentCells] = ['morning', { Date: '11/9/2026', Time: '8:00 AM' }]
    const upcoming: [string, AppointmentCells] = ['evening', { Date: '11/9/2026', Time: '6:00 PM' }]
    const source = await open(snapshotLayout({}))
    await send(source, [begun, upcoming, ['a-1']])
    expect(await send(source, [['a-1']])).toMatchObject({ absent: 1 })
    expect(await statuses(source)).toEqual({ morning: 'booked', evening: 'cancelled', 'a-1': 'booked' })
    const backwards = await open(snapshotLayout({ fromDays: -7 }))
    await send(backwards, [begun, ['a-1']])
    expect(await send(backwards, [['a-1']])).toMatchObject({ absent: 1 })
    expect(await statuses(backwards)).toEqual({ morning: 'cancelled', 'a-1': 'booked' })
  })

  it('counts its last day only when it has something on it or later: it may have been read off the day before', async () => {
    const source = await open(snapshotLayout({ days: 4 }))
    const visit = (id: string, day: number): [string, AppointmentCells] => [id, { Date: `11/${day}/2026` }]
    await send(
      source,
      ['a-10', 'b-10', 'a-11', 'b-11', 'a-12', 'a-13'].map((id) => visit(id, Number(id.slice(2)))),
    )
    // Begun on the 9th and whole after midnight: it has the days from the 9th to the 12th, and not the 13th.
    clock.now = Date.UTC(2026, 10, 10, 5, 5)
    expect(
      await send(source, [visit('a-10', 10), visit('a-11', 11), visit('b-11', 11), visit('a-12', 12)]),
    ).toMatchObject({ absent: 1 })
    expect(await statuses(source)).toMatchObject({ 'b-10': 'cancelled', 'a-13': 'booked' })
    expect(
      await send(source, [visit('a-10', 10), visit('a-11', 11), visit('a-12', 12), visit('b-13', 13)]),
    ).toMatchObject({ absent: 2 })
    expect(await statuses(source)).toMatchObject({ 'b-11': 'cancelled', 'a-13': 'cancelled' })
  })

  it('that is older than one that is done cancels nothing: what it lacks may have come since', async () => {
    const source = await open(snapshotLayout({}, { version: { columns: ['Changed'] } }))
    const file = (...ids: string[]) =>
      appointmentFile(ids.map((id) => `${appointmentLine(id)},2026-11-01 09:00`)).replace(
        'Cell\r\n',
        'Cell,Changed\r\n',
      )
    await source.store(file('a-1', 'a-2'))
    await source.work()
    const before = clock.now - 60_000
    const { fileId } = await source.store(file('a-1'), { modifiedAt: before })
    await source.work()
    expect(await statuses(source)).toEqual({ 'a-1': 'booked', 'a-2': 'booked' })
    const older = await source.file(fileId)
    expect(older).toMatchObject({ state: 'done', absent: 0 })
    expect(older?.reasons[0]?.message).toContain('is older than')
  })

  it('leaves what took place, or was off already, as it is', async () => {
    const source = await open(snapshotLayout({}))
    const ended: [string, AppointmentCells][] = [
      ['seen', { Status: 'Completed', Date: '11/9/2026', Time: '8:00 AM' }],
      ['missed', { Status: 'No show', Date: '11/9/2026', Time: '8:30 AM' }],
    ]
    await send(source, [...ended, ['a-1']])
    expect(await send(source, [['a-1']])).toMatchObject({ absent: 0 })
    expect(await statuses(source)).toEqual({ seen: 'fulfilled', missed: 'noShow', 'a-1': 'booked' })
  })

  it('counts from the day it was written, not from that on which it is imported', async () => {
    const source = await open(snapshotLayout({ days: 1 }))
    const visit: AppointmentCells = { Date: '11/10/2026', Time: '9:00 AM' }
    await send(source, [
      ['a-1', visit],
      ['b-1', { Date: '11/9/2026', Time: '5:00 PM' }],
    ])
    const written = clock.now + 60_000
    clock.now += 24 * 3_600_000
    await source.store(appointmentFile([appointmentLine('other', { Date: '11/9/2026', Time: '6:00 PM' })]), {
      modifiedAt: written,
    })
    await source.work()
    expect(await statuses(source)).toEqual({ 'a-1': 'booked', 'b-1': 'cancelled', other: 'booked' })
  })
})

describe('a file that shrank', () => {
  const many = (count: number): [string, AppointmentCells][] =>
    Array.from({ length: count }, (_, n) => [`m-${n}`, { Chart: `p-${n}` }])

  it('stops before anything is applied or cancelled', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, many(24))
    await source.touched()
    const held = await send(source, [...many(11), ['new']])
    expect(held).toMatchObject({ state: 'held', applied: 0, absent: 0, alarm: { what: 'rows', now: 12, before: 24 } })
    expect(await source.touched()).toEqual([])
    expect(Object.values(await statuses(source))).toEqual(Array(24).fill('booked'))
  })

  it('is measured by the last good one, not by those that stopped', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, many(24))
    await send(source, many(12))
    expect(await send(source, many(11))).toMatchObject({ state: 'held', alarm: { before: 24 } })
    expect(await send(source, many(13))).toMatchObject({ state: 'done', absent: 11 })
  })

  it('is told by what its window has, too: as many rows, but of others', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, many(24))
    const others = many(24).map(([id, cells]): [string, AppointmentCells] => [`x${id}`, cells ?? {}])
    expect(await send(source, others)).toMatchObject({ state: 'held', alarm: { what: 'absences', now: 0, before: 24 } })
  })

  it('stops again when it is begun again, whatever was decided the time before', async () => {
    const decided = async (decisions: readonly FileDecision[]) => {
      const source = await open(snapshotLayout({}))
      await send(source, many(24))
      clock.now += 3_600_000
      const lines = many(11).map(([id, cells]) => appointmentLine(id, cells))
      const { fileId } = await source.store(appointmentFile(lines))
      await source.work()
      const by = { now: clock.now, who: { userId: null, apiKeyId: null } }
      for (const decision of decisions) {
        await fresh.database.inOrganization(fresh.organizationId, (tx) => decideFile(tx, fileId, decision, by))
        await source.work()
      }
      return source.file(fileId)
    }
    expect(await decided(['confirm'])).toMatchObject({ state: 'done', absent: 13 })
    expect(await decided(['reject', 'replay'])).toMatchObject({ state: 'held', absent: 0, alarm: { now: 11 } })
    expect(await decided(['cancel', 'replay'])).toMatchObject({ state: 'held', absent: 0, alarm: { now: 11 } })
  })

  it('is no alarm where there were only a few', async () => {
    const source = await open(snapshotLayout({}))
    await send(source, many(4))
    expect(await send(source, many(1))).toMatchObject({ state: 'done', absent: 3 })
  })
})
