import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Posted, Posting } from './posting.ts'

/** Posts from a thread of its own, as an EHR would from a machine of its own. Throws when an answer was no success. */
export async function post(workerData: Posting): Promise<Posted[]> {
  const thread = new Worker(new URL('./posting.ts', import.meta.url), { workerData })
  const [posted] = (await once(thread, 'message')) as [Posted[]]
  const refused = posted.find(({ status }) => status !== 200 && status !== 201)
  if (refused) throw new Error(`a post was answered with ${refused.status}`)
  return posted
}

/** From the first post until the last answer. */
export function ratePerSecond(posted: readonly Posted[]): number {
  const first = Math.min(...posted.map(({ at }) => at))
  const last = Math.max(...posted.map(({ at, ms }) => at + ms))
  return (posted.length / (last - first)) * 1_000
}
