import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Engine } from './engine.ts'
import { testServers } from './environment.ts'

/** What a worker process of its own is started with; it stands still in its calls until it is killed. */
export interface DoomedOptions {
  databaseUrl: string
  temporalAddress: string
  temporalNamespace: string
  taskQueue: string
  encryptionKey: string
}

/** A worker in a process of its own, to be killed: its first call stands still before the provider, the second after. */
export async function startDoomedWorker(engine: Engine) {
  const { temporalAddress, temporalNamespace } = testServers()
  const options: DoomedOptions = {
    databaseUrl: engine.url,
    temporalAddress,
    temporalNamespace,
    taskQueue: engine.taskQueue,
    encryptionKey: engine.encryptionKey,
  }
  const program = new URL('./doomedWorkerMain.ts', import.meta.url).pathname
  const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      for (const wake of waiting) wake()
    })
  return {
    /** Resolves once the process has said so. */
    async said(line: string): Promise<void> {
      while (!lines.includes(line)) {
        if (child.exitCode !== null)
          throw new Error(`the worker process ended with ${child.exitCode} after: ${lines.join(', ')}`)
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
          child.once('exit', wake)
        })
      }
    },
    /** As a machine dies: no goodbye. */
    async kill(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
