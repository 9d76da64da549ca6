import { existsSync } from 'node:fs'
import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type EmbeddedServer, startPostgres } from '../../embedded/postgres.ts'
import { startTemporal } from '../../embedded/temporal.ts'
import { announceServers } from './environment.ts'
import { temporaryFolder, temporaryParent } from './temporary.ts'

const folderPrefix = 'custom-actions-test-'

/** One Postgres and one Temporal server for the whole run, on free ports, with their files in a temporary folder. */
export default async function globalSetup(): Promise<void> {
  await removeLeftovers()
  const dataDir = await temporaryFolder(`${folderPrefix}${process.pid}-`)
  await chmod(dataDir, 0o755)
  const started: EmbeddedServer[] = []
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()))
    await rm(dataDir, { recursive: true, force: true })
  }
  globalThis.stopTestServers = stop
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(1))
    })
  }

  const temporalNamespace = 'default'
  try {
    const common = { dataDir, durable: false, log: () => undefined, env: process.env }
    // Both must have settled before a failure stops what did start.
    const postgresStarting = keep(startPostgres({ ...common, env: {}, port: 0 }))
    const temporalStarting = keep(
      startTemporal({
        ...common,
        port: 0,
        uiPort: null,
        namespace: temporalNamespace,
        searchAttributes: { OrganizationId: 'Keyword' },
      }),
    )
    await Promise.allSettled([postgresStarting, temporalStarting])
    const [postgres, temporal] = await Promise.all([postgresStarting, temporalStarting])
    announceServers({
      postgresUrl: postgres.url,
      temporalAddress: temporal.address,
      temporalNamespace,
      folder: dataDir,
    })
    await prepareTemplateDatabase(postgres.url)
  } catch (error) {
    await stop()
    throw error
  }

  async function keep<T extends EmbeddedServer>(starting: Promise<T>): Promise<T> {
    const server = await starting
    started.push(server)
    return server
  }
}

async function prepareTemplateDatabase(postgresUrl: string): Promise<void> {
  if (!existsSync(new URL('./database.ts', import.meta.url))) return
  const { prepareTemplate } = await import('./database.ts')
  await prepareTemplate(postgresUrl)
}

// A run that was killed could not tidy up after itself.
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(temporaryParent())) {
    const pid = Number(new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(join(temporaryParent(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
