import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import type { Tx } from '../../db/orm.ts'
import { listCatchUps } from '../../db/queries/catchUpProgress.ts'
import { startCatchUp } from '../../db/queries/catchUps.ts'
import { careEventWorkflowId } from '../../workflows/names.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyRule, type Practice, quill, startPractice } from '../support/practice.ts'

/** Where it is noon when the test begins: workflows keep the server's clock, and no midnight may fall into a test. */
const hoursFromNoon = new Date().getUTCHours() - 12
const zone = `Etc/GMT${hoursFromNoon < 0 ? '' : '+'}${hoursFromNoon}`

describe('seven overdue recalls, three a day', () => {
  let engine: Engine
  let practice: Practice
  let recalls: string[]
  beforeEach(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
    await inOrganization(async (tx) => {
      await tx.query('update facility set time_zone = $1', [zone])
      await tx.query('update organization set time_zone = $1', [zone])
    })
    for (let n = 1; n <= 7; n += 1) await post(n)
    const rows = await inOrganization((tx) =>
      tx.query<{ id: string }>(`select id from care_event where kind = 'recall' order by due_date`),
    )
    recalls = rows.map(({ id }) => id)
  })
  afterEach(() => engine.stop())

  const inOrganization = <T>(work: (tx: Tx) => Promise<T>) =>
    engine.database.inOrganization(engine.organizationId, work)
  const daysAgo = (days: number) => DateTime.fromMillis(engine.now(), { zone }).minus({ days }).toISODate() ?? ''
  const post = async (n: number, status = 'active') => {
    const telecom = [{ ...quill.telecom[0], value: `+1555555011${n}` }]
    await practice.post({ ...quill, id: `patient-${n}`, telecom })
    await practice.post({
      resourceType: 'ServiceRequest',
      id: `recall-${n}`,
      status,
      intent: 'plan',
      subject: { reference: `Patient/patient-${n}` },
      code: { coding: [{ code: 'CLEANING', display: 'Cleaning' }] },
      locationReference: [{ reference: 'Location/main' }],
      occurrenceDateTime: daysAgo(40 - n),
    })
  }
  const start = (actionId: string) =>
    inOrganization((tx) =>
      startCatchUp(
        tx,
        actionId,
        { overdueDays: 60, perDay: 3 },
        { now: engine.now(), who: { userId: null, apiKeyId: null } },
      ),
    )
  const progress = async (actionId: string) => {
    const [catchUp] = await inOrganization((tx) => listCatchUps(tx, actionId, engine.now()))
    return catchUp
  }
  const workflow = (careEventId: string) =>
    engine.client.workflow.getHandle(
      careEventWorkflowId('recall', { organizationId: engine.organizationId, careEventId }),
    )
  const action = () =>
    practice.action({
      type: 'recall',
      // Around the clock, so that the day of the test has no say.
      category: 'care',
      skippedRules: [...everyRule],
      message: { body: 'Hi {{ patient.firstName }}, your visit is due' },
      timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'dueDate' },
    })
  const sentDays = () =>
    inOrganization((tx) =>
      tx.query<{ careEventId: string; day: string }>(
        `select care_event_id as "careEventId", (sent_at at time zone '${zone}')::date::text as day from delivery
         where status = 'delivered' order by sent_at, care_event_id`,
      ),
    )

  it('take three days, the oldest first, each once', async () => {
    const actionId = await action()
    await engine.relay()
    expect(await sentDays()).toEqual([])
    const { firstDay } = await start(actionId)
    expect(await progress(actionId)).toMatchObject({ state: 'running', sent: 0 })
    await engine.relay()
    expect(await progress(actionId)).toMatchObject({ state: 'running', waiting: 7 })
    for (const id of recalls) await workflow(id).result()
    expect(await progress(actionId)).toMatchObject({ state: 'done', sent: 7, waiting: 0 })
    const sent = await sentDays()
    const on = (days: number) => DateTime.fromISO(firstDay).plus({ days }).toISODate()
    expect(sent.map(({ day }) => day)).toEqual([on(0), on(0), on(0), on(1), on(1), on(1), on(2)])
    const dayOf = new Map(sent.map(({ careEventId, day }) => [careEventId, day]))
    expect(recalls.map((id) => dayOf.get(id))).toEqual([on(0), on(0), on(0), on(1), on(1), on(1), on(2)])
    expect(await practice.phone()).toHaveLength(7)
  })

  it('one that is closed by the EHR meanwhile is not told', async () => {
    const actionId = await action()
    await start(actionId)
    await post(2, 'completed')
    await engine.relay()
    for (const id of recalls) if (id !== recalls[1]) await workflow(id).result()
    expect(await practice.phone()).toHaveLength(6)
    expect(await progress(actionId)).toMatchObject({ state: 'done', recalls: 7, sent: 6, waiting: 0 })
  })
})
