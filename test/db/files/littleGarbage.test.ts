import { describe, expect, it } from '@jest/globals'
import { littleGarbage } from '../../../db/queries/inbound/files/littleGarbage.ts'

describe('less garbage while files are taken', () => {
  it('is asked for once, from the first that begins until the last has ended, however it ends', async () => {
    const said: number[] = []
    const doing = littleGarbage((percent) => said.push(percent))
    const { promise: first, resolve } = Promise.withResolvers<string>()
    const one = doing(() => first)
    expect(said).toEqual([100])
    await expect(doing(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(said).toEqual([100])
    resolve('done')
    expect(await one).toBe('done')
    expect(said).toEqual([100, 0])
    await doing(async () => undefined)
    expect(said).toEqual([100, 0, 100, 0])
  })
})
