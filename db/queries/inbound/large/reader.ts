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

/** The thread is gone, and said nothing of why. */
class ReaderEnded extends Error {
  override name = 'ReaderEnded'
}

function startThread(asked: Asked): Worker {
  return new Worker(new URL('./readerThread.ts', import.meta.url), { workerData: asked })
}

/**
 * Reads a large FHIR message in a thread of its own, so that nobody else waits meanwhile. To be closed, whatever happens.
 * Throws what ended the thread, e.g. for want of memory; so does `next`, also when it ended while nobody was asking.
 */
export async function openLargeReader(asked: Asked, start = startThread): Promise<LargeReader> {
  if (open >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else open += 1
  const release = () => {
    const next = waiting.shift()
    if (next) next()
    else open -= 1
  }
  const thread = start(asked)
  // Heard at any time: an error of a thread that nobody listens to would end this process.
  const ended = new Promise<never>((_resolve, reject) => {
    thread.once('error', reject)
    thread.once('messageerror', reject)
    thread.once('exit', (code) => reject(new ReaderEnded(`the thread that read a large message ended with ${code}`)))
  })
  ended.catch(() => undefined)
  const said = async <T>(): Promise<T> => {
    const [answer] = await Promise.race([once(thread, 'message'), ended])
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
