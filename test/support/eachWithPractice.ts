import { afterEach, beforeEach } from '@jest/globals'
import { type Engine, startEngine } from './engine.ts'
import { type Practice, startPractice } from './practice.ts'

/** An engine with a practice of its own for each test of a `describe`. */
export function eachWithPractice(use: (engine: Engine, practice: Practice) => void): void {
  let engine: Engine
  beforeEach(async () => {
    engine = await startEngine()
    use(engine, await startPractice(engine))
  })
  afterEach(() => engine.stop())
}
