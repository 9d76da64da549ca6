import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'
import { type FhirServer, startFhirServer } from '../support/fhirServer.ts'
import { patient } from './ehr/postedEhr.ts'

let api: ApiUnderTest
let server: FhirServer
beforeAll(async () => {
  api = await apiUnderTest()
  server = await startFhirServer()
})
afterAll(async () => {
  await server.stop()
  await api.drop()
})
const path = (id: string, call = '') => `/api/ehr-sources/${id}${call}`
const made = async (pull: Record<string, unknown> | null, credentials?: string) =>
  (await api.call('post', '/api/ehr-sources', { name: 'EHR', settings: { pull }, credentials }).expect(201)).body
const edited = async (source: { id: string; version: number }, edit: object) =>
  (await api.call('patch', path(source.id), edit, { 'if-match': `${source.version}` }).expect(200)).body
const secret = 'a-token-that-nobody-sees'

describe('a source that is fetched from', () => {
  it('is due at once, and says how it goes', async () => {
    const source = await made({ baseUrl: server.baseUrl, types: ['Patient'] })
    expect(source).toMatchObject({ hasCredentials: false, settings: { pull: { everyMinutes: 15 } } })
    expect(source.pull).toEqual({
      ...{
        nextAt: new Date(api.clock.now).toISOString(),
        lastAt: null,
        isRunning: false,
        lastError: null,
        failures: 0,
      },
      types: [{ type: 'Patient', isFirstRound: true, isUnderWay: false, pages: 0, resources: 0, lastAt: null }],
    })
    expect((await edited(source, { status: 'disabled' })).pull.nextAt).toBeNull()
  })

  it('keeps its credentials to itself', async () => {
    const source = await made({ baseUrl: server.baseUrl, auth: { kind: 'bearer' } }, secret)
    expect(source.hasCredentials).toBe(true)
    const renamed = await edited(source, { name: 'Another' })
    expect(renamed.hasCredentials).toBe(true)
    const another = await edited(renamed, { credentials: `${secret}-2` })
    const listed = await api.call('get', '/api/ehr-sources').expect(200)
    const audited = await api.database.inOrganization(api.organizationId, (tx) => tx.query('select * from audit_entry'))
    const stored = await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query<{ at: Buffer }>('select credentials_encrypted as at from ehr_source where id = $1', [source.id]),
    )
    for (const told of [source, another, listed.body, audited]) expect(JSON.stringify(told)).not.toContain(secret)
    expect(stored[0]?.at.toString('latin1')).not.toContain(secret)
    expect((await edited(another, { credentials: null })).hasCredentials).toBe(false)
  })

  it('is fetched from now when somebody asks for it', async () => {
    const source = await made({ baseUrl: server.baseUrl })
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query('update ehr_source set next_pull_at = $2 where id = $1', [source.id, new Date(api.clock.now + 900_000)]),
    )
    const { body } = await api.call('post', path(source.id, '/pull')).expect(200)
    expect(body.pull.nextAt).toBe(new Date(api.clock.now).toISOString())
  })

  it('can be tried, and says what is wrong', async () => {
    await server.put(patient())
    const source = await made({ baseUrl: server.baseUrl, types: ['Patient'], auth: { kind: 'bearer' } }, secret)
    server.interfere(({ headers }) => (headers.authorization === `Bearer ${secret}` ? undefined : { status: 401 }))
    const well = await api.call('post', path(source.id, '/pull-test')).expect(200)
    expect(well.body).toMatchObject({ isWell: true, code: 'well' })
    await edited(source, { credentials: 'wrong' })
    const { body } = await api.call('post', path(source.id, '/pull-test')).expect(200)
    expect(body).toMatchObject({ isWell: false, code: 'unauthorized', message: expect.stringContaining('HTTP 401') })
  })

  it('begins with its first round again where it is another server, not when it is another pace', async () => {
    const source = await made({ baseUrl: server.baseUrl, types: ['Patient'] })
    const rows = () =>
      api.database.inOrganization(api.organizationId, (tx) =>
        tx.query('select 1 from ehr_pull where source_id = $1', [source.id]),
      )
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query(`insert into ehr_pull (organization_id, source_id, resource_type) values ($1, $2, 'Patient')`, [
        tx.organizationId,
        source.id,
      ]),
    )
    const { pull } = source.settings
    const faster = await edited(source, { settings: { ...source.settings, pull: { ...pull, everyMinutes: 5 } } })
    expect(await rows()).toHaveLength(1)
    await edited(faster, { settings: { ...source.settings, pull: { ...pull, baseUrl: 'https://ehr.example.org' } } })
    expect(await rows()).toHaveLength(0)
    await api.call('delete', path(source.id)).expect(204)
  })
})

describe('a source that only posts', () => {
  it('is neither fetched from nor tried', async () => {
    const source = await made(null)
    expect(source.pull).toBeNull()
    for (const call of ['/pull', '/pull-test']) {
      const { body } = await api.call('post', path(source.id, call)).expect(409)
      expect(body.detail).toMatch(/Nothing is fetched from this source/)
    }
  })
})
