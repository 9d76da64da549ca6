import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import proto from '@temporalio/proto'
import { Worker } from '@temporalio/worker'
import { workflowBundle } from '../support/workflowBundle.ts'

const folder = new URL('../histories/', import.meta.url)
const histories = readdirSync(folder).flatMap((release) =>
  readdirSync(new URL(`${release}/`, folder)).map((file) => [release, file] as const),
)

/** Sleepers of every release wake up in this one: what they have lived through must still be how it would have gone. */
describe('histories of earlier releases', () => {
  it('are there', () => {
    expect(histories.length).toBeGreaterThan(0)
  })

  it.each(histories)('of %s: %s is replayed', async (release, file) => {
    const history = proto.temporal.api.history.v1.History.decode(readFileSync(new URL(`${release}/${file}`, folder)))
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, `appointment/${file}`)
  })
})
