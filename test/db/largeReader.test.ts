import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { openLargeReader } from '../../db/queries/inbound/large/reader.ts'
import { receiveLarge } from '../../db/queries/inbound/large/receiveLarge.ts'
import { replayMessage } from '../../db/queries/inbound/replay.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import { freshDatabase } from '../support/database.ts'
import { addInboundSource } from '../support/practice.ts'

const clock = () => Date.parse('2026-03-02T15:00:00Z')
const encryption = createEncryption(generateEncryptionKey('test'))
let fresh: Awaited<ReturnType<typeof freshDatabase>>
let source: InboundSource
beforeAll(async () => {
  fresh = await freshDatabase({ clock })
  source = await addInboundSource({ ...fresh, encryption, clock }, 'fhir')
})
afterAll(() => fresh.drop())

const body = Buffer.from(
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ resource: { resourceType: 'Patient', id: 'p-1', name: [{ family: 'Quill' }] } }],
  }),
)
const head = { message: { bundleType: 'batch', reasons: [] }, entries: 900, refused: 0, hash: 'hash' }
const slice = [{ index: 0, resource: 'Patient/p-0', record: null, reasons: [] }]

/** Threads that end where none of ours should, after so many answers to `next`. */
const threads: [when: string, answers: number, script: string, error: RegExp][] = [
  ['before it has said what the message is', 0, `throw new RangeError('broken')`, /broken/],
  ['without a word', 0, `process.exit(3)`, /ended with 3/],
  [
    'while nobody asks it',
    0,
    `parentPort.postMessage(${JSON.stringify(head)}); setImmediate(() => { throw new RangeError('broken') })`,
    /broken/,
  ],
  [
    'between two slices',
    1,
    `parentPort.postMessage(${JSON.stringify(head)})
     parentPort.once('message', () => {
       parentPort.postMessage(${JSON.stringify(slice)})
       setImmediate(() => { throw new RangeError('broken') })
     })`,
    /broken/,
  ],
  [
    'in the midst of a transaction',
    1,
    `parentPort.postMessage(${JSON.stringify({ ...head, message: { ...head.message, bundleType: 'transaction' } })})
     parentPort.once('message', () => {
       parentPort.postMessage(${JSON.stringify(slice)})
       setImmediate(() => { throw new RangeError('broken') })
     })`,
    /broken/,
  ],
]

it.each(threads)('a message whose thread ends %s fails alone, is kept and can be replayed', async (...told) => {
  const [, answers, script, error] = told
  const code = `import { parentPort } from 'node:worker_threads'\n${script}`
  const deps = { database: fresh.database, encryption }
  const raw = { contentType: 'application/fhir+json', body }
  const context = { now: clock(), region: 'US', settings: source.settings }
  const open: typeof openLargeReader = async (asked) => {
    let ended: Promise<unknown> = Promise.resolve()
    const reader = await openLargeReader(asked, () => {
      const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
      ended = new Promise((resolve) => thread.once('exit', resolve))
      return thread
    })
    let asks = 0
    // Asked again only after the thread is gone, as when a slice takes its time to be stored.
    const next = async () => {
      if (asks++ >= answers) await ended
      return reader.next()
    }
    return { ...reader, next }
  }
  await expect(receiveLarge(deps, source, raw, clock(), context, open)).rejects.toThrow(error)
  const rows = <T extends object>(sql: string) =>
    fresh.database.inOrganization(fresh.organizationId, (tx) => tx.query<T>(sql))
  const kept = await rows<{ id: string; outcome: string; raw: Buffer }>(
    'select id, outcome, raw from inbound_message order by id desc limit 1',
  )
  expect(kept).toMatchObject([{ outcome: 'received' }])
  const [message] = kept
  if (!message) return
  expect(encryption.decryptBytes(message.raw)).toEqual(body)
  await rows(`update patient set normal_hash = 'other'`)
  const by = { now: clock(), who: { userId: null, apiKeyId: null } }
  expect(await replayMessage(deps, fresh.organizationId, message.id, by)).toMatchObject({ outcome: 'applied' })
})
