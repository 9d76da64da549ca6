import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannotStart.ts'

/**
 * Deals with `postmaster.pid` left by a crash. Postgres takes any living process with that number for a running server
 * (after a restart of the machine or container it may be anything), so we look at what the process is. A server that
 * lost its parent a moment ago is ending: it gets time to.
 */
export async function endStalePostmaster(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  const patience = AbortSignal.timeout(20_000)
  while (existsSync(file)) {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    if (!(pid > 0) || !isPostgres(pid)) {
      rmSync(file, { force: true })
      return
    }
    if (patience.aborted) {
      throw new CannotStart(
        `${folder} is in use by a Postgres (process ${pid}) that does not end: end it, or set DATA_DIR to another folder`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function isPostgres(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
  return /postgres/.test(stdout ?? '')
}
