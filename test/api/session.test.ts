import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

let api: ApiUnderTest
const password = 'a long enough password'
let people = 0
let email = ''

beforeAll(async () => {
  api = await apiUnderTest()
})
afterAll(() => api.drop())
beforeEach(async () => {
  email = `person${++people}@example.org`
  await api
    .call('post', '/api/users', { email: email.toUpperCase(), name: 'Pat Example', role: 'manager', password })
    .expect(201)
})

const signIn = (credentials: object, headers = {}) =>
  supertest(api.app).post('/api/session').set(headers).send(credentials)

async function session() {
  const { headers, body } = await signIn({ email, password }).expect(201)
  const cookie = String(headers['set-cookie']?.[0])
  const token = cookie.split(';')[0] ?? ''
  const call = (method: 'get' | 'post' | 'delete', path: string, more = {}) =>
    supertest(api.app)
      [method](path)
      .set({ cookie: token, ...more })
  return { cookie, call, csrf: { 'x-csrf-token': body.csrfToken as string } }
}

describe('signing in', () => {
  it('opens a session in a cookie that no script reads', async () => {
    const { cookie, call } = await session()
    expect(cookie).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect((await call('get', '/api/session').expect(200)).body).toMatchObject({
      email,
      name: 'Pat Example',
      role: 'manager',
    })
    await call('get', '/api/custom-actions').expect(200)
  })

  it.each([
    ['a wrong password', () => ({ email, password: 'another long password' })],
    ['an unknown address', () => ({ email: 'nobody@example.org', password })],
  ])('%s: the same answer', async (_what, credentials) => {
    const { body } = await signIn(credentials()).expect(401)
    expect(body.detail).toBe('The email address or the password is wrong.')
  })

  it('stops guessing', async () => {
    const answers = []
    for (let i = 0; i < 11; i++) answers.push((await signIn({ email, password: `guess number ${i}` })).status)
    expect(answers).toEqual([...Array(10).fill(401), 429])
    await signIn({ email, password }).expect(429)
  })

  it('does not let somebody in who was switched off, and ends their sessions', async () => {
    const { call } = await session()
    const users = (await api.call('get', '/api/users?limit=200')).body.items
    const { id, version } = users.find((user: { email: string }) => user.email === email)
    await api.call('patch', `/api/users/${id}`, { disabled: true }, { 'if-match': `${version}` }).expect(200)
    await call('get', '/api/custom-actions').expect(401)
    await signIn({ email, password }).expect(401)
  })
})

describe('a session', () => {
  it('logs off after 15 idle minutes, and stays while it is used', async () => {
    const { call } = await session()
    for (let minutes = 0; minutes < 40; minutes += 10) {
      api.clock.now += 10 * 60_000
      await call('get', '/api/session').expect(200)
    }
    api.clock.now += 15 * 60_000
    await call('get', '/api/session').expect(401)
  })

  it('changes things only from our own pages, with the page’s token', async () => {
    const { call, csrf } = await session()
    const group = { name: 'Before the visit' }
    await call('post', '/api/groups').send(group).expect(403)
    await call('post', '/api/groups', { 'x-csrf-token': 'another' }).send(group).expect(403)
    await call('post', '/api/groups', { ...csrf, 'sec-fetch-site': 'cross-site' })
      .send(group)
      .expect(403)
    await call('post', '/api/groups', { ...csrf, origin: 'https://evil.example' })
      .send(group)
      .expect(403)
    await call('post', '/api/groups', { ...csrf, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })
      .send(group)
      .expect(201)
    await signIn({ email, password }, { origin: 'https://evil.example' }).expect(403)
  })

  it('ends when signing out', async () => {
    const { call, csrf } = await session()
    await call('delete', '/api/session').expect(403)
    await call('delete', '/api/session', csrf).expect(204)
    await call('get', '/api/session').expect(401)
  })
})

describe('API keys', () => {
  it('open nothing once they are revoked, nor when they are made up', async () => {
    const { body } = await api.call('post', '/api/api-keys', { name: 'Script', role: 'staff' }).expect(201)
    const withKey = (key: string) =>
      supertest(api.app)
        .get('/api/groups')
        .set({ authorization: `Bearer ${key}` })
    await withKey(body.key).expect(200)
    await withKey(`${body.key}x`).expect(401)
    await supertest(api.app).get('/api/groups').set({ authorization: body.key }).expect(401)
    expect((await api.call('patch', `/api/api-keys/${body.id}`, { name: 'Renamed' }).expect(200)).body).toMatchObject({
      name: 'Renamed',
      role: 'staff',
    })
    await api.call('delete', `/api/api-keys/${body.id}`).expect(204)
    await api.call('patch', `/api/api-keys/${body.id}`, { name: 'Revoked' }).expect(404)
    await withKey(body.key).expect(401)
    expect(JSON.stringify((await api.call('get', '/api/api-keys')).body)).not.toContain(body.key)
  })
})

describe('users', () => {
  it('one address signs in once, and the last admin stays one', async () => {
    const user = { email, name: 'Twice', role: 'staff', password }
    await api.call('post', '/api/users', user).expect(409)
    const boss = (
      await api.call('post', '/api/users', { ...user, email: 'boss@example.org', role: 'admin' }).expect(201)
    ).body
    const demote = { role: 'staff' }
    await api.call('patch', `/api/users/${boss.id}`, demote, { 'if-match': '1' }).expect(409)
    await api.call('post', '/api/users', { ...user, email: 'second@example.org', role: 'admin' }).expect(201)
    await api.call('patch', `/api/users/${boss.id}`, demote, { 'if-match': '1' }).expect(200)
    await api.call('post', '/api/users', { ...user, email: 'short@example.org', password: 'short' }).expect(422)
  })
})
