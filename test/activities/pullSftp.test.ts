import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { hourMs, minuteMs } from '../../domain/instant.ts'
import { reminder } from '../support/api.ts'
import { appointmentFile, appointmentLine } from '../support/csvFiles.ts'
import { monday, openSftpPractice, type SftpPractice } from './sftpPractice.ts'

let practice: SftpPractice
beforeEach(async () => {
  practice = await openSftpPractice()
})
afterEach(() => practice.stop())

const names = async () => (await practice.files()).map(({ name }) => name)
const events = async () =>
  (await practice.rows<{ id: string }>('select external_id as id from care_event order by 1')).map(({ id }) => id)

describe('files on an SFTP server', () => {
  it('become care events and planned messages, once', async () => {
    await practice.database.inOrganization(practice.organizationId, (tx) =>
      createCustomAction(tx, actionDefinitionSchema.parse(reminder), {
        ...{ now: monday, who: { userId: null, apiKeyId: null } },
      }),
    )
    practice.put('visits.csv', 'a-1')
    expect(await practice.turn()).toBe('pulled')
    expect(await names()).toEqual([])
    expect(Date.parse((await practice.view()).pull?.nextAt ?? '')).toBeLessThanOrEqual(monday + minuteMs)
    practice.later(1)
    expect(await practice.turn()).toBe('pulled')
    await practice.work()
    expect(await practice.files()).toEqual([{ name: 'visits.csv', state: 'done' }])
    expect(await events()).toEqual(['a-1'])
    // 9:30 in New York, and an hour before.
    const visit = Date.UTC(2026, 10, 12, 14, 30)
    expect(await practice.rows('select due_at from planned_message')).toEqual([{ due_at: new Date(visit - hourMs) }])

    practice.later(15)
    expect(await practice.turn()).toBe('pulled')
    expect(practice.server.opened).toEqual(['/outbox/visits.csv'])
    expect(practice.server.paths()).toEqual(['/outbox/visits.csv'])
  })

  it('are taken oldest first, whatever they are called', async () => {
    const order = Array.from({ length: 30 }, (_, index) => `${(index * 7) % 30}.csv`)
    for (const [index, name] of order.entries()) practice.put(name, `a-${name}`, { minutes: index })
    await practice.twoTurns()
    expect(await names()).toEqual(order)
  })

  it('that grow are waited for', async () => {
    practice.put('visits.csv', 'a-1')
    await practice.turn()
    practice.later(1)
    const longer = appointmentFile([appointmentLine('a-1'), appointmentLine('a-2')])
    practice.server.put('/outbox/visits.csv', longer, monday - hourMs + 1_000)
    expect(await practice.turn()).toBe('pulled')
    expect(await names()).toEqual([])
    practice.later(1)
    await practice.turn()
    await practice.work()
    expect(await events()).toEqual(['a-1', 'a-2'])
  })

  it('that are written to while they are read are not stored, and waited for', async () => {
    practice.put('visits.csv', 'a-1')
    practice.server.onRead = () => practice.put('visits.csv', 'a-2', { minutes: 1 })
    expect(await practice.twoTurns()).toEqual(['pulled', 'pulled'])
    expect(await practice.rows('select state from ehr_file')).toEqual([])
    practice.server.onRead = () => undefined
    practice.later(15)
    await practice.twoTurns()
    await practice.work()
    expect(await events()).toEqual(['a-2'])
  })

  it('that are gone when it is their turn stop no other', async () => {
    for (const [index, name] of ['1.csv', '2.csv', '3.csv'].entries()) practice.put(name, name, { minutes: index })
    practice.server.onRead = () => practice.server.files.delete('/outbox/2.csv')
    expect(await practice.twoTurns()).toEqual(['pulled', 'pulled'])
    expect(await names()).toEqual(['1.csv', '3.csv'])
    expect(await practice.failure()).toEqual({ code: null, failures: 0 })
  })

  it('that cannot be had stop no other, and are told of', async () => {
    practice.server.put('/outbox/1.csv', { size: 600 * 1024 ** 2 }, monday - hourMs)
    practice.put('2.csv')
    expect(await practice.twoTurns()).toEqual(['failed', 'failed'])
    expect(await names()).toEqual(['2.csv'])
    expect(await practice.failure()).toEqual({ code: 'sftpFileTooLarge', failures: 2 })
    practice.server.put('/outbox/1.csv', 'x', monday, { forbidden: true })
    practice.later(15)
    expect(await practice.twoTurns()).toEqual(['pulled', 'failed'])
    expect(await practice.failure()).toEqual({ code: 'sftpFileRefused', failures: 1 })
  })

  it('that the layouts cannot read stay where they are until the source is edited', async () => {
    await practice.edit({ afterwards: { action: 'delete' } }, { layouts: [] })
    practice.put('visits.csv', 'a-1')
    await practice.twoTurns()
    expect(await practice.files()).toEqual([{ name: 'visits.csv', state: 'refused' }])
    practice.later(15)
    await practice.turn()
    expect([practice.server.paths(), await names()]).toEqual([['/outbox/visits.csv'], ['visits.csv']])
    await practice.edit({ afterwards: { action: 'delete' } })
    await practice.turn()
    await practice.work()
    expect([practice.server.paths(), await events()]).toEqual([[], ['a-1']])
  })
})

describe('an SFTP server', () => {
  const large = appointmentFile(Array.from({ length: 4_000 }, (_, index) => appointmentLine(`b-${index}`)))

  it('that dies in the middle of a file leaves nothing half stored; once it is back, nothing comes twice', async () => {
    practice.put('1.csv', 'a-1')
    practice.server.put('/outbox/2.csv', large, monday - hourMs + minuteMs)
    practice.put('3.csv', 'a-3', { minutes: 2 })
    await practice.turn()
    practice.later(1)
    practice.server.diesAfterBytes = 200_000
    expect(await practice.turn()).toBe('failed')
    expect(await practice.failure()).toEqual({ code: 'sftpConnectionLost', failures: 1 })
    expect(await practice.files()).toEqual([{ name: '1.csv', state: 'waiting' }])
    expect(await practice.rows('select 1 from ehr_file_chunk')).toHaveLength(1)
    expect(await practice.turn()).toBe('taken')

    practice.server.diesAfterBytes = null
    practice.later(1)
    expect(await practice.turn()).toBe('pulled')
    expect(await practice.failure()).toEqual({ code: null, failures: 0 })
    expect(await names()).toEqual(['1.csv', '2.csv', '3.csv'])
    expect(practice.server.opened).toEqual(['/outbox/1.csv', '/outbox/2.csv', '/outbox/2.csv', '/outbox/3.csv'])
  })

  it('is asked later and later while it fails', async () => {
    practice.put('visits.csv')
    practice.server.password = 'another'
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect(await practice.turn()).toBe('failed')
      const wait = Date.parse((await practice.view()).pull?.nextAt ?? '') - practice.clock()
      waits.push(wait / minuteMs)
      practice.later(wait / minuteMs)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(await practice.failure()).toEqual({ code: 'sftpLoginRefused', failures: 8 })
    await practice.edit({}, { credentials: 'another' })
    expect(await practice.turn()).toBe('pulled')
    expect(await practice.failure()).toEqual({ code: null, failures: 0 })
  })

  it.each<[what: string, code: string, hostKeyFingerprint: string | null]>([
    ['with a key that nobody confirmed', 'sftpHostKeyUnconfirmed', null],
    ['with another key than the confirmed one', 'sftpHostKeyDiffers', `SHA256:${'A'.repeat(43)}`],
  ])('%s gets no password, and its files stay there', async (_what, code, hostKeyFingerprint) => {
    practice.put('visits.csv')
    await practice.edit({ hostKeyFingerprint })
    expect(await practice.turn()).toBe('failed')
    expect(await practice.failure()).toEqual({ code, failures: 1 })
    expect((await practice.view()).pull?.lastError?.message).toContain(practice.server.fingerprint)
    expect(practice.server.passwordsSeen).toEqual([])
  })

  it('is gone on with in the next turn when there is more than fits into one', async () => {
    for (const [index, name] of ['1.csv', '2.csv', '3.csv'].entries()) practice.put(name, name, { minutes: index })
    practice.server.onRead = (path) => {
      if (path.endsWith('2.csv')) practice.later(1)
    }
    await practice.twoTurns()
    expect(await names()).toEqual(['1.csv', '2.csv'])
    expect(await practice.turn()).toBe('pulled')
    expect(await names()).toEqual(['1.csv', '2.csv', '3.csv'])
  })

  it('is let go of at once when the program stops, and gone on with by the next', async () => {
    practice.server.put('/outbox/1.csv', large, monday - hourMs)
    await practice.turn()
    practice.later(1)
    const stop = new AbortController()
    practice.server.onRead = () => stop.abort()
    expect(await practice.turn(stop.signal)).toBe('stopped')
    expect(await practice.rows('select 1 from ehr_file')).toEqual([])
    practice.server.onRead = () => undefined
    expect(await practice.turn()).toBe('pulled')
    expect(await names()).toEqual(['1.csv'])
  })
})

describe('what becomes of a file that is stored', () => {
  it.each<[what: string, afterwards: object, left: string[]]>([
    ['it is left', { action: 'leave' }, ['/outbox/visits.csv']],
    ['it is moved', { action: 'move', folder: 'done' }, ['/outbox/done/visits.csv']],
    ['it is moved to elsewhere', { action: 'move', folder: '/done' }, ['/done/visits.csv']],
    ['it is deleted', { action: 'delete' }, []],
  ])('%s', async (_what, afterwards, left) => {
    await practice.edit({ afterwards })
    practice.put('visits.csv')
    await practice.twoTurns()
    expect([await names(), practice.server.paths()]).toEqual([['visits.csv'], left])
  })

  it('it is moved later when the server does not let us now, and not fetched again', async () => {
    await practice.edit({ afterwards: { action: 'move', folder: 'done' } })
    practice.put('visits.csv')
    practice.server.refusesMoves = true
    expect(await practice.twoTurns()).toEqual(['pulled', 'failed'])
    expect(await practice.failure()).toEqual({ code: 'sftpCannotMove', failures: 1 })
    practice.server.refusesMoves = false
    practice.later(15)
    expect(await practice.turn()).toBe('pulled')
    expect(practice.server.paths()).toEqual(['/outbox/done/visits.csv'])
    expect(practice.server.opened).toHaveLength(1)
  })

  it('it gets another name beside one of the same name, and every day its own file', async () => {
    await practice.edit({ afterwards: { action: 'move', folder: 'done' } })
    for (const day of [0, 1]) {
      practice.put('visits.csv', `a-${day}`, { minutes: day * 1_440 })
      await practice.twoTurns()
      practice.later(1_438)
    }
    expect(practice.server.paths()).toEqual(['/outbox/done/visits-20261110140000.csv', '/outbox/done/visits.csv'])
    await practice.work()
    expect(await events()).toEqual(['a-0', 'a-1'])
  })
})
