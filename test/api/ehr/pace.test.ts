import { describe, expect, it } from '@jest/globals'
import { oneAtATime, TooFarAhead } from '../../../api/ehr/pace.ts'

describe('the pace of a source that loads its history', () => {
  it('is one message after the other, in the order in which they came', async () => {
    const paced = oneAtATime()
    const began: number[] = []
    let running = 0
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        paced('a', async () => {
          expect(++running).toBe(1)
          began.push(n)
          await Promise.resolve()
          running -= 1
        }),
      ),
    )
    expect(began).toEqual([...began.keys()])
  })

  it('is its own: another source does not wait for it', async () => {
    const paced = oneAtATime()
    let finish: () => void = () => undefined
    const first = paced('a', () => new Promise<void>((done) => (finish = done)))
    expect(await paced('b', async () => 'done')).toBe('done')
    finish()
    await first
  })

  it('goes on after one that failed', async () => {
    const paced = oneAtATime()
    const failed = paced('a', () => Promise.reject(new Error('no')))
    const next = paced('a', async () => 'done')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('done')
  })

  it('keeps no more waiting than it can hold', async () => {
    const paced = oneAtATime()
    let finish: () => void = () => undefined
    const first = paced('a', () => new Promise<void>((done) => (finish = done)))
    const waiting = Array.from({ length: 200 }, () => paced('a', async () => undefined))
    await expect(paced('a', async () => undefined)).rejects.toThrow(TooFarAhead)
    finish()
    await Promise.all([first, ...waiting])
    expect(await paced('a', async () => 'done')).toBe('done')
  })
})
