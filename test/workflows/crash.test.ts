import { describe, expect, it } from '@jest/globals'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { startDoomedWorker } from '../support/doomedWorker.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { everyRule, type Practice } from '../support/practice.ts'
import { settled } from '../support/settled.ts'

describe('a worker that is killed', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  it('loses nothing and repeats nothing: asleep, between claim and call, and between call and bookkeeping', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    await engine.stopWorkers()
    const doomed = await startDoomedWorker(engine)
    try {
      await doomed.said('working')
      const asleep = await practice.book('asleep', engine.now() + dayMs)
      engine.hold(asleep)
      const soon = engine.now() + hourMs + 2 * minuteMs
      const claimed = await practice.book('claimed', soon)
      await engine.relay()
      await doomed.said('before the call')
      // A minute later, because the same text to the same phone would be one message.
      const called = await practice.book('called', soon + minuteMs)
      await engine.relay()
      await doomed.said('after the call')
      await settled(async () => (await practice.ledger()).length === 2 && (await practice.phone()).length === 1)
      await doomed.kill()
      await engine.startWorkers()
      await engine.workflow(claimed).result()
      await engine.workflow(called).result()
      await engine.advance(asleep, 2 * (dayMs / 1_000))
      await engine.workflow(asleep).result()
    } finally {
      await doomed.kill()
    }
    expect(await practice.phone()).toHaveLength(3)
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
    const attempts = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ status: string }>('select status from attempt order by opened_at, number'),
    )
    expect(attempts.map(({ status }) => status).sort()).toEqual(['absent', 'delivered', 'delivered', 'delivered'])
  })
})
