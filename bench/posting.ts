import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { each, pause } from './wait.ts'

/** What an EHR posts, and how: so many at a time, or so many a second. */
export interface Posting {
  url: string
  headers: Record<string, string>
  bodies: string[]
  width: number
  /** null: as fast as they are taken. */
  perSecond: number | null
}

/** When a post began (epoch ms) and how long (ms) until its answer was read. */
export interface Posted {
  at: number
  ms: number
  status: number
}

const agent = new Agent({ keepAlive: true })

function post(url: string, headers: Record<string, string>, body: string): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const at = Date.now()
    const began = performance.now()
    const call = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    call.on('error', reject)
    call.on('response', (answer) => {
      answer.on('error', reject)
      answer.on('end', () => resolve({ at, ms: performance.now() - began, status: answer.statusCode ?? 0 }))
      answer.resume()
    })
    call.end(body)
  })
}

// A thread of its own: the EHR's work is not ours.
const { url, headers, bodies, width, perSecond } = workerData as Posting
const posted: Posted[] = []
const started = performance.now()
await each(bodies.length, width, async (n) => {
  if (perSecond !== null) await pause(started + (n * 1_000) / perSecond - performance.now())
  posted[n] = await post(url, headers, bodies[n] ?? '')
})
agent.destroy()
parentPort?.postMessage(posted)
