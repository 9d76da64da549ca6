import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startApi } from '../../api/start.ts'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiUnderTest({ readiness: async () => ({ database: true, temporal: false, worker: true }) })
})
afterAll(() => api.drop())

it('listens, says what is not ready, and lets requests finish when it stops', async () => {
  const running = await startApi({ ...api.deps, port: 0, host: '127.0.0.1' })
  const ready = await fetch(`${running.url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ status: 'notReady', database: true, temporal: false, worker: true })
  const underWay = fetch(`${running.url}/docs`)
  const answered = underWay.then(({ status }) => status)
  expect(await answered).toBe(200)
  await running.stop()
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow()
})

it('says in one sentence that a port is in use, and with which one to go on', async () => {
  const running = await startApi({ ...api.deps, port: 0, host: '127.0.0.1' })
  await expect(startApi({ ...api.deps, port: running.port, host: '127.0.0.1' })).rejects.toMatchObject({
    name: 'CannotListen',
    code: 'EADDRINUSE',
    message: expect.stringMatching(
      new RegExp(`^Port ${running.port} is in use by another program: .*PORT=${running.port + 1}`),
    ),
  })
  await running.stop()
})
