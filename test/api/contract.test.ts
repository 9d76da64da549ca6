import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { adminRoutes } from '../../api/admin/index.ts'
import { mayAct, roles } from '../../api/principal.ts'
import type { Method } from '../../api/route.ts'
import { newId } from '../../db/newId.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

const routes = adminRoutes({ simulator: true })
let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())

const nowhere = (path: string) => path.replaceAll(/\{\w+\}/g, newId)

describe('who may call what', () => {
  const cases = routes.flatMap((route) => roles.map((role) => ({ ...route, least: route.role, role })))

  it.each(cases)('$role: $method $path (least: $least)', async ({ method, path, role, least }) => {
    const { status } = await api.call(
      method,
      nowhere(path),
      method === 'get' ? undefined : {},
      { 'if-match': '1' },
      role,
    )
    if (mayAct(role, least)) expect([200, 201, 204, 400, 404, 422]).toContain(status)
    else expect(status).toBe(403)
  })

  it.each(routes)('nobody unknown: $method $path', async ({ method, path }) => {
    const answer = await supertest(api.app)[method](nowhere(path)).send({})
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })
})

describe('OpenAPI', () => {
  it('describes each call with its answer', async () => {
    const { body } = await supertest(api.app).get('/openapi.json').expect(200)
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(described).toEqual(expect.arrayContaining(routes.map(({ method, path }) => `${method} ${path}`)))
    expect(described).toEqual(expect.arrayContaining(['post /ehr/fhir', 'get /readyz', 'post /api/session']))
    expect(body.components.schemas.CustomAction.properties.timing).toBeDefined()
    expect(body.components.schemas.CustomActionEdit.properties.timing).toBeDefined()
  })

  it('names each call once, and says what a failure looks like', async () => {
    const { body } = await supertest(api.app).get('/openapi.json').expect(200)
    const calls = Object.entries<Record<string, { operationId?: string; responses: object }>>(body.paths).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, call]) => ({ name: `${method} ${path}`, ...call })),
    )
    const harmless = ['get /healthz', 'get /readyz', 'get /metrics']
    expect(calls.filter(({ responses }) => !('default' in responses)).map(({ name }) => name)).toEqual(harmless)
    expect(new Set(calls.map(({ operationId = '' }) => operationId)).size).toBe(calls.length)
    expect(calls.filter(({ operationId }) => operationId === undefined)).toEqual([])
  })

  it('promises no call that is not there', async () => {
    const { body } = await supertest(api.app).get('/openapi.json').expect(200)
    for (const [path, methods] of Object.entries<object>(body.paths))
      for (const method of Object.keys(methods) as Method[]) {
        if (/^\/(ehr|callbacks|c|m|p)\//.test(path)) continue
        const answer = await api.call(method, nowhere(path))
        expect(`${path}: ${answer.body.detail ?? ''}`).not.toContain('There is nothing at')
      }
  })

  it('is readable as a page without script', async () => {
    const { text, headers } = await supertest(api.app).get('/docs').expect(200)
    // Long paths may break at their slashes.
    expect(text.replaceAll('<wbr>', '')).toContain('/api/custom-actions/{id}')
    expect(text).not.toMatch(/<script|style="/)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })
})

describe('what operators ask', () => {
  it('is alive, ready and measured', async () => {
    await supertest(api.app).get('/healthz').expect(200, { status: 'ok' })
    const ready = await supertest(api.app).get('/readyz').expect(200)
    expect(ready.body).toEqual({ status: 'ready', database: true, temporal: true, worker: true })
    const { text } = await supertest(api.app).get('/metrics').expect(200)
    for (const name of [
      'http_request_duration_seconds',
      'outbox_lag_seconds',
      'planned_messages',
      'nodejs_eventloop_lag_seconds',
    ])
      expect(text).toContain(name)
  })
})
