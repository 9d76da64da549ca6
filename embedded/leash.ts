import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A server process that ends when it is told to, or when we are gone. */
export interface Leashed {
  /** Resolves once with the exit code when the process has ended, whoever ended it. */
  readonly ended: Promise<number | null>
  hasEnded(): boolean
  /** Everything the process has printed so far. */
  output(): string
  /** Asks the process to end, insists after `patience` milliseconds, and waits until it is gone. */
  stop(patience?: number): Promise<void>
}

export interface LeashOptions {
  /** What makes this server end in good order. */
  stopSignal: 'INT' | 'TERM'
  /** Begun anew at each start, so that it never grows without end. */
  logFile: string
  env: NodeJS.ProcessEnv
  uid?: number
  gid?: number
}

// The shell holds the other end of our pipe. The pipe closes when we ask, and also when we are killed with no chance
// to ask: then the shell passes the signal on. A server that ends by itself takes its watcher with it, so that the
// signal can never hit a stranger that got the same process id.
const script = `
exec 3<&0
"$@" 3<&- </dev/null & server=$!
(cat <&3 >/dev/null; kill -s "$0" "$server") 2>/dev/null & watcher=$!
exec 3<&- </dev/null
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"`

/**
 * Starts a server in a process group of its own: Ctrl-C in the terminal reaches us alone, and we decide the order in
 * which things stop.
 */
export function leash(command: readonly string[], options: LeashOptions): Leashed {
  const { stopSignal, logFile, ...spawnOptions } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'w')
  const child = spawn('/bin/sh', ['-c', script, stopSignal, ...command], {
    ...spawnOptions,
    cwd: '/',
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.stdin?.on('error', () => undefined) // a pipe to a process that has just ended: `ended` tells

  let over = false
  const ended = new Promise<number | null>((resolve) => {
    const end = (code: number | null) => {
      over = true
      child.stdin?.destroy()
      resolve(code)
    }
    child.once('exit', end)
    child.once('error', () => end(null))
  })

  return {
    ended,
    hasEnded: () => over,
    output: () => readFileSync(logFile, 'utf8'),
    async stop(patience = 20_000) {
      child.stdin?.destroy()
      const insist = setTimeout(() => {
        if (child.pid !== undefined && !over) process.kill(-child.pid, 'SIGKILL')
      }, patience)
      await ended
      clearTimeout(insist)
    },
  }
}
