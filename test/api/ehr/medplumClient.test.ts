import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MedplumClient } from '@medplum/core'
import { appointment, type Ehr, openEhr, patient } from './postedEhr.ts'

let ehr: Ehr
let server: Server
let client: MedplumClient
beforeAll(async () => {
  ehr = await openEhr()
  server = ehr.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = new MedplumClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fhirUrlPath: 'ehr/fhir',
    defaultHeaders: { 'X-Source-Id': ehr.source.id },
    accessToken: ehr.source.secret,
    fetch,
  })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await ehr.drop()
})
const events = () => ehr.rows('select external_id as id, status, deleted from care_event order by 1')

/** Nobody here wrote it: it posts as it would to any FHIR server. */
describe("Medplum's client", () => {
  it('creates, updates, sends a batch and deletes', async () => {
    await client.createResource(patient() as never)
    await client.updateResource(appointment() as never)
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: false }])
    await client.executeBatch({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        {
          resource: { ...appointment(), status: 'cancelled' } as never,
          request: { method: 'PUT', url: 'Appointment/a-1' },
        },
        { resource: appointment({ id: 'a-2' }) as never, request: { method: 'PUT', url: 'Appointment/a-2' } },
      ],
    })
    await client.deleteResource('Appointment', 'a-2')
    expect(await events()).toEqual([
      { id: 'a-1', status: 'cancelled', deleted: false },
      { id: 'a-2', status: 'booked', deleted: true },
    ])
  })

  it('is told why a resource is not taken', async () => {
    await expect(client.createResource({ ...appointment({ id: 'a-3' }), start: 'soon' } as never)).rejects.toThrow(
      /Appointment\.start/,
    )
  })
})
