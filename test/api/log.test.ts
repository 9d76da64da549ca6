import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pino } from 'pino'
import supertest from 'supertest'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

const lines: string[] = []
let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest({ log: pino({}, { write: (line: string) => void lines.push(line) }) })
})
afterAll(() => api.drop())

it('says what was asked and how it went, and nothing of what was in it', async () => {
  await api.call('get', '/api/patients?q=Zephyrine')
  await api.call('post', '/api/simulator/replies', { from: '+15555550101', body: 'Secret words' })
  await api.call('post', '/api/groups', { name: 'Zephyrine', colour: 'Secret words' })
  await supertest(api.app).post('/api/session').send({ email: 'zephyrine@example.org', password: 'Secret words' })
  await supertest(api.app).get('/m/secret-token-of-a-patient')
  await api.database.inOrganization(api.organizationId, (tx) =>
    tx.query(`update organization set delivery_rules = '{"Zephyrine": 7}'`),
  )
  await api.call('patch', '/api/organization', { name: 'Zephyrine' }).expect(500)

  expect(
    lines
      .map((line) => JSON.parse(line))
      .map(({ method, path, status, msg }) => `${msg} ${method ?? ''} ${path ?? ''} ${status ?? ''}`),
  ).toEqual([
    'request GET /api/patients 200',
    'request POST /api/simulator/replies 201',
    'request POST /api/groups 422',
    'request POST /api/session 401',
    'request GET /m/… 404',
    'request failed   ',
    'request PATCH /api/organization 500',
  ])
  for (const secret of ['Zephyrine', 'zephyrine', 'Secret', 'secret', '15555550101', api.keys.admin])
    expect(lines.join('')).not.toContain(secret)
})

it('uses the id of a caller that gives a harmless one, and answers with it', async () => {
  const id = (given: string) => supertest(api.app).get('/healthz').set('x-request-id', given)
  expect((await id('abcd-1234')).headers['x-request-id']).toBe('abcd-1234')
  expect((await id('a b"c{}')).headers['x-request-id']).not.toBe('a b"c{}')
})
