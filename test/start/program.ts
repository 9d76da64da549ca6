import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** One of the real `main.ts` files in a process of its own, with nothing in its environment but `env` and the PATH. */
export function runProgram(file: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [file], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const watchers = new Set<() => void>()
  const seen = () => {
    for (const watcher of watchers) watcher()
  }
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
    seen()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk
    seen()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code)
      seen()
    })
  })
  return {
    pid: child.pid ?? 0,
    ended,
    out: () => out,
    err: () => err.trim(),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves when the program has printed this; rejects when it ends without. */
    printed: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (out.includes(text)) resolve()
          else if (child.exitCode !== null) reject(new Error(`ended with ${child.exitCode}: ${out}${err}`))
          else return
          watchers.delete(look)
        }
        watchers.add(look)
        look()
      }),
  }
}
