/** More than this are not kept waiting: the sender is told to come again. */
const longestQueue = 200

/** A sender that is ahead of its pace by more messages than can be kept waiting. */
export class TooFarAhead extends Error {
  override name = 'TooFarAhead'
}

/**
 * Lets one piece of work of each name run at a time, in the order in which they came. A source that loads its history
 * stores message after message, so that connections and the relay stay free for what happens now (Inbound: loading).
 */
export function oneAtATime() {
  const queues = new Map<string, (() => void)[]>()
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const queue = queues.get(name)
    if (queue === undefined) queues.set(name, [])
    else {
      if (queue.length >= longestQueue) throw new TooFarAhead(`${longestQueue} messages of this source wait already`)
      await new Promise<void>((start) => queue.push(start))
    }
    try {
      return await work()
    } finally {
      const next = queues.get(name)?.shift()
      if (next) next()
      else queues.delete(name)
    }
  }
}
