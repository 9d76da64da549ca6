import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import proto from '@temporalio/proto'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from './engine.ts'
import globalSetup from './globalSetup.ts'
import globalTeardown from './globalTeardown.ts'
import { everyRule, startPractice } from './practice.ts'

// Saves the histories, as the server's own protobuf, that this release writes, for every later one to replay:
// `node test/support/recordHistories.ts` before a release, never again for one that is out.

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const folder = new URL(`../histories/${version}/`, import.meta.url)

await globalSetup()
const engine = await startEngine()
try {
  mkdirSync(folder, { recursive: true })
  const practice = await startPractice(engine)
  const before = (offset: number) =>
    practice.action({
      skippedRules: [...everyRule],
      timing: { offset, unit: 'minutes', direction: 'before', anchor: 'start' },
    })
  await before(60)

  const one = await practice.book('one', engine.now() + 30 * dayMs)
  await engine.relay()
  await save(engine, 'one-message', one)

  const moved = await practice.book('moved', engine.now() + 10 * dayMs)
  engine.hold(moved)
  await engine.relay()
  await engine.advance(moved, hourMs / 1_000)
  await practice.book('moved', engine.now() + 5 * dayMs)
  await engine.relay()
  await engine.advance(moved, (6 * dayMs) / 1_000)
  await save(engine, 'moved-earlier', moved)

  const cancelled = await practice.book('cancelled', engine.now() + 10 * dayMs)
  engine.hold(cancelled)
  await engine.relay()
  await engine.advance(cancelled, minuteMs / 1_000)
  await practice.book('cancelled', engine.now() + 10 * dayMs, { status: 'cancelled' })
  await engine.relay()
  await engine.advance(cancelled, (30 * dayMs) / 1_000)
  await save(engine, 'cancelled', cancelled)

  await before(30)
  const two = await practice.book('two', engine.now() + 40 * dayMs)
  await engine.relay()
  await save(engine, 'two-messages', two)
} finally {
  await engine.stop()
  await globalTeardown()
}
process.exit(0)

async function save(from: Engine, name: string, careEventId: string): Promise<void> {
  const handle = from.workflow(careEventId)
  await handle.result()
  const history = await handle.fetchHistory()
  const bytes = proto.temporal.api.history.v1.History.encode(history).finish()
  writeFileSync(new URL(`${name}.history`, folder), bytes)
  console.log(`${name}: ${history.events?.length} events`)
}
