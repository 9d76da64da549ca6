/** A task that repeats until it is stopped; `nudge` ends the present wait. Stopping waits for the turn under way. */
export interface Loop {
  nudge(): void
  stop(): Promise<void>
}

/** Runs `turn` again and again; it returns how long to wait (ms) until the next one. It must not throw. */
export function startLoop(turn: () => Promise<number>): Loop {
  let stopped = false
  let nudged = false
  let wake: () => void = () => undefined
  const finished = (async () => {
    while (!stopped) {
      nudged = false
      const waitMs = await turn()
      if (stopped || nudged || waitMs <= 0) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wake = () => undefined
    }
  })()
  return {
    nudge() {
      nudged = true
      wake()
    },
    async stop() {
      stopped = true
      wake()
      await finished
    },
  }
}
