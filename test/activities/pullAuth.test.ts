import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose'
import { takeDuePull } from '../../db/queries/inbound/pullLease.ts'
import { tryFhirServer } from '../../ehr/fhir/tryServer.ts'
import { patient } from '../api/ehr/postedEhr.ts'
import type { Interference } from '../support/fhirServer.ts'
import { openPulledEhr, type PulledEhr } from './pulledEhr.ts'

let ehr: PulledEhr | null = null
afterEach(async () => {
  await ehr?.stop()
  ehr = null
})

async function open(auth: Record<string, unknown>, credentials: string | null, guard: Interference) {
  ehr = await openPulledEhr({ auth, types: ['Patient'], pageSize: 1 }, credentials)
  await ehr.server.put(patient())
  ehr.server.interfere(guard)
  return ehr
}
const outcome = async ({ turn, view }: PulledEhr) => [await turn(), (await view()).pull?.lastError?.code ?? null]
const unless =
  (wanted: string): Interference =>
  ({ headers }) =>
    headers.authorization === wanted ? undefined : { status: 401 }

describe('who we are', () => {
  it.each<[string, Record<string, unknown>, string | null, string, [string, string | null]]>([
    ['a bearer token', { kind: 'bearer' }, 'right', 'Bearer right', ['pulled', null]],
    ['a wrong bearer token', { kind: 'bearer' }, 'wrong', 'Bearer right', ['failed', 'unauthorized']],
    ['no token at all', { kind: 'bearer' }, null, 'Bearer right', ['failed', 'credentialsMissing']],
    ['a token on two lines', { kind: 'bearer' }, 'ri\nght', 'Bearer right', ['failed', 'credentialsMissing']],
    ['a user and password', { kind: 'basic', user: 'us' }, 'p:w', 'Basic dXM6cDp3', ['pulled', null]],
    ['a wrong password', { kind: 'basic', user: 'us' }, 'no', 'Basic dXM6cDp3', ['failed', 'unauthorized']],
  ])('is proved by %s', async (_by, auth, credentials, wanted, expected) => {
    expect(await outcome(await open(auth, credentials, unless(wanted)))).toEqual(expected)
  })

  it('is of the same moment as the server that it is told to', async () => {
    const opened = await open({ kind: 'bearer' }, 'a-token', () => undefined)
    const { database } = opened
    let isEdited = false
    const racing: typeof database = {
      ...database,
      async inOrganization(organizationId, work) {
        const result = await database.inOrganization(organizationId, work)
        if (!isEdited) {
          isEdited = true
          await opened.edit({ baseUrl: 'https://other.example.org/fhir' }, null)
        }
        return result
      },
    }
    const taken = await takeDuePull({ ...opened, database: racing }, opened.ref, opened.clock())
    expect(isEdited).toBe(true)
    expect([taken?.source.settings.pull?.baseUrl, taken?.credentials]).toEqual([opened.server.baseUrl, 'a-token'])
  })

  it('is told to no other server than the one of the settings', async () => {
    const told: (string | undefined)[] = []
    const opened = await open({ kind: 'bearer' }, 'secret', ({ headers, url }) => {
      told.push(headers.authorization)
      return { status: 307, headers: { location: `http://localhost:${url.port}${url.pathname}` } }
    })
    expect(await outcome(opened)).toEqual(['failed', 'redirected'])
    expect(told).toEqual(['Bearer secret'])
  })
})

describe('SMART backend services', () => {
  const keys: Record<string, { jwk: JWK; publicKey: Awaited<ReturnType<typeof generateKeyPair>>['publicKey'] }> = {}
  beforeAll(async () => {
    for (const algorithm of ['RS384', 'ES384']) {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
      keys[algorithm] = { jwk: { ...(await exportJWK(privateKey)), kid: `key-${algorithm}` }, publicKey }
    }
  })

  /** An authorization server that checks the assertion, and a FHIR server that takes the last token it gave. */
  function authorizing(algorithm: string, lifeSeconds = 300) {
    const seen = { tokens: 0, scopes: [] as (string | null)[], kids: [] as unknown[] }
    const assertions: Promise<void>[] = []
    const guard: Interference = ({ url, body, headers }) => {
      if (url.pathname === '/fhir/.well-known/smart-configuration')
        return { status: 200, body: { token_endpoint: `${url.origin}/token` } }
      if (url.pathname !== '/token')
        return headers.authorization === `Bearer token-${seen.tokens}` ? undefined : { status: 401 }
      const form = new URLSearchParams(body)
      seen.scopes.push(form.get('scope'))
      expect(form.get('grant_type')).toBe('client_credentials')
      expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      const { publicKey } = keys[algorithm] ?? {}
      const now = ehr?.clock() ?? 0
      if (!publicKey) throw new Error('no key')
      const check = jwtVerify(form.get('client_assertion') ?? '', publicKey, {
        ...{ algorithms: [algorithm], issuer: 'us', subject: 'us', audience: `${url.origin}/token`, typ: 'JWT' },
        ...{ requiredClaims: ['jti', 'exp'], currentDate: new Date(now) },
      })
      assertions.push(
        check.then(({ payload, protectedHeader }) => {
          seen.kids.push(protectedHeader.kid)
          expect((payload.exp ?? 0) * 1000 - now).toBeLessThanOrEqual(300_000)
        }),
      )
      seen.tokens += 1
      return {
        status: 200,
        body: { access_token: `token-${seen.tokens}`, expires_in: lifeSeconds, token_type: 'bearer' },
      }
    }
    return { seen, guard, checked: () => Promise.all(assertions) }
  }

  it.each(['RS384', 'ES384'])('are signed in at by %s, with the token URL discovered', async (algorithm) => {
    const server = authorizing(algorithm)
    const auth = { kind: 'smart', clientId: 'us', algorithm }
    const opened = await open(auth, JSON.stringify(keys[algorithm]?.jwk), server.guard)
    expect(await outcome(opened)).toEqual(['pulled', null])
    await server.checked()
    expect(server.seen).toEqual({ tokens: 1, scopes: ['system/Patient.read'], kids: [`key-${algorithm}`] })
  })

  it('give another token when one expires, or ends before its time', async () => {
    const server = authorizing('ES384', 60)
    let asked = 0
    const opened = await open(
      { kind: 'smart', clientId: 'us', algorithm: 'ES384', scope: 'system/*.rs' },
      JSON.stringify(keys.ES384?.jwk),
      (req, res) => {
        if (req.url.pathname === '/fhir/Patient') asked += 1
        // The first page takes a minute; the token of the second ends at once.
        if (req.url.pathname === '/fhir/Patient' && asked === 1) opened.later(0.75)
        if (req.url.pathname === '/fhir/Patient' && asked === 2) return { status: 401 }
        return server.guard(req, res)
      },
    )
    await opened.edit({ everyMinutes: 1 })
    await opened.server.put(patient({ id: 'p-2' }))
    expect(await opened.turn()).toBe('pulled')
    expect(await outcome(opened)).toEqual(['pulled', null])
    await server.checked()
    expect(server.seen.tokens).toBeGreaterThanOrEqual(2)
    expect(new Set(server.seen.scopes)).toEqual(new Set(['system/*.rs']))
    expect(await opened.rows('select 1 from patient')).toHaveLength(2)
  })

  it.each<[string, () => string, string, string]>([
    ['no JSON', () => 'secret', 'RS384', 'keyUnusable'],
    ['a key of another kind', () => JSON.stringify(keys.ES384?.jwk), 'RS384', 'keyUnusable'],
    ['a public key', () => JSON.stringify({ ...keys.ES384?.jwk, d: undefined }), 'ES384', 'keyUnusable'],
  ])('are not asked with %s', async (_what, credentials, algorithm, code) => {
    const opened = await open({ kind: 'smart', clientId: 'us', algorithm }, credentials(), authorizing(algorithm).guard)
    expect(await outcome(opened)).toEqual(['failed', code])
    expect(opened.server.requests.filter((request) => request.includes('/token'))).toEqual([])
  })

  it.each<[string, Interference, string, RegExp]>([
    [
      'refuses us',
      ({ url }) => (url.pathname === '/token' ? { status: 400, body: { error: 'invalid_client' } } : undefined),
      'tokenRefused',
      /invalid_client/,
    ],
    ['answers something else', () => ({ status: 200, body: '<html>' }), 'tokenRefused', /HTTP 200/],
    ['has no such page', () => ({ status: 404 }), 'tokenRefused', /HTTP 404/],
  ])('that %s are named in a sentence', async (_how, guard, code, says) => {
    const opened = await open({ kind: 'none' }, JSON.stringify(keys.RS384?.jwk), guard)
    await opened.edit({
      auth: { kind: 'smart', clientId: 'us', tokenUrl: new URL('/token', opened.server.baseUrl).href },
    })
    expect(await outcome(opened)).toEqual(['failed', code])
    expect((await opened.view()).pull?.lastError?.message).toMatch(says)
  })
})

describe('a trial of a server', () => {
  const attempt = async ({ source, clock }: PulledEhr, more: Record<string, unknown> = {}, credentials = 'right') => {
    const { pull } = source.settings
    if (pull === null) throw new Error('not pulled')
    return tryFhirServer({ ...pull, ...more }, credentials, { clock, signal: AbortSignal.timeout(5_000) })
  }

  it('says that all is well, and stores nothing', async () => {
    const opened = await open({ kind: 'bearer' }, null, unless('Bearer right'))
    expect(await attempt(opened)).toEqual({
      ...{ isWell: true, code: 'well' },
      message: `${opened.server.baseUrl} lets us read Patient.`,
    })
    expect(await opened.rows('select 1 from inbound_message')).toEqual([])
  })

  it('says what is wrong', async () => {
    const opened = await open({ kind: 'bearer' }, null, unless('Bearer right'))
    expect(await attempt(opened, {}, 'wrong')).toMatchObject({ isWell: false, code: 'unauthorized' })
    opened.server.interfere(() => ({ status: 200, body: '<html>' }))
    expect(await attempt(opened)).toMatchObject({ isWell: false, code: 'notFhir' })
    opened.server.interfere(() => ({ status: 403 }))
    expect(await attempt(opened)).toMatchObject({ isWell: false, code: 'forbidden' })
  })

  it('gives up when the server keeps it waiting', async () => {
    const opened = await open({ kind: 'none' }, null, () => ({ status: 429, headers: { 'retry-after': '9' } }))
    const { pull } = opened.source.settings
    if (pull === null) throw new Error('not pulled')
    const trial = await tryFhirServer(pull, null, { clock: opened.clock, signal: AbortSignal.timeout(300) })
    expect(trial).toMatchObject({ isWell: false, code: 'timedOut' })
  })
})

describe('a host that this installation does not connect to', () => {
  const closed = { hosts: null, isOwnNetworkOpen: false }

  it('gets nothing, neither by a turn nor by a trial, and the source says why', async () => {
    const opened = await open({ kind: 'bearer' }, 'right', unless('Bearer right'))
    await opened.turn(undefined, { ...opened.deps, network: closed })
    expect((await opened.view()).pull?.lastError).toMatchObject({ code: 'notAllowed' })
    const { pull } = opened.source.settings
    if (pull === null) throw new Error('not pulled')
    const asking = { clock: opened.clock, signal: AbortSignal.timeout(5_000), network: closed }
    expect(await tryFhirServer(pull, 'right', asking)).toMatchObject({ isWell: false, code: 'notAllowed' })
    expect(opened.server.requests).toEqual([])
  })

  it.each([
    ['in the settings', { tokenUrl: 'https://127.0.0.2/token' }, []],
    ['that the server names', {}, ['GET /fhir/.well-known/smart-configuration']],
  ])('gets no assertion as the token URL %s', async (_where, more, requests) => {
    const { privateKey } = await generateKeyPair('ES384', { extractable: true })
    const key = JSON.stringify(await exportJWK(privateKey))
    const opened = await open({ kind: 'smart', clientId: 'us', algorithm: 'ES384', ...more }, key, ({ url }) =>
      url.pathname.endsWith('smart-configuration')
        ? { status: 200, body: { token_endpoint: 'https://127.0.0.2/token' } }
        : undefined,
    )
    const network = { hosts: ['127.0.0.1'], isOwnNetworkOpen: false }
    await opened.turn(undefined, { ...opened.deps, network })
    expect((await opened.view()).pull?.lastError).toMatchObject({ code: 'notAllowed' })
    expect(opened.server.requests).toEqual(requests)
  })
})
