import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../../db/encryption.ts'
import { claimFile } from '../../../db/queries/inbound/files/claim.ts'
import { decideFile } from '../../../db/queries/inbound/files/decide.ts'
import { readEhrFile } from '../../../db/queries/inbound/files/views.ts'
import type { CsvLayoutInput } from '../../../domain/inbound/csv/settings.ts'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../../support/csvFiles.ts'
import { asAdmin, type FreshDatabase, freshDatabase } from '../../support/database.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
const monday = Date.UTC(2026, 10, 9, 15, 0)
const clock = { now: monday }
const encryption = createEncryption(generateEncryptionKey('test'))
let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => clock.now })
})
afterAll(() => fresh?.drop())
beforeEach(() => {
  clock.now += 60_000
})
const open = (layouts: Parameters<typeof csvSource>[1] = [appointmentLayout]) =>
  csvSource({ ...fresh, encryption, clock: () => clock.now }, layouts)

describe('a file of appointments', () => {
  it('is stored, then imported: patients, resources and appointments', async () => {
    const source = await open()
    const stored = await source.store(
      appointmentFile([appointmentLine('a-1'), appointmentLine('a-2', { Time: '13:15' })]),
    )
    expect(stored).toMatchObject({ outcome: 'waiting', reasons: [] })
    expect(await source.events()).toEqual({})
    expect(await source.work()).toEqual(['done'])
    expect(await source.file(stored.fileId)).toMatchObject({ state: 'done', rows: 2, applied: 2, rejected: 0 })
    expect(await source.events()).toEqual({ 'a-1': 'booked 2026-11-12T14:30', 'a-2': 'booked 2026-11-12T18:15' })
    const [patient] = await source.rows(
      `select p.first_name, p.birth_date, c.address, c.channel from patient p
         join contact_point c on c.patient_id = p.id where p.source_id = $1 and c.channel = 'sms'`,
      [source.id],
    )
    expect(patient).toEqual({
      first_name: 'Zephyrine',
      birth_date: '1980-02-03',
      address: '+15555550101',
      channel: 'sms',
    })
    const [provider] = await source.rows('select name from provider where source_id = $1', [source.id])
    expect(provider).toEqual({ name: 'Dr. Ada Strange' })
  })

  it('touches nothing when it comes again with nothing changed, and one thing when one changed', async () => {
    const source = await open()
    const lines = Array.from({ length: 5 }, (_, n) => appointmentLine(`n-${n}`, { Chart: `c-${n % 2}` }))
    await source.store(appointmentFile(lines))
    await source.work()
    await source.touched()
    clock.now += 1_000
    const again = await source.store(appointmentFile([...lines, '']))
    expect(again.outcome).toBe('waiting')
    await source.work()
    expect(await source.file(again.fileId)).toMatchObject({ state: 'done', applied: 0, unchanged: 5 })
    expect(await source.touched()).toEqual([])
    clock.now += 1_000
    await source.store(appointmentFile([...lines.slice(1), appointmentLine('n-0', { Chart: 'c-0', Time: '11:00 AM' })]))
    await source.work()
    expect(await source.touched()).toHaveLength(1)
  })

  it('is a repeat when it equals the last one, and none when another came in between', async () => {
    const source = await open()
    const [one, two] = [appointmentFile([appointmentLine('a-1')]), appointmentFile([appointmentLine('a-2')])]
    const first = await source.store(one)
    expect(await source.store(one)).toEqual({ fileId: first.fileId, outcome: 'repeat', reasons: [] })
    clock.now += 1_000
    expect((await source.store(two)).outcome).toBe('waiting')
    clock.now += 1_000
    expect((await source.store(one)).outcome).toBe('waiting')
  })

  it('does not undo what a newer file said, when it comes late', async () => {
    const source = await open()
    await source.store(appointmentFile([appointmentLine('a-1', { Time: '11:00 AM' })]))
    await source.work()
    const late = await source.store(appointmentFile([appointmentLine('a-1')]), { modifiedAt: clock.now - 3_600_000 })
    await source.work()
    expect(await source.file(late.fileId)).toMatchObject({ state: 'done', applied: 0, unchanged: 1 })
    expect(await source.events()).toEqual({ 'a-1': 'booked 2026-11-12T16:00' })
  })

  it('goes by the column that says when a row was changed, where there is one', async () => {
    const fields = { ...appointmentLayout.fields, version: { columns: ['Length'] } }
    const source = await open([{ ...appointmentLayout, fields }])
    await source.store(appointmentFile([appointmentLine('a-1', { Length: '2026-11-08 10:00' })]))
    await source.work()
    await source.store(appointmentFile([appointmentLine('a-1', { Length: '2026-11-08 09:00', Time: '11:00 AM' })]))
    await source.work()
    expect(await source.events()).toEqual({ 'a-1': 'booked 2026-11-12T14:30' })
  })

  it('goes by the file within a day, where that column says the day alone: off and on again the same day is on', async () => {
    const fields = { ...appointmentLayout.fields, version: { columns: ['Length'] } }
    const source = await open([{ ...appointmentLayout, fields }])
    const send = async (Status: string, Length: string) => {
      clock.now += 3_600_000
      await source.store(appointmentFile([appointmentLine('a-1', { Status, Length })]))
      await source.work()
      return Object.values(await source.events())[0]?.split(' ')[0]
    }
    expect(await send('Scheduled', '11/8/2026')).toBe('booked')
    expect(await send('Cancelled', '11/9/2026')).toBe('cancelled')
    expect(await send('Scheduled', '11/9/2026')).toBe('booked')
    expect(await send('Cancelled', '11/8/2026')).toBe('booked')
  })

  it('takes the first of two rows with one id, and rejects the second unless it says the same', async () => {
    const source = await open()
    const lines = [appointmentLine('a-1'), appointmentLine('a-1'), appointmentLine('a-1', { Time: '11:00 AM' })]
    const { fileId } = await source.store(appointmentFile(lines))
    await source.work({ batchRows: 2 })
    expect(await source.file(fileId)).toMatchObject({ rows: 3, applied: 1, unchanged: 1, rejected: 1 })
    expect(await source.rejects(fileId)).toMatchObject([
      { row: 4, reasons: [{ path: 'Appt Id', message: expect.stringContaining('the same id as row 2') }] },
    ])
    expect(await source.events()).toEqual({ 'a-1': 'booked 2026-11-12T14:30' })
  })

  it('takes a patient as the first row says, so that the same file has the same end every time', async () => {
    const source = await open()
    const lines = [appointmentLine('a-1', { First: 'Zephyrine' }), appointmentLine('a-2', { First: 'Zeph' })]
    await source.store(appointmentFile(lines))
    await source.work({ batchRows: 1 })
    await source.touched()
    clock.now += 1_000
    await source.store(appointmentFile([...lines, '']))
    await source.work({ batchRows: 1 })
    expect(await source.touched()).toEqual([])
    expect(await source.rows('select first_name from patient where source_id = $1', [source.id])).toEqual([
      { first_name: 'Zephyrine' },
    ])
  })

  it('rejects a row whose status nobody knows rather than book it', async () => {
    const source = await open()
    const { fileId } = await source.store(
      appointmentFile([appointmentLine('a-1', { Status: 'ZZ9' }), appointmentLine('a-2')]),
    )
    await source.work()
    expect(await source.rejects(fileId)).toMatchObject([{ row: 2, reasons: [{ path: 'Status' }] }])
    expect(Object.keys(await source.events())).toEqual(['a-2'])
  })

  it('is imported row by row when the database will not take one of them', async () => {
    const source = await open()
    await asAdmin(fresh.url, (client) =>
      client.query(`create function refuse() returns trigger language plpgsql as $$
        begin if new.external_id = 'poison' then raise exception 'no' using errcode = '22000'; end if; return new; end $$;
        create trigger refuse before insert on care_event for each row execute function refuse()`),
    )
    const lines = ['a-1', 'a-2', 'poison', 'a-3'].map((id) => appointmentLine(id))
    const { fileId } = await source.store(appointmentFile(lines))
    expect(await source.work()).toEqual(['done'])
    await asAdmin(fresh.url, (client) => client.query('drop trigger refuse on care_event; drop function refuse'))
    expect(await source.rejects(fileId)).toMatchObject([
      { row: 4, reasons: [{ message: 'could not be stored through no fault of the file (code 22000)' }] },
    ])
    expect(Object.keys(await source.events())).toEqual(['a-1', 'a-2', 'a-3'])
  })
})

describe('how a file is written', () => {
  const layout = { ...appointmentLayout, name: 'as it is' }
  const names = async (text: string | Buffer, more: Partial<CsvLayoutInput> = {}) => {
    const source = await open([{ ...layout, ...more }])
    const { fileId } = await source.store(text)
    await source.work()
    const rows = await source.rows<{ last_name: string }>('select last_name from patient where source_id = $1', [
      source.id,
    ])
    return {
      file: await source.file(fileId),
      names: rows.map((row) => row.last_name),
      rejects: await source.rejects(fileId),
    }
  }
  const text = appointmentFile([appointmentLine('a-1', { Last: 'Núñez' })])

  it.each<[string, Buffer, Partial<CsvLayoutInput>]>([
    ['UTF-8', Buffer.from(text), {}],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`), {}],
    [
      'UTF-8 with a byte order mark, whatever the layout says',
      Buffer.from(`\uFEFF${text}`),
      { encoding: 'windows-1252' },
    ],
    ['windows-1252', Buffer.from(text, 'latin1'), { encoding: 'windows-1252' }],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), {}],
    ['lines that end with LF', Buffer.from(text.replaceAll('\r\n', '\n')), {}],
    ['semicolons', Buffer.from(text.replaceAll(',', ';')), { delimiter: ';' }],
    ['single quotes', Buffer.from(text.replace('Núñez', `'Núñez'`)), { quote: "'" }],
  ])('is understood: %s', async (_what, body, more) => {
    expect(await names(body, more)).toMatchObject({ file: { state: 'done', rejected: 0 }, names: ['Núñez'] })
  })

  it('keeps quotes, commas and line breaks inside a quoted cell', async () => {
    const last = 'Quill, "Zeph"\r\nJr.'
    expect(await names(appointmentFile([appointmentLine('a-1', { Last: last })]))).toMatchObject({ names: [last] })
  })

  it('rejects rows with letters that are none in the encoding, and says which setting is amiss', async () => {
    const { names: taken, rejects } = await names(Buffer.from(text, 'latin1'))
    expect(taken).toEqual([])
    expect(rejects[0]?.reasons[0]).toMatchObject({ path: 'Last', message: expect.stringContaining('set the encoding') })
  })

  it('rejects a row with too many or too few cells alone', async () => {
    const lines = [appointmentLine('a-1'), `${appointmentLine('a-2')},more`, 'a-3,Scheduled', appointmentLine('a-4')]
    const { file, rejects } = await names(appointmentFile(lines))
    expect(file).toMatchObject({ rows: 4, rejected: 2 })
    expect(rejects.map(({ row }) => row)).toEqual([3, 4])
  })

  it('is refused as a whole, with the row, when a quote is never closed: nothing of it is applied', async () => {
    const { file, names: taken } = await names(appointmentFile([appointmentLine('a-1'), '"a-2,Scheduled']))
    expect(file).toMatchObject({
      state: 'refused',
      applied: 0,
      reasons: [{ message: expect.stringContaining('row 3 opens a quote') }],
    })
    expect(taken).toEqual([])
  })
})

describe('an import that is interrupted', () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, n) => appointmentLine(`k-${n}`, { Chart: `k-${n}` }))
  /** The database as a worker has it that dies before some transaction: nothing of it is heard again. */
  const dyingAfter = (transactions: number) => {
    const { database } = fresh
    let left = transactions
    let die: () => void = () => undefined
    const dead = new Promise<void>((resolve) => {
      die = resolve
    })
    const inOrganization: typeof database.inOrganization = (organizationId, work) => {
      left -= 1
      if (left >= 0) return database.inOrganization(organizationId, work)
      die()
      return new Promise(() => undefined)
    }
    return { database: { ...database, inOrganization }, dead }
  }

  it('goes on where it was with another worker, and nothing is applied twice', async () => {
    const source = await open()
    const { fileId } = await source.store(appointmentFile(lines(30)))
    const { database, dead } = dyingAfter(12)
    void source.work({ batchRows: 5, database })
    await dead
    const [half] = await source.rows<{ phase: string; position: number }>(
      'select phase, position from ehr_file where id = $1',
      [fileId],
    )
    expect(half?.phase).toBe('applying')
    expect([5, 10, 15, 20, 25]).toContain(half?.position)
    const early = await source.touched()
    expect(await source.work({ batchRows: 5 })).toEqual([])
    clock.now += 61_000
    expect(await source.work({ batchRows: 5 })).toEqual(['done'])
    expect(await source.file(fileId)).toMatchObject({ state: 'done', rows: 30, applied: 30, unchanged: 0 })
    expect(early.length + (await source.touched()).length).toBe(30)
  })

  it('ends as failed, with its reason, when a mistake of ours at the end of its reading comes every time', async () => {
    const [source, other] = [await open(), await open()]
    await asAdmin(fresh.url, (client) =>
      client.query(
        `alter table ehr_file add constraint mistake check (phase <> 'applying' or name <> 'cursed.csv') not valid`,
      ),
    )
    const { fileId } = await source.store(appointmentFile(lines(3)), { name: 'cursed.csv' })
    clock.now += 1_000
    const next = await source.store(appointmentFile(lines(4)))
    let turns = 0
    let outcomes: string[] = []
    while (turns < 30 && !outcomes.includes('failed')) {
      turns += 1
      outcomes = await source.work().catch(() => [])
      clock.now += 120_000
    }
    expect([turns, outcomes.includes('failed')]).toEqual([10, true])
    const view = await fresh.database.inOrganization(fresh.organizationId, (tx) => readEhrFile(tx, fileId))
    expect(view).toMatchObject({ state: 'failed', phase: 'reading', lastError: '23514', applied: 0 })
    await source.work()
    expect(await source.file(next.fileId)).toMatchObject({ state: 'done', applied: 4 })
    const others = await other.store(appointmentFile(lines(2)))
    await other.work()
    expect(await other.file(others.fileId)).toMatchObject({ state: 'done' })
    await asAdmin(fresh.url, (client) => client.query('alter table ehr_file drop constraint mistake'))
    const by = { now: clock.now, who: { userId: null, apiKeyId: null } }
    await fresh.database.inOrganization(fresh.organizationId, (tx) => decideFile(tx, fileId, 'replay', by))
    expect(await source.work()).toEqual(['done'])
  })

  it('is given back by a worker that is asked to stop', async () => {
    const source = await open()
    const { fileId } = await source.store(appointmentFile(lines(10)))
    let asked = 0
    expect(await source.work({ batchRows: 2, isStopping: () => ++asked > 2 })).toEqual(['released'])
    expect(await source.file(fileId)).toMatchObject({ state: 'running', rejected: 0 })
    expect(await source.work()).toEqual(['done'])
    expect(await source.file(fileId)).toMatchObject({ applied: 10 })
  })

  it('leaves a file of the same source that came later waiting, and takes those of others', async () => {
    const [one, other] = [await open(), await open()]
    const first = await one.store(appointmentFile(lines(4)))
    clock.now += 1_000
    const second = await one.store(appointmentFile(lines(3)))
    const others = await other.store(appointmentFile(lines(2)))
    const due = { organizationId: fresh.organizationId, id: first.fileId }
    expect(await claimFile(fresh.database, due, clock.now)).not.toBeNull()
    expect(await claimFile(fresh.database, { ...due, id: second.fileId }, clock.now)).toBeNull()
    expect(await claimFile(fresh.database, { ...due, id: others.fileId }, clock.now)).not.toBeNull()
  })

  it('leaves nothing of a file that never arrived whole', async () => {
    const source = await open()
    const broken = async function* () {
      yield Buffer.from(appointmentFile(lines(1)))
      throw new Error('the line went dead')
    }
    await expect(source.store('', { body: broken() })).rejects.toThrow('the line went dead')
    expect(await source.rows('select 1 from ehr_file where source_id = $1', [source.id])).toEqual([])
  })
})
