import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { startPostgres } from '../embedded/postgres.ts'
import { startTemporal } from '../embedded/temporal.ts'
import { readEnvironment, type Settings } from '../start/environment.ts'
import type { Stopping } from '../start/stopping.ts'
import { installRuntime } from '../start/temporal.ts'
import { organizationSearchAttribute } from '../workflows/names.ts'

export interface BenchServers {
  /** Connects as an owner who may make databases. */
  postgresUrl: string
  temporalAddress: string
  settings: Settings
  dataDir: string
}

/**
 * The servers of `DATABASE_URL` and `TEMPORAL_ADDRESS`, else embedded ones in a temporary folder, as `npm start` runs
 * them: both with their data on disk. `inMemory` has neither of them wait for a disk.
 */
export async function startServers(
  stopping: Stopping,
  env: NodeJS.ProcessEnv,
  { inMemory }: { inMemory: boolean },
): Promise<BenchServers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'custom-actions-bench-'))
  stopping.add('data folder', () => rm(dataDir, { recursive: true, force: true }))
  // The user that Postgres runs as must get in.
  await chmod(dataDir, 0o755)
  installRuntime(pino({ level: 'silent' }))
  // The database of the bench is one of its own, with a key of its own; and nothing goes out.
  const { DATABASE_URL, MIGRATION_DATABASE_URL: _, ENCRYPTION_KEY: __, ...others } = env
  const settings = readEnvironment(
    Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('TWILIO_'))),
  )
  const common = { dataDir, durable: !inMemory, port: 0, log: () => undefined }

  const postgres = async () => {
    if (DATABASE_URL) return DATABASE_URL
    const server = await startPostgres(common)
    stopping.add('Postgres', server.stop)
    return server.url
  }
  const temporal = async () => {
    if (settings.TEMPORAL_ADDRESS) return settings.TEMPORAL_ADDRESS
    const namespace = settings.TEMPORAL_NAMESPACE
    const searchAttributes = { [organizationSearchAttribute]: 'Keyword' as const }
    const server = await startTemporal({ ...common, uiPort: null, namespace, searchAttributes, env })
    stopping.add('Temporal', server.stop)
    return server.address
  }
  const starting = [postgres(), temporal()] as const
  // Both must have settled before a failure stops what did start.
  await Promise.allSettled(starting)
  const [postgresUrl, temporalAddress] = await Promise.all(starting)
  return { postgresUrl, temporalAddress, settings, dataDir }
}
