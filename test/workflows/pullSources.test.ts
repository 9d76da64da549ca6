import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEhrSource } from '../../db/queries/ehrSources.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { pullSourcesWorkflow } from '../../workflows/names.ts'
import { appointment, patient } from '../api/ehr/postedEhr.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { type FhirServer, startFhirServer } from '../support/fhirServer.ts'

let engine: Engine
let server: FhirServer
beforeAll(async () => {
  engine = await startEngine()
  server = await startFhirServer()
})
afterAll(async () => {
  await server?.stop()
  await engine?.stop()
})

const addSource = (baseUrl: string) =>
  engine.database.inOrganization(engine.organizationId, (tx) => {
    const settings = sourceSettingsSchema.parse({ pull: { baseUrl } })
    const by = { now: engine.now(), who: { userId: null, apiKeyId: null } }
    return createEhrSource(tx, { name: 'EHR', kind: 'fhir', status: 'active', settings }, engine.encryption, by)
  })

/** A turn, as the Schedule starts it. */
async function turn(workflowId: string) {
  const handle = await engine.client.workflow.start(pullSourcesWorkflow, { workflowId, taskQueue: engine.taskQueue })
  await handle.result()
  return handle.fetchHistory()
}

describe('a turn of the Schedule', () => {
  it('fetches from every source that is due, and keeps ids and codes only', async () => {
    await server.put(patient())
    // No part of any random id.
    await server.put(appointment({ id: 'visit-of-quill' }))
    const well = await addSource(server.baseUrl)
    const gone = await addSource('http://127.0.0.1:9/fhir')
    const { events } = await turn(`pull-1-${engine.taskQueue}`)
    const rows = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ id: string; code: string | null }>(
        `select id, pull_error->>'code' as code from ehr_source order by created_at, id`,
      ),
    )
    expect(new Map(rows.map(({ id, code }) => [id, code]))).toEqual(
      new Map([
        [well.id, null],
        [gone.id, 'unreachable'],
      ]),
    )
    const results = events?.flatMap((event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? [])
    expect(results?.map(({ data }) => Buffer.from(data ?? []).toString()).sort()).toEqual(['"failed"', '"pulled"'])
    expect(JSON.stringify(events)).not.toMatch(/127\.0\.0\.1|Zephyrine|quill/i)
    const events2 = (await turn(`pull-2-${engine.taskQueue}`)).events
    // With nothing due it costs a handful of events a minute.
    expect(events2?.length).toBeLessThanOrEqual(7)
  })
})

describe('a worker that stops', () => {
  it('leaves a pull at once, and the next one goes on with it', async () => {
    await server.put(appointment({ id: 'a-2' }))
    const { id } = await addSource(server.baseUrl)
    const asked = new Promise<void>((resolve) => {
      server.interfere(({ url }, res) => {
        if (!url.pathname.endsWith('/Appointment')) return undefined
        resolve()
        // Says so much, and no more for a minute.
        res.writeHead(200, { 'content-type': 'application/fhir+json' }).write('{')
        return 'keptWaiting'
      })
    })
    const running = turn(`pull-3-${engine.taskQueue}`)
    await asked
    await engine.stopWorkers()
    const types = () =>
      engine.database.inOrganization(engine.organizationId, async (tx) => {
        const rows = await tx.query<{ type: string }>(
          'select resource_type as type from ehr_pull where source_id = $1 order by 1',
          [id],
        )
        return rows.map(({ type }) => type)
      })
    expect(await types()).toEqual(['Location', 'Patient', 'Practitioner'])
    server.interfere(() => undefined)
    await engine.startWorkers()
    await running
    await turn(`pull-4-${engine.taskQueue}`)
    expect(await types()).toEqual(['Appointment', 'Location', 'Patient', 'Practitioner'])
  })
})
