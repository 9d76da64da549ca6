import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEhrSource, type EhrSourceKind } from '../../db/queries/ehrSources.ts'
import { ensureSchedules, scheduleId } from '../../worker/schedules.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { settled } from '../support/settled.ts'

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

/**
 * Has a Schedule take one turn, and waits until it ended. It is paused meanwhile, and a turn that its minute brought is
 * waited for first: one under way would have ours left out.
 */
async function turn(schedule = pulls()): Promise<void> {
  const handle = engine.client.schedule.getHandle(schedule)
  await handle.pause('a test takes its turns')
  const before = await ended(schedule)
  await handle.trigger()
  await settled(async () => (await started(schedule)).length > before)
  await ended(schedule)
  await handle.unpause()
}

async function started(schedule: string): Promise<string[]> {
  const { info } = await engine.client.schedule.getHandle(schedule).describe()
  return info.recentActions.map(({ action }) => action.workflow.workflowId)
}

/** Waits for the end of all turns that were started; how many they are. */
async function ended(schedule: string): Promise<number> {
  const ids = await started(schedule)
  for (const id of ids) await engine.client.workflow.getHandle(id).result()
  return ids.length
}

describe('the fixed Schedules', () => {
  it('are made once, however many workers start, and fetch from what is due', async () => {
    await ensureSchedules(engine.client, engine.taskQueue)
    await Promise.all([1, 2].map(() => ensureSchedules(engine.client, engine.taskQueue)))
    const due = await source('hl7v2', engine.now() - 1_000)
    const later = await source('hl7v2', engine.now() + 3_600_000)
    await turn()
    const rows = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query('select id, pull_error, pull_failures, pull_lease from ehr_source order by created_at'),
    )
    const message = 'Nothing is fetched from a source of this kind.'
    expect(rows).toEqual([
      { id: due, pull_error: { code: 'notFetched', message }, pull_failures: 1, pull_lease: null },
      { id: later, pull_error: null, pull_failures: 0, pull_lease: null },
    ])
    const { policies, spec } = await engine.client.schedule.getHandle(pulls()).describe()
    expect([policies.overlap, spec.intervals?.[0]?.every]).toEqual(['SKIP', 60_000])
  })

  it.each(['watch-sources', 'revise-fulfilments', 'retention'])('%s runs without an error', async (id) => {
    await turn(scheduleId({ id }, engine.taskQueue))
  })

  it('that operators paused stay so', async () => {
    const handle = engine.client.schedule.getHandle(pulls())
    await handle.pause('maintenance')
    await ensureSchedules(engine.client, engine.taskQueue)
    expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'maintenance' })
    await handle.unpause()
  })
})
