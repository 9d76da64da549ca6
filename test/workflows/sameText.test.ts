import { describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { begin } from '../../activities/begin.ts'
import { recordProviderReport } from '../../db/providerReport.ts'
import { hourMs, type Instant } from '../../domain/instant.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { holdPatients } from '../support/heldPatients.ts'
import { everyRule, type Practice, quill } from '../support/practice.ts'

const family = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn']
const member = (id: string, more: object[] = []) => ({
  ...quill,
  id,
  name: [{ family: 'Quill', given: [id] }],
  telecom: [...quill.telecom, ...more],
})

describe('a family with one phone', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  const threeDaysOn = DateTime.now().setZone('America/New_York').startOf('day').plus({ days: 3 })
  /** 10:00 in New York, three days from when the tests began. */
  const start = (): Instant => threeDaysOn.set({ hour: 10 }).toMillis()
  const save = (body: string) => practice.action({ skippedRules: [...everyRule], message: { body } })
  const visitsOf = async (names: string[], more: object[] = []) => {
    const ids: string[] = []
    for (const name of names) {
      await practice.post(member(name, more))
      ids.push(await practice.book(name, start(), { patient: name }))
    }
    return ids
  }
  const rows = () =>
    engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{
        id: string
        status: string
        reason: string | null
        mergedInto: string | null
        channel: string
        attemptId: string | null
      }>(
        `select d.id, d.status, d.reason, d.merged_into as "mergedInto", d.channel,
           (select max(a.id::text) from attempt a where a.delivery_id = d.id) as "attemptId"
         from delivery d order by d.merged_into nulls first, d.created_at, d.id`,
      ),
    )
  const beginAll = (actionId: string, ids: string[], state = 'new', deliveryIds: (string | null)[] = []) =>
    Promise.all(
      ids.map((careEventId, n) =>
        begin(
          engine.activities,
          { organizationId: engine.organizationId, careEventId },
          { actionId, recipient: 'patient', deliveryId: deliveryIds[n] ?? null, state },
          start() - hourMs,
        ),
      ),
    )

  it('gets the same text once, and every delivery says what became of it', async () => {
    await save('Please bring your insurance card')
    const ids = await visitsOf(['ada', 'ben'])
    await engine.relay()
    for (const id of ids) await engine.workflow(id).result()
    expect((await practice.phone()).map(({ body }) => body)).toEqual(['Please bring your insurance card'])
    const [leader, follower] = await rows()
    expect(leader).toMatchObject({ status: 'delivered', mergedInto: null })
    expect(follower).toMatchObject({ status: 'delivered', mergedInto: leader?.id, attemptId: null })
  })

  it('gets each of them that says something else', async () => {
    await save('{{ patient.firstName }}, please bring your insurance card')
    for (const id of await visitsOf(['ada', 'ben'])) {
      await engine.relay()
      await engine.workflow(id).result()
    }
    expect(await practice.phone()).toHaveLength(2)
  })

  it('has one call and five followers when all six claim at once', async () => {
    const actionId = await save('Please bring your insurance card')
    const ids = await visitsOf(family)
    const patients = await holdPatients(engine.url)
    const beginning = beginAll(actionId, ids)
    await patients.waiting(ids.length)
    await patients.release()
    const begun = await beginning
    expect(begun.filter(({ call }) => call !== null)).toHaveLength(1)
    const [leader, ...followers] = await rows()
    expect(followers.map(({ status, mergedInto }) => [status, mergedInto])).toEqual(
      family.slice(1).map(() => ['sending', leader?.id]),
    )
  })

  it('follows the provider: sent, then arrived', async () => {
    const actionId = await save('Please bring your insurance card')
    await beginAll(actionId, await visitsOf(['ada', 'ben']))
    const [leader] = await rows()
    const report = (status: 'sent' | 'delivered') =>
      recordProviderReport(engine, {
        attemptId: leader?.attemptId ?? '',
        providerId: 'p',
        status,
        errorCode: null,
        failure: null,
        at: start(),
      })
    await report('sent')
    expect((await rows()).map(({ status }) => status)).toEqual(['sent', 'sent'])
    await report('delivered')
    expect((await rows()).map(({ status }) => status)).toEqual(['delivered', 'delivered'])
  })

  it('decides anew when the number takes no text messages: the next channel is shared again', async () => {
    const actionId = await save('Please bring your insurance card')
    const [ada = '', ben = ''] = await visitsOf(['ada', 'ben'])
    await beginAll(actionId, [ada])
    await beginAll(actionId, [ben])
    const [leader, follower] = await rows()
    await recordProviderReport(engine, {
      attemptId: leader?.attemptId ?? '',
      providerId: 'p',
      status: 'undelivered',
      errorCode: '30006',
      failure: 'permanent',
      at: start() - hourMs,
    })
    expect((await rows()).map(({ status, mergedInto }) => [status, mergedInto])).toEqual([
      ['claimed', null],
      ['claimed', null],
    ])
    await beginAll(actionId, [ben], 'claimed:', [follower?.id ?? null])
    await beginAll(actionId, [ada], 'claimed:', [leader?.id ?? null])
    const after = new Map((await rows()).map((row) => [row.id, row]))
    expect(after.get(follower?.id ?? '')).toMatchObject({ status: 'sending', channel: 'voice', mergedInto: null })
    expect(after.get(leader?.id ?? '')).toMatchObject({ status: 'sending', channel: 'voice', mergedInto: follower?.id })
  })
})
