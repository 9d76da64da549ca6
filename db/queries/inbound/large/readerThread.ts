import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { inApplyOrder } from '../../../../domain/inbound/applyOrder.ts'
import { readFhirBytes } from '../../../../domain/inbound/fhirBytes.ts'
import type { Asked, LargeHead } from './reader.ts'

// A large message is read beside the event loop: its head first, then a slice whenever one is asked for.
const { body, context, sliceEntries } = workerData as Asked
const { entries, ...message } = readFhirBytes(body, context)
const ordered = inApplyOrder({ ...message, entries }).map(({ entry }) => entry)
const refused = entries.filter(({ record }) => record === null)
const all = [...ordered, ...refused]
const head: LargeHead = {
  message,
  entries: all.length,
  refused: refused.length,
  hash: createHash('sha256').update(body).digest('base64url'),
}
parentPort?.postMessage(head)
let from = 0
parentPort?.on('message', () => {
  parentPort?.postMessage(all.slice(from, from + sliceEntries))
  from += sliceEntries
})
