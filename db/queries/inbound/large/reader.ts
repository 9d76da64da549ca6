import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FhirContext } from '../../../../domain/inbound/fhir/context.ts'
import type { WireEntry, WireMessage } from '../../../../domain/inbound/wireMessage.ts'

/** What the thread is started with. */
export interface Asked {
  body: Uint8Array
  context: FhirContext
  sliceEntries: number
}

/** What is known of a large message before its entries. */
export interface LargeHead {
  message: Omit<WireMessage, 'entries'>
  entries: number
  /** How many of them can't be stored. */
  refused: number
  /** As `inbound_message` keeps it. */
  hash: string
}

export interface LargeReader {
  head: LargeHead
  /** The next entries in the order in which they are stored, those that can't be at the end; empty after the last. */
  next(): Promise<WireEntry[]>
  close(): Promise<void>
}

/** So many are read at a time: each holds its message in memory, perhaps ten times its size. */
const atOnce = 2
let open = 0
const waiting: (() => void)[] = []

/**
 * Reads a large FHIR message in a thread of its own, so that nobody else waits meanwhile. To be closed, whatever happens.
 * Throws what ended the thread, e.g. for want of memory.
 */
export async function openLargeReader(asked: Asked): Promise<LargeReader> {
  if (open >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else open += 1
  const release = () => {
    const next = waiting.shift()
    if (next) next()
    else open -= 1
  }
  const thread = new Worker(new URL('./readerThread.ts', import.meta.url), { workerData: asked })
  const said = async <T>(): Promise<T> => {
    const [answer] = await once(thread, 'message')
    return answer as T
  }
  const close = async () => {
    await thread.terminate()
    release()
  }
  try {
    return {
      head: await said<LargeHead>(),
      next: () => {
        const answer = said<WireEntry[]>()
        thread.postMessage('next')
        return answer
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
