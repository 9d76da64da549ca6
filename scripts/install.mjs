import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)

/** Runs `npm ci` unless node_modules already holds what package-lock.json says. Ends the process when that fails. */
export async function installWhatIsMissing() {
  if (isInstalled()) return
  console.log('Installing the dependencies into node_modules with npm ci: about a minute, only this time.')
  const started = Date.now()
  const progress = setInterval(() => {
    console.log(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`)
  }, 15_000)
  const code = await npmCi()
  clearInterval(progress)
  if (code !== 0) {
    console.error('The dependencies could not be installed: npm says why above; mend it and run this again.')
    process.exit(1)
  }
}

// npm writes down what it has put there once it is done, so an interrupted installation counts as none. Optional
// packages of other platforms are never there.
function isInstalled() {
  const done = new URL('node_modules/.package-lock.json', root)
  if (!existsSync(done)) return false
  const wanted = packagesOf(new URL('package-lock.json', root))
  const present = packagesOf(done)
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    if (present[path] === undefined) return optional === true
    return present[path].version === version && existsSync(new URL(path, root))
  })
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

function npmCi() {
  // The optional packages hold the pinned Node and Postgres, whatever npm's settings say of optional ones.
  const args = ['ci', '--include=optional', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const env = { ...process.env, PATH: path.join(delimiter) }
  return new Promise((resolve) => {
    const npm = spawn('npm', args, { cwd: fileURLToPath(root), env, stdio: 'inherit' })
    npm.once('error', (error) => {
      console.error(`npm: ${error.message}`)
      resolve(1)
    })
    npm.once('close', resolve)
  })
}
