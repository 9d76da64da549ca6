/** What has been started, to be stopped in reverse order. */
export interface Stopping {
  add(name: string, stop: () => Promise<void> | void): void
  /** Stops everything, the last started first; one that fails does not keep the others from stopping. */
  stopAll(): Promise<void>
}

export function createStopping(onFailure: (name: string, error: unknown) => void): Stopping {
  const started: { name: string; stop: () => Promise<void> | void }[] = []
  let stopping: Promise<void> | undefined
  return {
    add: (name, stop) => started.push({ name, stop }),
    stopAll() {
      stopping ??= (async () => {
        for (let next = started.pop(); next !== undefined; next = started.pop()) {
          try {
            await next.stop()
          } catch (error) {
            onFailure(next.name, error)
          }
        }
      })()
      return stopping
    },
  }
}

/** One Ctrl-C can arrive several times: from the terminal, and passed on by npm and our own starter. */
const sameKeyPressMs = 1_000

/**
 * Resolves at the first SIGINT or SIGTERM. A second one, more than a second later, calls `force`: who presses Ctrl-C
 * again does not want to wait.
 */
export function stopRequested(force: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (first !== undefined && now - first > sameKeyPressMs) force()
        first ??= now
        resolve(signal)
      })
    }
  })
}
