import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEhrSource, type EhrSourceKind } from '../../db/queries/ehrSources.ts'
import { ensureSchedules, scheduleId } from '../../worker/schedules.ts'
import { type Engine, startEngine } from '../support/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(async () => {
  for (const id of ['pull-sources', 'watch-sources', 'revise-fulfilments', 'retention'])
    await engine.client.schedule.getHandle(scheduleId({ id }, engine.taskQueue)).delete()
  await engine.stop()
})
const pulls = () => scheduleId({ id: 'pull-sources' }, engine.taskQueue)

async function source(kind: EhrSourceKind, nextPullAt: number): Promise<string> {
  return engine.database.inOrganization(engine.organizationId, async (tx) => {
    const by = { now: engine.now(), who: { userId: null, apiKeyId: null } }
    const { id } = await createEhrSource(tx, { name: kind, kind, status: 'active' }, engine.encryption, by)
    await tx.query('update ehr_source set next_pull_at = $2 where id = $1', [id, new Date(nextPullAt)])
    return id
  })
}

/** Waits until the Schedule has started that many turns and they ended. */
async function turns(count: number, schedule = pulls()): Promise<void> {
  for (;;) {
    const { info } = await engine.client.schedule.getHandle(schedule).describe()
    const started = info.recentActions.flatMap(({ action }) => action.workflow.workflowId)
    if (started.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      continue
    }
    for (const id of started) await engine.client.workflow.getHandle(id).result()
    return
  }
}

describe('the fixed Schedules', () => {
  it('are made once, however many workers start, and fetch from what is due', async () => {
    await ensureSchedules(engine.client, engine.taskQueue)
    await Promise.all([1, 2].map(() => ensureSchedules(engine.client, engine.taskQueue)))
    const due = await source('hl7v2', engine.now() - 1_000)
    const later = await source('hl7v2', engine.now() + 3_600_000)
    const handle = engine.client.schedule.getHandle(pulls())
    await handle.trigger()
    await turns(1)
    const rows = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query('select id, pull_error, pull_failures, pull_lease from ehr_source order by created_at'),
    )
    const message = 'Nothing is fetched from a source of this kind.'
    expect(rows).toEqual([
      { id: due, pull_error: { code: 'notFetched', message }, pull_failures: 1, pull_lease: null },
      { id: later, pull_error: null, pull_failures: 0, pull_lease: null },
    ])
    const { policies, spec } = await handle.describe()
    expect([policies.overlap, spec.intervals?.[0]?.every]).toEqual(['SKIP', 60_000])
  })

  it.each(['watch-sources', 'revise-fulfilments', 'retention'])('%s runs without an error', async (id) => {
    const schedule = scheduleId({ id }, engine.taskQueue)
    await engine.client.schedule.getHandle(schedule).trigger()
    await turns(1, schedule)
  })

  it('that operators paused stay so', async () => {
    const handle = engine.client.schedule.getHandle(pulls())
    await handle.pause('maintenance')
    await ensureSchedules(engine.client, engine.taskQueue)
    expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'maintenance' })
    await handle.unpause()
  })
})
