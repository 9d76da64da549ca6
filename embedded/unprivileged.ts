import { spawnSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CannotStart } from './cannotStart.ts'

/** How to run Postgres: as ourselves, or, as it refuses to run as root, as an ordinary user. */
export interface RunAs {
  /** Words to put before the command. */
  prefix: readonly string[]
  uid?: number
  gid?: number
}

const ourselves: RunAs = { prefix: [] }

/**
 * Finds an ordinary user for Postgres when we are root, and hands the data folder (and files) to it. Folders above that only root
 * may enter (a home, a fresh temporary folder) are passed by lending Postgres the right to look through them.
 */
export function unprivileged(dataFolder: string, program: string, ...files: readonly string[]): RunAs {
  if (process.getuid?.() !== 0) return ourselves
  const user = ordinaryUser()
  for (const path of [dataFolder, ...files]) chownSync(path, user.uid, user.gid)
  const plain: RunAs = { prefix: [], uid: user.uid, gid: user.gid }
  for (const way of [plain, lend(user, 'dac_read_search'), lend(user, 'dac_override')]) {
    if (canEnter(way, dataFolder, program)) return way
  }
  const locked = [dataFolder, program].map((path) => firstLocked(path)).find((folder) => folder !== null)
  throw new CannotStart(
    `Postgres does not run as root, and the user ${user.name} it runs as may not enter ${locked ?? dataFolder}: ` +
      'start as an ordinary user, let others pass (chmod o+x on that folder), or set DATA_DIR to a folder elsewhere',
  )
}

interface User {
  name: string
  uid: number
  gid: number
}

// "postgres" where a package made one; "nobody" is on every system.
function ordinaryUser(): User {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new CannotStart('Postgres does not run as root, and there is no user to run it as: start as an ordinary user')
}

// no_setuid_fixup: without it access(2), which Postgres asks about its own programs, does not count a lent right.
function lend(user: User, right: string): RunAs {
  const rights = ['--securebits=+no_setuid_fixup', `--inh-caps=+${right}`, `--ambient-caps=+${right}`]
  return { prefix: ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', ...rights, '--'] }
}

function canEnter({ prefix, ...user }: RunAs, folder: string, program: string): boolean {
  const test = [...prefix, '/bin/sh', '-c', 'cd "$0" && test -w . && test -x "$1"', folder, program]
  return spawnSync(test[0] ?? '', test.slice(1), { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}

function firstLocked(path: string): string | null {
  const parents: string[] = []
  for (let at = dirname(resolve(path)); at !== dirname(at); at = dirname(at)) parents.unshift(at)
  return parents.find((folder) => (statSync(folder).mode & 0o001) === 0) ?? null
}
