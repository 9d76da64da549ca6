import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { isDeadlock, isOurMistake, isOutage } from '../../../db/queries/inbound/failure.ts'
import { asAdmin } from '../../support/database.ts'
import { type Ehr, openEhr, patient } from './postedEhr.ts'

let ehr: Ehr
beforeAll(async () => {
  ehr = await openEhr()
})
afterAll(() => ehr.drop())

describe('what can fail while a message is stored', () => {
  const error = (code: string | undefined, message = 'x') =>
    Object.assign(new Error(message), code === undefined ? {} : { code })
  it.each([
    ['a deadlock', error('40P01'), 'deadlock'],
    ['a connection that was ended', error('57P01'), 'outage'],
    ['too many connections', error('53300'), 'outage'],
    ['a refused connection', error('ECONNREFUSED'), 'outage'],
    ['a connection lost under way', error(undefined, 'Connection terminated unexpectedly'), 'outage'],
    ['no connection free in time', error(undefined, 'timeout exceeded when trying to connect'), 'outage'],
    ['a value that a table refuses', error('23514'), 'mistake'],
    ['a bug', new TypeError('x is not a function'), 'mistake'],
  ])('%s is told apart (%#)', (_what, thrown, expected) => {
    const kinds = { deadlock: isDeadlock(thrown), outage: isOutage(thrown), mistake: isOurMistake(thrown) }
    expect(
      Object.entries(kinds)
        .filter(([, is]) => is)
        .map(([kind]) => kind),
    ).toEqual([expected])
  })

  it('a mistake of ours is a 500; the message is kept as it came, nothing else of it, and the server goes on', async () => {
    await asAdmin(ehr.url, (client) =>
      client.query(`alter table patient add constraint mistake check (last_name <> 'Quill')`),
    )
    const answer = await ehr.post(patient())
    expect([answer.status, answer.body.resourceType]).toEqual([500, 'OperationOutcome'])
    expect(JSON.stringify(answer.body)).not.toContain('Quill')
    expect(await ehr.rows('select outcome, records from inbound_message')).toEqual([
      { outcome: 'received', records: 0 },
    ])
    expect(await ehr.rows('select 1 from patient')).toEqual([])
    expect((await ehr.post(patient({ id: 'p-2', name: [{ family: 'Reed', given: ['Ann'] }] }))).status).toBe(201)
  })
})
