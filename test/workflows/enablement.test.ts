import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Tx } from '../../db/orm.ts'
import { switchActionType, switchResourceKind } from '../../db/queries/enablement.ts'
import { readCareEventFacts, readConfiguration } from '../../db/queries/facts.ts'
import { type PracticeResource, updateResource } from '../../db/queries/practiceResources.ts'
import { dayMs, hourMs, type Instant } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'

const daySeconds = dayMs / 1_000

describe('what is switched off while a workflow sleeps', () => {
  let engine: Engine
  let practice: Practice
  let visits = 0
  beforeAll(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
    await practice.action({ skippedRules: [...everyRule] })
  })
  afterAll(() => engine.stop())
  // A workflow's virtual time begins with the machine's, whatever the one before went through.
  beforeEach(() => engine.setClock(Date.now()))

  /** A visit whose workflow sleeps, held in the test's hands. */
  const book = async (start: Instant) => {
    visits += 1
    const id = await practice.book(`visit-${visits}`, start)
    engine.hold(id)
    await engine.relay()
    return id
  }
  const ledgerOf = async (careEventId: string) =>
    (await practice.ledger()).filter(({ occurrence_key }) => occurrence_key.startsWith(careEventId))

  const by = () => ({ now: engine.now(), who: { userId: null, apiKeyId: null } })
  const change = (work: (tx: Tx) => Promise<unknown>) =>
    engine.database.inOrganization(engine.organizationId, work).then(() => engine.relay())
  const verdictOf = (careEventId: string) =>
    engine.database.inOrganization(engine.organizationId, async (tx) => {
      const { actions, organization } = await readConfiguration(tx)
      const reading = await readCareEventFacts(tx, careEventId)
      const [verdict] = plan(reading!.careEvent, actions, organization, reading!.decided, engine.now())
      return `${verdict?.verdict} ${verdict?.reason}`
    })
  const resource =
    (table: PracticeResource) =>
    (on: boolean) =>
    async (tx: Tx): Promise<unknown> => {
      const rows = await tx.query<{ id: string }>(`select id from ${table}`)
      return Promise.all(rows.map(({ id }) => updateResource(tx, table, id, { enabled: on }, by())))
    }

  const cases: [what: string, turn: (on: boolean) => (tx: Tx) => Promise<unknown>, verdict: string][] = [
    ['the facility', resource('facility'), 'skipped facilityDisabled'],
    ['the only provider', resource('provider'), 'skipped providerDisabled'],
    ['the appointment type', resource('appointment_type'), 'skipped appointmentTypeDisabled'],
    ['all facilities', (on) => (tx) => switchResourceKind(tx, 'facility', on, by()), 'skipped resourceKindDisabled'],
    ['the type of action', (on) => (tx) => switchActionType(tx, 'appointment', on, by()), 'skipped typeDisabled'],
  ]

  it.each(cases)('%s: nothing is sent, and the verdict says so', async (_what, turn, verdict) => {
    const id = await book(engine.inDays(3))
    await engine.advance(id, daySeconds)
    await change(turn(false))
    expect(await verdictOf(id)).toBe(verdict)
    await engine.advance(id, 3 * daySeconds)
    await engine.workflow(id).result()
    expect(await ledgerOf(id)).toEqual([])
    await change(turn(true))
  })

  it.each(cases)('%s, and switched on again before the time: it is sent, once and in time', async (_what, turn) => {
    const start = engine.inDays(3)
    const id = await book(start)
    await engine.advance(id, daySeconds)
    await change(turn(false))
    await engine.advance(id, daySeconds)
    await change(turn(true))
    expect(await verdictOf(id)).toBe('planned null')
    await engine.advance(id, 2 * daySeconds)
    const sent = (await ledgerOf(id)).map(({ status, sent_at }) => ({ status, at: sent_at?.getTime() ?? 0 }))
    expect(sent).toEqual([{ status: 'delivered', at: expect.any(Number) }])
    expect(Math.abs((sent[0]?.at ?? 0) - (start - hourMs))).toBeLessThan(hourMs / 12)
  })

  it.each(cases)('%s was off when the visit was booked, and is switched on: it is sent', async (_what, turn) => {
    await change(turn(false))
    const id = await practice.book(`visit-${++visits}`, engine.inDays(2))
    await engine.relay()
    await change(turn(true))
    await engine.workflow(id).result()
    expect((await ledgerOf(id)).map(({ status }) => status)).toEqual(['delivered'])
  })

  it('a facility switched on after its messages were due sends none of them', async () => {
    const id = await book(engine.inDays(2))
    await change(resource('facility')(false))
    await engine.advance(id, 3 * daySeconds)
    await change(resource('facility')(true))
    expect((await ledgerOf(id)).filter(({ sent_at }) => sent_at !== null)).toEqual([])
  })
})
