import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { appointment } from '../test/support/practice.ts'
import type { BundlePosted, BundlePosting } from './bundlePosting.ts'
import { type Figure, figureOf, quantile, round } from './figure.ts'
import type { Posted, Posting } from './posting.ts'
import type { Product } from './product.ts'
import { pause } from './wait.ts'

const bytes = 20 * 1024 * 1024
const perSecond = 10
const idleSeconds = 10

/**
 * How long the event loop stands still, at most, while a Bundle of 20 MB is taken: a batch of 5,000 small entries, one
 * of few large ones, and a transaction; and how long other posts take meanwhile. The baseline is the same loop with the
 * other posts alone.
 */
export async function bundle({ apiUrl, ehrSource }: Product): Promise<Figure> {
  const headers = {
    'content-type': 'application/fhir+json',
    authorization: `Bearer ${ehrSource.secret}`,
    'x-source-id': ehrSource.id,
  }
  const url = `${apiUrl}/ehr/fhir`
  const others = (name: string, seconds: number) => {
    const bodies = Array.from({ length: perSecond * seconds }, (_, n) =>
      JSON.stringify(appointment(`${name}-${n}`, Date.now() + n * 60_000)),
    )
    const workerData: Posting = { url, headers, bodies, width: 64, perSecond }
    return new Worker(new URL('./posting.ts', import.meta.url), { workerData })
  }
  const before = await meanwhile(async () => once(others('warm', idleSeconds), 'message'))
  const idle = await meanwhile(async () => {
    const [posted] = (await once(others('idle', idleSeconds), 'message')) as [Posted[]]
    return posted
  })
  const measured: Record<string, { maxDelayMs: number; [more: string]: number }> = {}
  for (const [name, type, entries] of [
    ['manyEntries', 'batch', 5_000],
    ['largeEntries', 'batch', 400],
    ['transaction', 'transaction', 1_000],
  ] as const) {
    const asked: BundlePosting = { url, headers, type, entries, bytes }
    const thread = new Worker(new URL('./bundlePosting.ts', import.meta.url), { workerData: asked })
    await once(thread, 'message')
    const beside = others(name, idleSeconds)
    const besideDone = once(beside, 'message') as Promise<[Posted[]]>
    await pause(1_000)
    const { value, maxDelayMs } = await meanwhile(async () => {
      const answered = once(thread, 'message') as Promise<[BundlePosted]>
      thread.postMessage('post')
      return (await answered)[0]
    })
    const [posted] = await besideDone
    if (value.status !== 200) throw new Error(`the ${name} bundle was answered with ${value.status}`)
    const megabytes = round(value.bytes / 1024 / 1024)
    measured[name] = { maxDelayMs, seconds: round(value.ms / 1_000), megabytes, entries, ...timesOf(posted) }
  }
  const worst = Math.max(...Object.values(measured).map(({ maxDelayMs }) => maxDelayMs))
  return figureOf('bundle', 'ms event-loop delay', worst, idle.maxDelayMs, {
    ...measured,
    idle: timesOf(idle.value),
    warmUpMaxMs: before.maxDelayMs,
    atMost: { value: 250 },
  })
}

function timesOf(posted: readonly Posted[]) {
  const times = posted.map(({ ms }) => ms)
  return { othersP50Ms: round(quantile(times, 0.5)), othersP99Ms: round(quantile(times, 0.99)) }
}

async function meanwhile<T>(work: () => Promise<T>): Promise<{ value: T; maxDelayMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const value = await work()
  delay.disable()
  return { value, maxDelayMs: round(delay.max / 1e6) }
}
