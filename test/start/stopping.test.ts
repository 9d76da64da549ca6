import { describe, expect, it } from '@jest/globals'
import { createStopping } from '../../start/stopping.ts'

describe('stopping', () => {
  it('takes the last started first, waits for each, and goes on past a failure', async () => {
    const seen: string[] = []
    const stopping = createStopping((name) => seen.push(`${name} failed`))
    stopping.add('database', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push('database')
    })
    stopping.add('worker', () => Promise.reject(new Error('lost')))
    stopping.add('api', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push('api')
    })
    await stopping.stopAll()
    expect(seen).toEqual(['api', 'worker failed', 'database'])
  })

  it('stops once, however often it is asked', async () => {
    let times = 0
    const stopping = createStopping(() => undefined)
    stopping.add('api', () => {
      times += 1
    })
    await Promise.all([stopping.stopAll(), stopping.stopAll()])
    expect(times).toBe(1)
  })
})
