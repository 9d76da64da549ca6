import { pino } from 'pino'
import supertest from 'supertest'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/deps.ts'
import { createEhrRouter } from '../../api/ehr/router.ts'
import { createApiKey } from '../../db/queries/apiKeys.ts'
import { createEhrSource } from '../../db/queries/ehrSources.ts'

type World = Pick<ApiDeps, 'database' | 'encryption' | 'clock' | 'configuration' | 'publicUrl'> & {
  organizationId: string
}
type Method = 'get' | 'post' | 'patch' | 'delete'

/** The practice and its EHR as programs of their own: all they know is the API. Answers are checked against the contract. */
export async function overHttp(world: World) {
  const by = () => ({ now: world.clock(), who: { userId: null, apiKeyId: null } })
  const { key, source } = await world.database.inOrganization(world.organizationId, async (tx) => ({
    key: (await createApiKey(tx, { name: 'Test', role: 'admin' }, by())).key,
    source: await createEhrSource(tx, { name: 'EHR', kind: 'fhir', status: 'active' }, world.encryption, by()),
  }))
  const log = pino({ enabled: false })
  const app = createApp({
    ...world,
    log,
    readiness: async () => ({ database: true, temporal: true, worker: true }),
    simulator: true,
    checkResponses: true,
    ehr: createEhrRouter({ ...world, log }),
  })
  const http = {
    /** A call with the admin's key. */
    call(method: Method, path: string, body?: object): supertest.Test {
      const request = supertest(app)[method](path).set('authorization', `Bearer ${key}`)
      return body === undefined ? request : request.send(body)
    },
    /** The same, which has to succeed; its answer. */
    async ok<T = Record<string, unknown>>(method: Method, path: string, body?: object): Promise<T> {
      const answer = await http.call(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body as T
    },
    /** Posts one resource as the EHR, which has to be taken. */
    async ehr(resource: object): Promise<void> {
      const answer = await supertest(app)
        .post('/ehr/fhir')
        .set({ 'x-source-id': source.id, authorization: `Bearer ${source.secret}` })
        .set('content-type', 'application/fhir+json')
        .send(JSON.stringify(resource))
      if (answer.status >= 300) throw new Error(`not taken: ${answer.status} ${JSON.stringify(answer.body)}`)
    },
    /** The id under which something of the EHR's is known here. */
    async idOf(list: 'care-events' | 'facilities' | 'providers' | 'appointment-types', externalId: string) {
      const { items } = await http.ok<{ items: { id: string; externalId: string }[] }>('get', `/api/${list}?limit=200`)
      const found = items.find((item) => item.externalId === externalId)
      if (!found) throw new Error(`${list}: ${externalId} is not there`)
      return found.id
    },
  }
  return http
}
export type OverHttp = Awaited<ReturnType<typeof overHttp>>
