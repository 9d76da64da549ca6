import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'

describe('the life of an appointment', () => {
  let engine: Engine
  let practice: Practice
  beforeAll(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
  })
  afterAll(() => engine.stop())

  it('sleeps thirty days and sends once, at its minute', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const start = Math.ceil((engine.now() + 30 * dayMs) / hourMs) * hourMs
    const id = await practice.book('a30', start)
    await engine.relay()
    await engine.workflow(id).result()
    const sent = await practice.phone()
    expect(sent).toHaveLength(1)
    expect(sent[0]?.body).toContain('Hi Zephyrine, see you on')
    const [row] = await practice.ledger()
    expect(row?.status).toBe('delivered')
    expect(row?.sent_at?.getTime()).toBeGreaterThanOrEqual(start - 60 * minuteMs)
  })
})
