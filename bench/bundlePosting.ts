import { parentPort, workerData } from 'node:worker_threads'
import { quill } from '../test/support/practice.ts'

/** A large Bundle to be posted, made where it is posted from: what it costs to make is not ours. */
export interface BundlePosting {
  url: string
  headers: Record<string, string>
  type: 'batch' | 'transaction'
  entries: number
  bytes: number
}

export interface BundlePosted {
  status: number
  ms: number
  bytes: number
}

const { url, headers, type, entries, bytes } = workerData as BundlePosting
const bare = JSON.stringify(quill).length + 100
const div = `<div>${'x'.repeat(Math.max(0, Math.floor(bytes / entries) - bare))}</div>`
const entry = Array.from({ length: entries }, (_, n) => ({
  resource: { ...quill, id: `${type}-${n}`, text: { status: 'generated', div } },
  request: { method: 'PUT', url: `Patient/${type}-${n}` },
}))
const body = Buffer.from(JSON.stringify({ resourceType: 'Bundle', type, entry }))
parentPort?.once('message', async () => {
  const began = performance.now()
  const answer = await fetch(url, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  const posted: BundlePosted = { status: answer.status, ms: performance.now() - began, bytes: body.length }
  parentPort?.postMessage(posted)
})
parentPort?.postMessage('made')
