/** The answers of a server over one connection: each waits only so long, and none beyond the connection. */
export interface Line {
  /** Why the connection was broken off, once it was: the first reason. */
  readonly cause: unknown
  readonly isBroken: boolean
  /** Ends the connection; everything that waits for an answer fails with the first cause. */
  breakOff(error: unknown): void
  /** One answer; the callback's error is told by `explain` unless the connection is what failed. */
  answer<T>(ask: (done: (error: unknown, value?: T) => void) => void): Promise<T>
}

/**
 * Not by `Promise.race`: what loses against a promise that settles late is kept until it does, here every piece of a
 * file for as long as the connection lasts.
 */
export function openLine(options: {
  patienceMs: number
  destroy: () => void
  lost: () => Error
  explain: (error: unknown) => unknown
}): Line {
  let broken: { cause: unknown } | null = null
  const waiting = new Set<(error: unknown) => void>()
  const breakOff = (error: unknown) => {
    broken ??= { cause: error }
    options.destroy()
    for (const fail of waiting) fail(broken.cause)
  }
  return {
    get cause() {
      return broken?.cause
    },
    get isBroken() {
      return broken !== null
    },
    breakOff,
    answer: <T>(ask: (done: (error: unknown, value?: T) => void) => void) =>
      new Promise<T>((resolve, reject) => {
        if (broken) return reject(broken.cause)
        const tooLong = setTimeout(() => breakOff(options.lost()), options.patienceMs)
        const settle = () => {
          clearTimeout(tooLong)
          waiting.delete(fail)
        }
        const fail = (error: unknown) => {
          settle()
          reject(error)
        }
        waiting.add(fail)
        ask((error, value) => {
          if (error) return fail(broken ? broken.cause : options.explain(error))
          settle()
          return resolve(value as T)
        })
      }),
  }
}
